"""
====================================
Convolution and pooling by hand
====================================

A convolution moves a small filter over an image, and at each position sums the products of filter
and image; pooling keeps the maximum of every window. Both can be computed by hand on a few pixels,
and a network gets the same numbers.
"""

# %%
# An image and a filter
# ---------------------
#
# The filter looks for a cross of diagonals. On the first place five of its ones lie on four ones
# of the image, so the first number is 4.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle
from sklearn.exceptions import ConvergenceWarning

from skneural import NeuralNetRegressor
from skneural.layers import Conv2D, MaxPool

warnings.simplefilter(
    "ignore", ConvergenceWarning
)  # one epoch does for networks not to be used

image = np.array(
    [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
    ]
)
kernel = np.array(
    [
        [1, 0, 1],
        [0, 1, 0],
        [1, 0, 1],
    ]
)

# %%
# A convolution with this filter
# ------------------------------
#
# Images go in as (samples, height, width, channels), kernels are (height, width, channels,
# filters). The layer would learn its filter; ``initial_weights`` gives it ours, and
# ``trainable=False`` keeps that. `fit` then only fits the output layer that every network has,
# which is not used here: `activations` returns the outputs of the named layer.

images = image[np.newaxis, :, :, np.newaxis]
network = NeuralNetRegressor(
    [("filter", Conv2D(filters=1, kernel_size=3, trainable=False))],
    initial_weights={
        "filter": {"kernel": kernel[:, :, np.newaxis, np.newaxis], "bias": [0]}
    },
    max_iter=1,
)
network.fit(images, [0])
features = network.activations(images, "filter")[0, :, :, 0].astype(int)
weights = network.get_layer("filter").weights
print(f"convolution:\n{features}")
print(
    f"parameters: {sum(values.size for values in weights.values())}, with the bias\n"
)

# %%
# Pooling
# -------
#
# The largest number of each window of 2 x 2, in steps of 2: each side is halved, and it no longer
# matters where exactly in its window a number was.

numbers = np.array(
    [
        [1, 1, 2, 4],
        [5, 6, 7, 8],
        [3, 2, 1, 0],
        [1, 2, 3, 4],
    ]
)
maps = numbers[np.newaxis, :, :, np.newaxis]
network = NeuralNetRegressor([("pool", MaxPool(pool_size=2, strides=2))], max_iter=1)
pooled = network.fit(maps, [0]).activations(maps, "pool")[0, :, :, 0].astype(int)
print(f"pooling:\n{pooled}\n")

# %%
# The filter, learned
# -------------------
#
# If the filter is unknown, but its outputs for images are known, it can be learned. Targets
# may have the shape of images, and the last layer is then the output: the network is one
# convolution and nothing else.

rng = np.random.RandomState(0)
noise = rng.randint(2, size=(200, 5, 5, 1)).astype(float)
windows = np.lib.stride_tricks.sliding_window_view(noise[..., 0], (3, 3), axis=(1, 2))
targets = np.sum(windows * kernel, axis=(3, 4))[..., np.newaxis]

learner = NeuralNetRegressor(
    [("filter", Conv2D(1, 3))], solver="lbfgs", alpha=0, random_state=0
)
learned = learner.fit(noise, targets).get_layer("filter").weights["kernel"][:, :, 0, 0]
print(f"learned from 200 images:\n{np.round(learned, 2) + 0.0}")

# %%
# Drawn
# -----


def draw(axis, values, title, windows=()):
    """Draw numbers in their cells, and windows as (row, column, side, color)."""
    shown = np.round(values).astype(int)
    axis.imshow(values, cmap="Blues", vmin=0, vmax=1.6 * values.max())
    for (row, column), number in np.ndenumerate(shown):
        axis.text(column, row, number, ha="center", va="center", fontsize=14)
    for row, column, side, color in windows:
        corner = column - 0.44, row - 0.44
        size = side - 0.12
        axis.add_patch(
            Rectangle(corner, size, size, fill=False, edgecolor=color, linewidth=3)
        )
    middle = (len(values) - 1) / 2  # cells of the same size everywhere
    axis.set(title=title, xticks=[], yticks=[])
    axis.set(xlim=(middle - 2.55, middle + 2.55), ylim=(4.55, -0.55))
    axis.spines[:].set_visible(False)


figure, axes = plt.subplots(2, 3, figsize=(9, 6.2), layout="constrained")
draw(axes[0, 0], image, "image", [(1, 0, 3, "C1")])
draw(axes[0, 1], kernel, "filter", [(0, 0, 3, "C1")])
draw(axes[0, 2], features, "convolution", [(1, 0, 1, "C1")])
colors = ["C1", "C2", "C3", "C4"]
places = [(0, 0), (0, 1), (1, 0), (1, 1)]
halves = [
    (2 * row, 2 * column, 2, color) for (row, column), color in zip(places, colors)
]
draw(axes[1, 0], numbers, "numbers", halves)
draw(
    axes[1, 1],
    pooled,
    "largest of each window",
    [(*p, 1, c) for p, c in zip(places, colors)],
)
draw(axes[1, 2], learned, "filter, learned from 200 images")
plt.show()
