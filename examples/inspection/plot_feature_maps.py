"""
==============================================
Feature maps of an image
==============================================

A convolutional network turns an image into maps, one for each of its filters, and these into
smaller ones. :class:`~skneural.inspection.ActivationDisplay` draws those of a layer.
"""

# %%
# Through the layers
# ------------------
#
# A network for scikit-learn's digits, and one of them. The first layer finds edges and strokes of
# one direction each; its maps still show the digit. Those of the second layer, behind a pooling,
# tell where combinations of them are. What is zero everywhere is a filter that this digit does not
# activate.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import ConvNetClassifier
from skneural.inspection import ActivationDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # ten epochs do

digits = load_digits()
images, y = digits.images / 16, digits.target
net = ConvNetClassifier(filters=(9, 16), max_iter=10, random_state=0).fit(images, y)
print(net.summary())


layers = ["conv2d_1", "maxpool_1", "conv2d_2", "maxpool_2"]
digit = 12
figure, axes = plt.subplots(1, 5, figsize=(13, 3), layout="constrained")
axes[0].imshow(images[digit], cmap="gray")
axes[0].set(title=f"a {y[digit]}", xticks=[], yticks=[])
for axis, layer in zip(axes[1:], layers):
    ActivationDisplay.from_estimator(net, images[digit], layer, ax=axis)

# %%
# Four digits
# -----------
#
# The same maps for other digits: each activates filters of its own, and that is what the dense
# layers behind them tell digits by.

figure, axes = plt.subplots(1, 4, figsize=(11, 3), layout="constrained")
for axis, digit in zip(axes, (0, 1, 7, 8)):
    ActivationDisplay.from_estimator(net, images[digit], "conv2d_2", ax=axis)
    axis.set_title(f"conv2d_2 of a {y[digit]}")
plt.show()
