"""
=========================================================
Transfer: a trained trunk learns new classes
=========================================================

Much of what a network learns is not about its classes: edges, colors, textures, parts. So a
network trained on thousands of photographs of some classes is reused for other classes with few
labels (Donahue et al., 2014). The pretrained layers compensate for missing labels.
"""

# %%
# Old classes and new ones
# ------------------------
#
# CIFAR-10, at half its resolution for speed. The trunk learns airplanes, automobiles, birds, cats,
# deer and dogs; frogs, horses, ships and trucks are new to it. Without a connection, and without
# the set on disk, scikit-learn's digits have to do, with 6 to 9 as the new classes.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline

from skneural import FeatureExtractor, NeuralNetClassifier
from skneural.datasets import load_cifar10
from skneural.layers import Activation, BatchNorm, Conv2D, GlobalAvgPool, MaxPool

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough


def halved(images):
    """Return images of uint8 as floats from 0 to 1, at half their height and width."""
    n_images, height, width, channels = images.shape
    blocks = images.reshape(n_images, height // 2, 2, width // 2, 2, channels)
    return blocks.mean(axis=(2, 4), dtype="float32") / 255


try:
    X_train, y_train, X_test, y_test = load_cifar10()
    X_train, y_train, X_test = halved(X_train[:25000]), y_train[:25000], halved(X_test)
    name, n_epochs, new_names = "CIFAR-10", 10, ["frog", "horse", "ship", "truck"]
except ConnectionError:
    print("CIFAR-10 is not at hand, so these are scikit-learn's digits.")
    digits = load_digits()
    images = (digits.images[..., np.newaxis] / 16).astype("float32")
    X_train, X_test, y_train, y_test = train_test_split(
        images, digits.target, test_size=0.3, random_state=0
    )
    name, n_epochs, new_names = "digits", 20, ["6", "7", "8", "9"]
old, new, new_test = y_train < 6, y_train >= 6, y_test >= 6
X_old, y_old, X_new, y_new = X_train[old], y_train[old], X_train[new], y_train[new]
X_test, y_test = X_test[new_test], y_test[new_test]
print(
    f"{name}: {len(X_old)} images of old classes, {len(X_test)} of new ones to test on"
)

# %%
# The trunk
# ---------


def convolution(number, filters):
    return [
        (f"conv_{number}", Conv2D(filters, 3, padding="same", use_bias=False)),
        (f"norm_{number}", BatchNorm()),
        (f"relu_{number}", Activation("relu")),
    ]


network = NeuralNetClassifier(
    [
        *convolution(1, 32),
        ("pool_1", MaxPool(2)),
        *convolution(2, 64),
        ("pool_2", MaxPool(2)),
        *convolution(3, 128),
        ("features", GlobalAvgPool()),
    ],
    learning_rate="one_cycle",
    max_iter=n_epochs,
    batch_size=64,
    random_state=0,
)
trained = clone(network).fit(X_old, y_old)
print(trained.summary())

# %%
# Four ways to learn the new classes
# ----------------------------------
#
# The output layer follows from y, so it is a new one each time. The layers before it start from
# random weights, or by ``initial_weights`` from the trained ones. These may learn on, more slowly,
# or be kept by ``trainable=False``. Or the trunk becomes a transformer, and another estimator
# learns from the features that it finds.

trunk = {
    name: weights for name, weights in trained.weights_.items() if name != "output"
}
kept = {f"{name}__trainable": False for name in trunk}
few = clone(network).set_params(
    learning_rate="constant", learning_rate_init=0.003, batch_size="auto", max_iter=60
)
methods = {
    "from scratch": few,
    "trunk learns on": clone(few).set_params(
        initial_weights=trunk, learning_rate_init=0.001
    ),
    "trunk kept": clone(few).set_params(
        initial_weights=trunk, learning_rate_init=0.01, **kept
    ),
    "logistic regression on features": make_pipeline(
        FeatureExtractor(FrozenEstimator(trained), "features"),
        LogisticRegression(max_iter=1000),
    ),
}
numbers, n_draws = [1, 3, 10, 30, 100], 3
accuracies = {method: np.empty((n_draws, len(numbers))) for method in methods}
for draw, place in np.ndindex(n_draws, len(numbers)):
    X_few, _, y_few, _ = train_test_split(
        X_new, y_new, train_size=4 * numbers[place], stratify=y_new, random_state=draw
    )
    for method, estimator in methods.items():
        score = clone(estimator).fit(X_few, y_few).score(X_test, y_test)
        accuracies[method][draw, place] = score

print(
    f"{'labels of each new class':<34}" + "".join(f"{number:>8}" for number in numbers)
)
for method, scores in accuracies.items():
    print(f"{method:<34}" + "".join(f"{score:>8.3f}" for score in scores.mean(axis=0)))

# %%
# Results
# -------
#
# Left, mean and range of three draws of labelled images. On photographs the trunk saves
# labels: with ten per class it is about as accurate as from scratch with thirty. With a hundred,
# only the trunk that learns on is ahead. Digits are learned from few labels anyway, and a trunk
# that was trained on other digits and is kept does worse there.
#
# Right, the first test image of each new class and the four training images of new classes whose
# features are most like its own. The trunk was trained on none of them. Green frames are of the
# same class.

features = FeatureExtractor(FrozenEstimator(trained), "features").fit(X_new)
neighbors = NearestNeighbors(n_neighbors=4).fit(features.transform(X_new))

figure = plt.figure(figsize=(11, 4.6), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=[6, 5])
axis = left.subplots()
for color, (method, scores) in zip(["C7", "C1", "C0", "C2"], accuracies.items()):
    axis.fill_between(
        numbers, scores.min(axis=0), scores.max(axis=0), color=color, alpha=0.12
    )
    axis.plot(numbers, scores.mean(axis=0), "o-", color=color, label=method)
axis.set(
    title=f"Four new classes of {name}", xlabel="labels of each class", xscale="log"
)
axis.set_xticks(numbers, labels=numbers)
axis.minorticks_off()
axis.set_ylabel("test accuracy")
axis.yaxis.set_major_formatter("{x:.0%}")
axis.grid(axis="y", alpha=0.3)
axis.spines[["top", "right"]].set_visible(False)
axis.legend(frameon=False, loc="lower right")

axes = right.subplots(4, 5)
for line, label, new_name in zip(axes, np.unique(y_test), new_names):
    query = np.flatnonzero(y_test == label)[0]
    nearest = neighbors.kneighbors(features.transform(X_test[[query]]))[1][0]
    images, labels = [X_test[query], *X_new[nearest]], [None, *y_new[nearest]]
    for axis, image, found in zip(line, images, labels):
        axis.imshow(image, cmap="gray_r")
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(
            color="tab:green" if found == label else "tab:red", linewidth=3
        )
    line[0].spines[:].set_visible(False)
    line[0].set_ylabel(new_name)
axes[0, 0].set_title("new image", fontsize="medium")
axes[0, 1].set_title("nearest by its features", fontsize="medium", loc="left")
plt.show()
