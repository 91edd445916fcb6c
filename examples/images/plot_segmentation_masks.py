"""
========================================
Semantic segmentation
========================================

A classifier can predict an image. Here it predicts for each pixel whether it belongs to a disc, a
rectangle, a triangle or the ground, which is cloudy and in places as bright as they are. The labels
are images too, masks of classes, and an ordinary `fit` learns from them.
"""

# %%
# Synthetic images
# ----------------
#
# One shape of each kind, at random places, of random size and angle; they may hide parts of each
# other. Each is brighter than the ground under it, but not than the ground elsewhere. A mask has
# the number of a kind for each pixel.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Patch
from scipy.ndimage import gaussian_filter
from sklearn.exceptions import ConvergenceWarning

from skneural import NeuralNetClassifier
from skneural.layers import (
    Activation,
    BatchNorm,
    Conv2D,
    Conv2DTranspose,
    MaxPool,
    Parallel,
)

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

KINDS = ["ground", "disc", "rectangle", "triangle"]
SIDE = 48
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]


def inside(kind, rng):
    """Return where a shape of random place, size and angle is."""
    row, column = rng.uniform(9, SIDE - 9, size=2)
    size, angle = rng.uniform(5, 9), rng.uniform(2 * np.pi)
    along = np.cos(angle) * (ROWS - row) + np.sin(angle) * (COLUMNS - column)
    across = np.cos(angle) * (COLUMNS - column) - np.sin(angle) * (ROWS - row)
    if kind == "disc":
        return np.hypot(along, across) < size
    if kind == "rectangle":
        return (np.abs(along) < size) & (np.abs(across) < 0.7 * size)
    turns = 2 * np.pi / 3 * np.arange(3)
    heights = [np.cos(turn) * along + np.sin(turn) * across for turn in turns]
    return np.max(heights, axis=0) < 0.65 * size


def draw(rng):
    """Return a picture (side, side, 1) and its mask (side, side)."""
    clouds = gaussian_filter(rng.normal(size=(SIDE, SIDE)), 5, mode="wrap")
    picture = 0.5 + 0.15 * clouds / clouds.std()
    mask = np.zeros((SIDE, SIDE), np.uint8)
    for number in rng.permutation([1, 2, 3]):
        shape = inside(KINDS[number], rng) & (mask == 0)
        mask[shape] = number
        picture += rng.uniform(0.2, 0.35) * shape
    picture += rng.normal(scale=0.06, size=picture.shape)
    return picture[..., np.newaxis].astype("float32"), mask


rng = np.random.RandomState(0)
pairs = [draw(rng) for _ in range(2000)]
pictures, masks = map(np.array, zip(*pairs))
X_train, X_test, y_train, y_test = (
    pictures[:1600],
    pictures[1600:],
    masks[:1600],
    masks[1600:],
)
print(
    f"X {X_train.shape}, y {y_train.shape} to train on, {len(X_test)} pictures to test"
)

# %%
# The network
# -----------
#
# A small U-Net (Ronneberger et al., 2015). Down at a quarter of the resolution a pixel sees enough
# of its surroundings to tell a disc from a triangle; on the way up, each level gets beside it what
# was seen on the way down, and with that the exact borders. In `Parallel` the branch ``[]`` is that
# bridge. The layers keep height and width, so an output layer is added: a channel for each class.


def convolution(filters):
    return [
        Conv2D(filters, 3, padding="same", use_bias=False),
        BatchNorm(),
        Activation("relu"),
    ]


def below(filters, layers):
    """Return what goes on at half the resolution, beside the input as it is."""
    return Parallel([[], [MaxPool(2), *layers, Conv2DTranspose(filters, 2, strides=2)]])


quarter = convolution(64)
half = [*convolution(32), below(32, quarter), *convolution(32)]
network = NeuralNetClassifier(
    [*convolution(16), below(16, half), *convolution(16)],
    learning_rate="one_cycle",
    learning_rate_init=0.003,
    max_iter=12,
    batch_size=32,
    random_state=0,
)
network.fit(X_train, y_train)
print(network.summary())
predicted = network.predict(X_test)
print(f"pixels that are right: {network.score(X_test, y_test):.3f}")

# %%
# Against a threshold
# -------------------
#
# The intersection over union (IoU) is the number of pixels in both masks, the true one and the
# predicted one, over the number in either. Brightness alone cannot tell the kinds apart, so the
# comparison is about whether a pixel belongs to any shape. The thresholds are the best ones on the
# training pictures: one of brightness as it is, one of how much brighter a pixel, smoothed against
# noise, is than its wider surroundings.


def iou(truth, guess):
    return np.sum(truth & guess) / np.sum(truth | guess)


def over_surroundings(pictures):
    smooth, wide = (
        gaussian_filter(pictures, (0, s, s, 0), mode="nearest") for s in (1, 10)
    )
    return smooth - wide


def thresholded(brightness_train, brightness_test):
    """Return where test pictures are above the threshold that is best in training."""
    candidates = np.quantile(brightness_train, np.linspace(0.02, 0.98, 49))
    above = (brightness_train[..., 0] > threshold for threshold in candidates)
    best = np.argmax([iou(y_train > 0, guess) for guess in above])
    return brightness_test[..., 0] > candidates[best]


local = "threshold over surroundings"
guesses = {
    "threshold": thresholded(X_train, X_test),
    local: thresholded(over_surroundings(X_train), over_surroundings(X_test)),
    "network": predicted > 0,
}
scores = {name: iou(y_test > 0, guess) for name, guess in guesses.items()}
print("IoU of shape or ground")
for name, score in scores.items():
    print(f"  {name:<28}{score:.3f}")
print("IoU of each kind, network")
for number, kind in enumerate(KINDS):
    print(f"  {kind:<28}{iou(y_test == number, predicted == number):.3f}")

# %%
# The first pictures of the test set
# ----------------------------------
#
# The network hardly errs about where shapes are; it is less sure which is which, as in these
# pictures where two of them meet. To a threshold, a bright cloud is a shape.

COLORS = np.array(
    [[1.0, 1.0, 1.0], [0.12, 0.47, 0.71], [1.0, 0.5, 0.05], [0.17, 0.63, 0.17]]
)

n_columns = 6
rows = {
    "picture": X_test[..., 0],
    "truth": COLORS[y_test[:n_columns]],
    "network": COLORS[predicted[:n_columns]],
    "threshold": ~guesses["threshold"],
    "threshold over\nsurroundings": ~guesses[local],
}
figure, axes = plt.subplots(
    len(rows), n_columns, figsize=(9, 8.2), layout="constrained"
)
for line, (label, images) in zip(axes, rows.items()):
    for axis, image in zip(line, images):
        axis.imshow(image, cmap="gray")
        axis.set(xticks=[], yticks=[])
    line[0].set_ylabel(label)
figure.legend(
    handles=[
        Patch(color=color, label=kind) for kind, color in zip(KINDS[1:], COLORS[1:])
    ],
    loc="outside lower center",
    ncols=3,
    frameon=False,
)
plt.show()
