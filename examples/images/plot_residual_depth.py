"""
=====================================================
Why residual networks: 20 and 56 layers
=====================================================

More layers can represent all that fewer can: the others need only be the identity. Yet deep stacks
of convolutions train worse than shallow ones, and not only on images they have not seen: the
*training* loss is higher. He et al. (2015) called this degradation, and added a shortcut around
every two layers, so that a block is close to the identity at first. This is their experiment on a
smaller scale.
"""

# %%
# The images
# ----------
#
# CIFAR-10, at half its resolution so that four networks train in a few minutes: 4,000 photographs
# of 16 x 16 pixels to train with, 1,000 to test on. Without a connection, and without the set on
# disk, scikit-learn's digits have to do.

import warnings
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import ConvNetClassifier
from skneural.datasets import load_cifar10
from skneural.layers import Activation, BatchNorm, Conv2D, GlobalAvgPool, Residual

warnings.simplefilter("ignore", ConvergenceWarning)  # all networks get as many epochs


def halved(images):
    """Return images of uint8 at half their height and width."""
    n_images, height, width, channels = images.shape
    blocks = images.reshape(n_images, height // 2, 2, width // 2, 2, channels)
    return blocks.mean(axis=(2, 4)).astype(np.uint8)


try:
    X_train, y_train, X_test, y_test = load_cifar10()
    X_train, y_train = halved(X_train[:4000]), y_train[:4000]
    X_test, y_test = halved(X_test[:1000]), y_test[:1000]
    name = "CIFAR-10"
except ConnectionError:
    print("CIFAR-10 is not at hand, so these are scikit-learn's digits.")
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        (digits.images / 16).astype("float32"),
        digits.target,
        test_size=0.3,
        random_state=0,
    )
    name = "digits"
print(f"{name}: {X_train.shape} to train with, {X_test.shape} to test on")

# %%
# Plain and residual
# ------------------
#
# The networks of the paper with half its filters: three stages, each at half the resolution of the
# one before, of three blocks for 20 layers and nine for 56. Both kinds have the same convolutions
# and normalizations in the same order. In one of them, each block is put into a `Residual` layer,
# whose shortcut is the input itself or, where a stage begins, a projection to the new shape.


def layers(depth, shortcuts):
    """Return the layers of a network, up to the output layer."""
    stack = [*convolution(8, 1), Activation("relu")]
    for filters in (8, 16, 32):
        for block in range((depth - 2) // 6):
            begins = block == 0 and filters > 8
            pair = [
                *convolution(filters, 2 if begins else 1),
                Activation("relu"),
                *convolution(filters, 1),
            ]
            if shortcuts:
                stack.append(Residual(pair, "projection" if begins else None, "relu"))
            else:
                stack += [*pair, Activation("relu")]
    return [*stack, GlobalAvgPool()]


def convolution(filters, strides):
    return [
        Conv2D(filters, 3, strides=strides, padding="same", use_bias=False),
        BatchNorm(),
    ]


# %%
# Four trainings
# --------------
#
# The same recipe and the same order of images for all; without a penalty on weights, so that the
# training loss is nothing but that of the images. The test images are validation data here: they
# are looked at after every epoch, and not learned from.

models = {}
print(f"{'':<20}{'training loss':>14}{'training error':>16}{'test error':>12}{'s':>9}")
for shortcuts in (False, True):
    for depth in (20, 56):
        model = ConvNetClassifier(
            architecture=layers(depth, shortcuts),
            alpha=0,
            solver="sgd",
            learning_rate="cosine",
            learning_rate_init=0.05,
            max_iter=12,
            batch_size=32,
            n_iter_no_change=12,
            random_state=0,
        )
        began = perf_counter()
        model.fit(X_train, y_train, X_val=X_test, y_val=y_test)
        seconds = perf_counter() - began
        label = f"{'residual' if shortcuts else 'plain'}, {depth} layers"
        models[label] = model
        errors = [
            1 - model.score(X, y) for X, y in ((X_train, y_train), (X_test, y_test))
        ]
        print(
            f"{label:<20}{model.loss_curve_[-1]:>14.3f}{errors[0]:>16.3f}"
            f"{errors[1]:>12.3f}{seconds:>9.1f}"
        )

# %%
# The curves
# ----------
#
# Without shortcuts, 56 layers hardly learn in the time in which 20 do. With them, they come close
# to 20 with shortcuts, and get further than 20 without. Twelve epochs on so few images are too
# short for more layers to pay off: in the paper, after some 160 epochs on all of CIFAR-10, the
# residual network of 56 layers was the best of these four.

figure, (loss_axis, error_axis) = plt.subplots(
    1, 2, figsize=(11, 4.4), layout="constrained"
)
for label, model in models.items():
    style = {
        "color": "C0" if "20" in label else "C3",
        "linestyle": "-" if "residual" in label else "--",
        "label": label,
    }
    epochs = range(1, model.n_iter_ + 1)
    loss_axis.plot(epochs, model.loss_curve_, **style)
    error_axis.plot(epochs, 1 - np.array(model.validation_scores_), **style)
loss_axis.set(title=f"Training on {name}", ylabel="training loss", ylim=(0, None))
error_axis.set(title="New images", ylabel="test error", ylim=(0, 1))
error_axis.yaxis.set_major_formatter("{x:.0%}")
for axis in (loss_axis, error_axis):
    axis.set(xlabel="epoch", xticks=range(2, 13, 2))
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", alpha=0.3)
loss_axis.legend(frameon=False)
plt.show()
