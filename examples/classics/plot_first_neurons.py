"""
==========================================
The first neurons, step by step
==========================================

Four ideas from before there were layers to train: a neuron that computes logic (McCulloch and
Pitts, 1943), a rule by which connections grow (Hebb, 1949), a rule that corrects mistakes
(Rosenblatt, 1958), and one that goes down a gradient (Widrow and Hoff, 1960). The last one is what
networks are still trained by. What none of them can do with a single layer is XOR.
"""

# %%
# McCulloch and Pitts: a neuron that computes
# -------------------------------------------
#
# A neuron is on if the weighted sum of its inputs reaches a threshold. Weights and thresholds are
# set by hand; nothing is learned. AND and OR are one neuron each, XOR takes three: OR, and not AND.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier, MLPRegressor

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def neuron(inputs, weights, threshold):
    """On or off."""
    return (inputs @ weights >= threshold).astype(int)


either = neuron(X, [1, 1], threshold=1)
both = neuron(X, [1, 1], threshold=2)
either_or = neuron(np.column_stack([either, both]), [1, -1], threshold=1)
print("inputs", "OR ", "AND", "XOR", sep="   ")
for row in zip(X, either, both, either_or):
    print(*row, sep="    ")

# %%
# Hebb: what fires together
# -------------------------
#
# A connection grows when both of its ends are active: ``w += x * y``. From examples with inputs and
# outputs of -1 and 1, the sum of these products is enough for AND and OR. For XOR they cancel.

signs, ones = 2 * X - 1, np.ones((4, 1))
inputs = np.hstack([signs, ones])  # the last one is always active: the bias
problems = {"AND": 2 * both - 1, "OR": 2 * either - 1, "XOR": 2 * either_or - 1}
for name, y in problems.items():
    weights = sum(x * target for x, target in zip(inputs, y))
    right = (np.sign(inputs @ weights) == y).mean()
    print(f"Hebb, {name:3}: weights {weights}, {right:.0%} right")

# %%
# Rosenblatt: learn from mistakes
# -------------------------------
#
# The perceptron changes its weights only when it is wrong. If a line separates the classes, it
# finds one after a number of mistakes that has a bound (Novikoff, 1962). For XOR it never stops.


def rosenblatt(inputs, y, most=100):
    """Weights, and the number of mistakes in each pass over the rows."""
    weights, mistakes = np.zeros(inputs.shape[1]), []
    while len(mistakes) < most and (not mistakes or mistakes[-1] > 0):
        mistakes.append(0)
        for x, target in zip(inputs, y):
            if target * (x @ weights) <= 0:
                weights += target * x
                mistakes[-1] += 1
    return weights, mistakes


random = np.random.RandomState(0)
side = np.repeat([-1, 1], 40)
clouds = random.normal(1.2 * side[:, None], 0.8, (80, 2))
apart = side * clouds.sum(axis=1) > 0.3
clouds, side = clouds[apart], side[apart]
line, mistakes = rosenblatt(np.hstack([clouds, np.ones((len(clouds), 1))]), side)
print(f"clouds: {mistakes} mistakes a pass")
print(f"XOR: {rosenblatt(inputs, problems['XOR'])[1][-1]} mistakes in pass 100")

# %%
# Widrow and Hoff: down the gradient
# ----------------------------------
#
# ADALINE compares the sum itself with the target, before the threshold, and moves the weights
# against the error of one row after another: ``w += rate * (y - x @ w) * x``. It is stochastic
# gradient descent for the squared error, and ``MLPRegressor`` without hidden layers does it step
# for step.

table = random.normal(size=(200, 3))
target = table @ [1.5, -2.0, 0.5] + 3.0 + random.normal(0, 0.1, 200)
adaline = MLPRegressor(
    hidden_layer_sizes=(), solver="sgd", learning_rate_init=0.01, batch_size=1,
    alpha=0, shuffle=False, momentum=0, tol=0, n_iter_no_change=100, warm_start=True,
    random_state=0,
)
adaline.partial_fit(table[:1], target[:1])  # first weights, and the first row's step
weights = np.append(adaline.coefs_[0][:, 0], adaline.intercepts_[0])
path = [weights.copy()]
for x, y in zip(table[1:], target[1:]):
    adaline.partial_fit([x], [y])
    row = np.append(x, 1.0)
    weights += 0.01 * (y - row @ weights) * row
    path.append(weights.copy())
learned = np.append(adaline.coefs_[0][:, 0], adaline.intercepts_[0])
difference = abs(learned - weights).max()
print(f"200 steps by hand and by MLPRegressor differ by {difference:.0e}")

# %%
# With a constant rate the weights keep moving around the solution of least squares, the less the
# smaller the rate is. With a rate that falls, they end at it.

warnings.simplefilter("ignore", ConvergenceWarning)  # each rate has 30 passes
exact = np.linalg.lstsq(np.hstack([table, np.ones((200, 1))]), target, rcond=None)[0]
adaline = clone(adaline)
for rate in (1e-2, 3e-3, 1e-3, 3e-4):
    adaline.set_params(learning_rate_init=rate, max_iter=30).fit(table, target)
    learned = np.append(adaline.coefs_[0][:, 0], adaline.intercepts_[0])
    distance = abs(learned - exact).max()
    print(f"rate {rate:g}: {distance:.1e} from the least-squares weights")

# %%
# XOR: one layer, and a hidden one
# --------------------------------
#
# Trained without a hidden layer, the network says 1/2 everywhere: XOR is no line. With one, it
# bends the plane (Rumelhart, Hinton and Williams, 1986).

settings = {"solver": "lbfgs", "alpha": 0.003, "random_state": 1, "max_iter": 500}
single = MLPClassifier((), **settings).fit(X, either_or)
hidden = MLPClassifier((4,), activation="tanh", **settings).fit(X, either_or)
print(f"XOR: {single.score(X, either_or):.0%} right without, "
      f"{hidden.score(X, either_or):.0%} with a hidden layer")

figure, axes = plt.subplots(1, 4, figsize=(12, 3.2), layout="constrained")
axes[0].scatter(*clouds.T, c=side, cmap="coolwarm", s=12)
across = np.array([-3, 3])
axes[0].plot(across, -(line[0] * across + line[2]) / line[1], "k")
axes[0].set(title="Rosenblatt's line", ylim=(-3.5, 3.5))
axes[1].plot(path)
axes[1].set_prop_cycle(None)
for value in exact:
    axes[1].axhline(value, linestyle=":", color=axes[1]._get_lines.get_next_color())
axes[1].set(title="Widrow and Hoff's weights", xlabel="step")
grid = np.stack(np.meshgrid(*2 * [np.linspace(-0.5, 1.5, 80)]), axis=-1)
for axis, (name, model) in zip(axes[2:], {"no": single, "a": hidden}.items()):
    chance = model.predict_proba(grid.reshape(-1, 2))[:, 1].reshape(80, 80)
    levels = np.linspace(0, 1, 11)
    axis.contourf(grid[..., 0], grid[..., 1], chance, levels, cmap="coolwarm")
    axis.scatter(*X.T, c=either_or, cmap="coolwarm", edgecolor="white", s=60)
    axis.set(title=f"XOR, {name} hidden layer")
plt.show()
