"""
==============================
Activations
==============================

An activation is what makes a network more than one linear map: each hidden unit sends its
weighted sum through it. Training sees its derivative, too, with which every gradient on its
way back is multiplied: where the derivative is zero nothing is learned, and where it is well
below one, layer after layer, gradients fade.
"""

# %%
# Every activation and its derivative
# -----------------------------------
#
# ``Activation.registry`` holds all of them by the names that ``activation=`` takes. An
# activation can be called with numbers, and ``derivative`` gives its slope.

import matplotlib.pyplot as plt
import numpy as np

from skneural.activations import Activation

z = np.linspace(-4, 4, 801)
names = sorted(Activation.registry)

n_rows = -(-len(names) // 5)
figure, axes = plt.subplots(
    n_rows,
    5,
    figsize=(11, 2.3 * n_rows),
    sharex=True,
    sharey=True,
    layout="constrained",
)
for axis in axes.flat[len(names) :]:
    axis.axis("off")
for axis, name in zip(axes.flat, names):
    activation = Activation.registry[name]()
    axis.axhline(0, color="0.8", linewidth=0.8)
    axis.axvline(0, color="0.8", linewidth=0.8)
    axis.plot(
        z, activation.derivative(z), color="C1", linewidth=1.2, label="derivative"
    )
    axis.plot(z, activation(z), color="C0", linewidth=2, label="activation")
    axis.set(title=name, ylim=(-2, 3), yticks=[-1, 0, 1, 2])
    axis.spines[["top", "right"]].set_visible(False)
axes.flat[0].legend(fontsize="small", frameon=False)

# %%
# Six layers deep
# ---------------
#
# On the way through six hidden layers the differences add up. The derivative of the logistic
# function is a quarter at most: after six of them there is next to nothing left to learn
# from, and training stands still for many epochs. The others differ in speed.

import warnings

from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import MLPClassifier

X, y = load_digits(return_X_y=True)
figure, axis = plt.subplots(figsize=(8, 4.5), layout="constrained")
for name in ("logistic", "tanh", "relu", "selu", "gelu", "mish"):
    network = MLPClassifier(
        (64,) * 6, activation=name, max_iter=25, batch_size=64, tol=0.0, random_state=0
    )
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # 25 epochs are enough to see
        network.fit(X / 16, y)
    print(f"{name:<10} loss after {network.n_iter_} epochs: {network.loss_:.4f}")
    axis.semilogy(range(1, network.n_iter_ + 1), network.loss_curve_, label=name)
axis.set(title="Six hidden layers of 64 units on the digits", xlabel="epoch")
axis.set_ylabel("training loss")
axis.spines[["top", "right"]].set_visible(False)
axis.legend()
plt.show()
