"""
========================================
Fourteen non-linearities on one task
========================================

Rectifiers are the most common activations, with many variants: leaky ones, with a slope below zero
that is fixed, random or learned; smooth ones; and some that learn their whole shape. Here fourteen
activations are compared in the same small network, on the same images, with the same seeds.

====================== ============================================================================
logistic, tanh         the classics, flat at both ends
relu                   Nair and Hinton 2010
softplus               the smooth rectifier: Dugas et al. 2001
elu, selu              Clevert et al. 2015; Klambauer et al. 2017
gelu, silu             Hendrycks and Gimpel 2016; Elfwing et al. 2017, Ramachandran et al. 2017
leaky relu             slope 0.01 below zero: Maas et al. 2013
very leaky relu        slope 1/3: Graham 2014
random relu            a slope drawn anew for each number in training: Xu et al. 2015
parametric relu        a learned slope for each channel: He et al. 2015
adaptive (APL)         learned hinges and slopes for each channel: Agostinelli et al. 2014
maxout                 the larger of two learned linear functions: Goodfellow et al. 2013
====================== ============================================================================
"""

# %%
# The task
# --------
#
# 2,000 pictures of clothes from Fashion-MNIST, so few that differences show. Without a connection,
# and without the set on disk, 600 of scikit-learn's digits have to do.

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator, NullLocator
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import NeuralNetClassifier
from skneural.datasets import load_fashion_mnist
from skneural.layers import (
    APL,
    Activation,
    Conv2D,
    Dense,
    Flatten,
    Maxout,
    MaxPool,
    PReLU,
    RReLU,
    VLReLU,
)

warnings.simplefilter("ignore", ConvergenceWarning)  # all networks get as many epochs

try:
    X_train, y_train, X_test, y_test = load_fashion_mnist()
    X_train, y_train = X_train[:2000] / np.float32(255), y_train[:2000]
    X_test, name = X_test / np.float32(255), "Fashion-MNIST"
except ConnectionError:
    print("Fashion-MNIST is not at hand, so these are scikit-learn's digits.")
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        (digits.images / 16).astype("float32"),
        digits.target,
        train_size=600,
        random_state=0,
    )
    name = "digits"
X_train, X_test = X_train[..., np.newaxis], X_test[..., np.newaxis]
print(f"{name}: {len(X_train)} images to train with, {len(X_test)} to test on")

# %%
# The networks
# ------------
#
# One convolution, one hidden layer. What has parameters of its own is a layer rather than the name
# of an activation. Maxout brings its linear functions with it, so it takes the place of the hidden
# layer and its activation; the convolution below then keeps the rectifier.

nonlinearities = {
    "logistic": Activation("logistic"),
    "tanh": Activation("tanh"),
    "relu": Activation("relu"),
    "softplus": Activation("softplus"),
    "elu": Activation("elu"),
    "selu": Activation("selu"),
    "gelu": Activation("gelu"),
    "silu": Activation("silu"),
    "leaky relu": Activation("leaky_relu"),
    "very leaky relu": VLReLU(),
    "random relu": RReLU(),
    "parametric relu": PReLU(),
    "adaptive (APL)": APL(),
    "maxout": None,
}


def network(nonlinearity, seed):
    """A small convolutional network with a non-linearity after each layer."""
    if nonlinearity is None:
        first, hidden = Activation("relu"), [Maxout(64)]
    else:
        first, hidden = (
            nonlinearity,
            [Dense(64, initializer="he_uniform"), nonlinearity],
        )
    return NeuralNetClassifier(
        [Conv2D(8, 3), first, MaxPool(2), Flatten(), *hidden, Dense(10, "softmax")],
        max_iter=15,
        batch_size=50,
        learning_rate_init=0.003,
        random_state=seed,
    )


losses, accuracies = {}, {}
print(f"{'':<18}{'training loss':>14}{'test accuracy':>20}{'seconds':>9}")
for label, nonlinearity in nonlinearities.items():
    began = perf_counter()
    models = [network(nonlinearity, seed).fit(X_train, y_train) for seed in range(3)]
    seconds = perf_counter() - began
    losses[label] = np.mean([model.loss_curve_ for model in models], axis=0)
    scores = accuracies[label] = np.array(
        [model.score(X_test, y_test) for model in models]
    )
    print(
        f"{label:<18}{losses[label][-1]:>14.3f}{scores.mean():>12.4f}"
        f" ± {scores.std():.4f}{seconds:>8.1f}"
    )

# %%
# Results
# -------
#
# Left, the mean training loss of three seeds; right, in the same colors, the test error of
# each seed. The logistic function and softplus, which are never zero and have slopes below one,
# start slowly; among the others the differences are hardly larger than those between seeds.
# Maxout learns fastest, with twice the weights in its layer.

ranked = sorted(accuracies, key=lambda label: accuracies[label].mean())
colors = dict(zip(ranked, plt.cm.viridis(np.linspace(0, 0.95, len(ranked)))))
figure, (loss_axis, error_axis) = plt.subplots(
    1, 2, figsize=(11, 4.8), layout="constrained"
)
for place, label in enumerate(ranked):
    curve, errors = losses[label], 1 - accuracies[label]
    loss_axis.plot(range(1, len(curve) + 1), curve, color=colors[label])
    error_axis.plot(errors, [place] * len(errors), "o", color=colors[label], alpha=0.5)
    error_axis.plot(errors.mean(), place, "D", color=colors[label], markersize=9)
loss_axis.set(title=f"Training on {name}", xlabel="epoch", xticks=range(0, 16, 5))
loss_axis.set(ylabel="training loss", yscale="log", yticks=[0.03, 0.1, 0.3, 1, 3])
loss_axis.yaxis.set_major_formatter("{x:g}")
error_axis.set(
    title="Each of three seeds; diamond: their mean", xlabel="test error", xscale="log"
)
error_axis.set(yticks=range(len(ranked)), yticklabels=ranked)
error_axis.grid(axis="x", which="both", alpha=0.3)
error_axis.xaxis.set_major_formatter("{x:.0%}")
error_axis.xaxis.set_minor_formatter("{x:.0%}")
error_axis.xaxis.set_minor_locator(LogLocator(subs=(2, 4, 6)))
loss_axis.yaxis.set_minor_locator(NullLocator())
for axis in (loss_axis, error_axis):
    axis.spines[["top", "right"]].set_visible(False)
plt.show()
