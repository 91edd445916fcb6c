"""
================================================
What LeNet-5 sees: filters and feature maps
================================================

LeNet-5 read the digits on cheques in the nineties (LeCun et al., 1998): two convolutions, each
followed by pooling, and three dense layers. Its first filters are small enough to be shown,
and so are their feature maps.
"""

# %%
# The digits
# ----------
#
# MNIST as it is: `ConvNetClassifier` takes images of uint8 and divides them by 255 itself, batch
# by batch. Without a connection, and without the set on disk, scikit-learn's digits are enlarged
# to a similar size.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from skneural import ConvNetClassifier
from skneural.datasets import load_mnist

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

try:
    X_train, y_train, X_test, y_test = load_mnist()
    n_epochs = 3
except ConnectionError:
    print("MNIST is not at hand, so these are scikit-learn's digits, enlarged.")
    digits = load_digits()
    images = np.kron(digits.images * 255 / 16, np.ones((3, 3))).astype(np.uint8)
    X_train, X_test, y_train, y_test = train_test_split(
        images, digits.target, test_size=0.3, random_state=0
    )
    n_epochs = 20
height, width = X_train.shape[1:]
print(f"{len(X_train)} images of {height} x {width} pixels to train on")

# %%
# The network
# -----------
#
# The name selects the layers, with the sizes of 1998, but rectifiers and maximum pooling in place
# of sigmoids and average pooling.

network = ConvNetClassifier(
    architecture="lenet5", max_iter=n_epochs, batch_size=64, random_state=0
)
network.fit(X_train, y_train)
print(network.summary())
print(f"test accuracy after {n_epochs} epochs: {network.score(X_test, y_test):.4f}")

# %%
# Filters and feature maps
# ------------------------
#
# Red weights are positive, blue ones negative. Each filter of the first layer responds
# to edges or strokes in one direction; the sixteen of the second, on their
# coarser grid, to corners and curves of those. `activations` returns the outputs of a layer, by
# its name in the summary; each map is scaled from its minimum to its maximum.

kernel = network.get_layer("conv2d_1").weights["kernel"]
image = X_test[np.flatnonzero(y_test == 5)[0]][np.newaxis]
first, first_pooled, second = (
    network.activations(image, name)[0]
    for name in ("conv2d_1", "maxpool_1", "conv2d_2")
)

figure = plt.figure(figsize=(10, 7.6), layout="constrained")
upper, lower = figure.subfigures(2, 1, height_ratios=[3, 2])
axes = upper.subplots(3, 7, width_ratios=[1.3, 1, 1, 1, 1, 1, 1])
limit = np.abs(kernel).max()
for column in range(6):
    filter_axis, map_axis, pooled_axis = axes[:, column + 1]
    filter_axis.imshow(kernel[:, :, 0, column], cmap="RdBu_r", vmin=-limit, vmax=limit)
    map_axis.imshow(first[:, :, column], cmap="gray")
    pooled_axis.imshow(first_pooled[:, :, column], cmap="gray")
axes[1, 0].imshow(image[0], cmap="gray")
for row, title in enumerate(
    ["six filters, 5 x 5", "a digit and its maps", "maps, pooled"]
):
    axes[row, 1].set_title(title, loc="left", fontsize="medium")
for axis, values in zip(lower.subplots(2, 8).flat, np.moveaxis(second, -1, 0)):
    axis.imshow(values, cmap="gray")
lower.suptitle("the sixteen maps of the second convolution", fontsize="medium")
for axis in figure.findobj(plt.Axes):
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(bool(axis.images))
plt.show()
