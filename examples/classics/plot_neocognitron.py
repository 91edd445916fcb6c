"""
==========================================
A neocognitron: parts, wherever they are
==========================================

The neocognitron (Fukushima, 1980) is the ancestor of convolutional networks. Layers of S-cells look
for a pattern at every place of an image, C-cells fire if an S-cell near them does, and the next
layer finds patterns of patterns. Its filters are learned without labels, by competition: the cell
that responds best to a patch becomes more like it. Here the competition is a self-organizing map,
and S and C-cells are layers of convolution and pooling with these filters, which are not trained.
"""

# %%
# Digits on a larger canvas
# -------------------------
#
# Training digits lie in the middle. The test is to recognize digits that lie elsewhere.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skneural import FeatureExtractor, NeuralNetClassifier, SelfOrganizingMap
from skneural.layers import Conv2D, GlobalMaxPool, MaxPool

warnings.simplefilter("ignore", ConvergenceWarning)  # an epoch is enough to make layers
MARGIN = 6
digits = load_digits()
canvas = np.pad(digits.images / 16, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
X, X_test, y, y_test = train_test_split(
    canvas[..., None], digits.target, test_size=0.4, random_state=0
)

# %%
# Competition
# -----------
#
# An S-cell's response is the product of its filter with the patch that it sees. Filters have the
# length 1, so the best one is that of the smallest angle: ``metric="cosine"``. The map's units
# become the filters.


def patches(images, size, step=1, most=8000):
    """Patches of ``size`` by ``size`` pixels, ``step`` apart, that are not empty."""
    width = (size - 1) * step + 1
    views = sliding_window_view(images, (width, width), axis=(1, 2))
    views = views[..., ::step, ::step].transpose(0, 1, 2, 4, 5, 3)
    lengths = np.sqrt((views**2).sum(axis=(3, 4, 5)))
    chosen = np.argwhere(lengths > 0.3 * lengths.max())
    chosen = np.random.RandomState(0).permutation(chosen)[:most]
    return views[tuple(chosen.T)].reshape(len(chosen), -1)


def filters(images, shape, size, step=1):
    """Units of a map of patches."""
    som = SelfOrganizingMap(shape, metric="cosine", radius_end=0.5, max_iter=15)
    return som.fit(patches(images, size, step)).cluster_centers_


# %%
# Two stages
# ----------
#
# S-cells of the first stage see 3 x 3 pixels. C-cells take the greatest of 2 x 2 of them. S-cells
# of the second stage see 3 x 3 C-cells, every other one, of all kinds: parts of digits, 8 pixels
# wide. Their C-cells tell whether a part is anywhere. A negative bias is the threshold of an
# S-cell. ``trainable=False`` keeps the filters, and ``FeatureExtractor`` gives a layer's outputs.


def stack(*stages):
    """A network of S and C layers with the filters of each stage."""
    layers, weights = [], {}
    for number, (units, channels, threshold, step, pooling) in enumerate(stages, 1):
        cells = Conv2D(len(units), 3, "relu", dilation_rate=step, trainable=False)
        layers += [(f"S{number}", cells), (f"C{number}", pooling)]
        kernel = units.reshape(len(units), 3, 3, channels).transpose(1, 2, 3, 0)
        bias = np.full(len(units), -threshold)
        weights[f"S{number}"] = {"kernel": kernel, "bias": bias}
    network = NeuralNetClassifier(layers, initial_weights=weights, max_iter=1)
    return FrozenEstimator(network.fit(X[:50], y[:50]))


def outputs(network, layer, images):
    return FeatureExtractor(network, layer).fit(images).transform(images)


of_lines = filters(X, (3, 4), size=3)
stage_1 = of_lines, 1, 0.6, 1, MaxPool(2, strides=1)
first = stack(stage_1)
maps = outputs(first, "C1", X).reshape(len(X), 17, 17, len(of_lines))
of_parts = filters(maps, (16, 16), size=3, step=2)
stage_2 = of_parts, len(of_lines), 1.0, 2, GlobalMaxPool()
second = stack(stage_1, stage_2)
print(second.summary())

# %%
# Wherever they are
# -----------------
#
# A linear classifier of the last C-cells learns the digits. On digits in the middle one of pixels
# is more accurate: it knows where each part is. When digits move by a pixel, it is lost, while the
# C-cells respond as before.

readout = make_pipeline(
    FeatureExtractor(second, "C2"), LogisticRegression(C=10, max_iter=300)
)
pixels = LogisticRegression(max_iter=300)
readout.fit(X, y)
pixels.fit(X.reshape(len(X), -1), y)
shifts = range(5)
accuracies = {"pixels": [], "C-cells": []}
for shift in shifts:
    moved = np.roll(X_test, (shift, -shift), axis=(1, 2))
    accuracies["pixels"].append(pixels.score(moved.reshape(len(moved), -1), y_test))
    accuracies["C-cells"].append(readout.score(moved, y_test))
for name, scores in accuracies.items():
    print(f"{name:8}", "  ".join(f"{score:.3f}" for score in scores))

figure = plt.figure(figsize=(12, 3.6), layout="constrained")
left, middle, right = figure.subfigures(1, 3, width_ratios=[4, 4, 4])
left.suptitle("filters of the first S-cells")
for axis, unit in zip(left.subplots(3, 4).flat, of_lines):
    axis.imshow(unit.reshape(3, 3), cmap="gray_r", vmin=0)
    axis.axis("off")
middle.suptitle("a digit, and C-cells of the first stage")
shown = [X[0, ..., 0], *np.moveaxis(maps[0], -1, 0)[:11]]
for axis, image in zip(middle.subplots(3, 4).flat, shown):
    axis.imshow(image, cmap="gray_r", vmin=0)
    axis.axis("off")
axis = right.subplots()
for name, scores in accuracies.items():
    axis.plot(shifts, scores, "o-", label=name)
axis.set(xlabel="pixels moved, down and left", ylabel="accuracy", ylim=(0, 1))
axis.set_xticks(shifts)
axis.legend(loc="lower left")
axis.spines[["top", "right"]].set_visible(False)
plt.show()
