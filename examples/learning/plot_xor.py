"""
===========================================================
XOR: a perceptron fails, a hidden layer solves it
===========================================================

Two features, two classes: a point belongs to the first class where both features have the
same sign, to the second where the signs differ. No straight line separates them, so a
perceptron, whose boundary is a single line, fails whatever its weights. Minsky and Papert
made the case in 1969, and interest in networks cooled for years.

One hidden layer is enough. Each hidden unit draws a line of its own, and the output
combines them.
"""

# %%
# Four clouds of points
# ---------------------

import matplotlib.pyplot as plt
import numpy as np
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.linear_model import Perceptron
from sklearn.model_selection import train_test_split

from skneural import MLPClassifier

rng = np.random.RandomState(0)
corners = rng.choice([-1.0, 1.0], size=(600, 2))
y = (corners[:, 0] != corners[:, 1]).astype(int)
X = corners + rng.normal(scale=0.3, size=corners.shape)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)

# %%
# A line, four lines, many lines
# ------------------------------
#
# With four hidden units the lines that the units draw (where a unit's input is zero) can
# still be followed one by one. L-BFGS suits a problem of this size.

models = {
    "Perceptron": Perceptron(random_state=0),
    "MLPClassifier, 4 hidden units": MLPClassifier(
        (4,), "tanh", solver="lbfgs", random_state=1
    ),
    "MLPClassifier, 50 hidden units": MLPClassifier(
        (50,), solver="lbfgs", random_state=1
    ),
}


def draw_hidden_lines(axis, network):
    """Draw the line on which each hidden unit changes its sign."""
    across = np.array([-2.2, 2.2])
    for weights, intercept in zip(network.coefs_[0].T, network.intercepts_[0]):
        axis.plot(
            across, -(weights[0] * across + intercept) / weights[1], "k--", linewidth=1
        )


figure, axes = plt.subplots(1, 3, figsize=(12, 4.4), layout="constrained")
for axis, (title, model) in zip(axes, models.items()):
    model.fit(X_train, y_train)
    DecisionBoundaryDisplay.from_estimator(
        model,
        X,
        ax=axis,
        response_method="predict_proba"
        if hasattr(model, "predict_proba")
        else "predict",
        grid_resolution=200,
        plot_method="pcolormesh",
        cmap="RdBu_r",
        vmin=-0.7,  # pale regions, so that the points stand out
        vmax=1.7,
    )
    for label, color in enumerate(("tab:blue", "tab:red")):
        axis.scatter(
            *X_test[y_test == label].T,
            s=20,
            color=color,
            edgecolors="white",
            linewidths=0.5,
        )
    accuracy = model.score(X_test, y_test)
    axis.set(
        title=f"{title}\ntest accuracy {accuracy:.2f}",
        xlim=(-2.2, 2.2),
        ylim=(-2.2, 2.2),
    )
    axis.set(aspect="equal", xticks=[-1, 1], yticks=[-1, 1], xlabel="", ylabel="")
    print(f"{title:<32}{accuracy:.3f}")
draw_hidden_lines(axes[1], models["MLPClassifier, 4 hidden units"])
plt.show()

# %%
# No line gets more than three of the four clouds right, and the perceptron's rule does not
# even find that one: it never comes to rest where the classes cannot be separated. The
# dashed lines in the middle are the four hidden units: between them they cut out the regions
# that one line cannot. Fifty units only put the border in a better place.
