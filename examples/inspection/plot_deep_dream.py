"""
===========================================
Deep dream: what layers like to see
===========================================

A network's layers respond to what they have learned to see. `deep_dream` turns that around: it
changes a photograph so that a layer responds more and more, and so shows what the layer looks
for (Mordvintsev et al., 2015).
"""

# %%
# A network of photographs
# ------------------------
#
# Deep dreams are usually made with networks trained on millions of photographs. Here 10,000 small
# ones have to do, of CIFAR-10. Without a connection, and without the set on disk, the network
# learns something else from scikit-learn's two photographs: of which of them a patch of 32 x 32
# pixels is, and by how many quarters it was turned.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image
from sklearn.exceptions import ConvergenceWarning

from skneural import ConvNetClassifier
from skneural.datasets import load_cifar10
from skneural.inspection import deep_dream
from skneural.layers import AvgPool, Conv2D, GlobalAvgPool

warnings.simplefilter("ignore", ConvergenceWarning)  # so many epochs are enough

photographs = [load_sample_image(f"{name}.jpg") for name in ("china", "flower")]


def turned_patches(n_patches, side=32):
    """Return patches of the photographs, and which they are of and how turned."""
    random = np.random.RandomState(0)
    X, y = [], []
    for number in random.randint(2, size=n_patches):
        height, width, _ = photographs[number].shape
        top, left = random.randint(height - side), random.randint(width - side)
        turns = random.randint(4)
        patch = photographs[number][top : top + side, left : left + side]
        X.append(np.rot90(patch, turns))
        y.append(4 * number + turns)
    return np.array(X), np.array(y)


try:
    X, y, X_test, y_test = load_cifar10()
    X, y = X[:10000], y[:10000]
except ConnectionError:
    print("CIFAR-10 is not at hand, so these are patches of two photographs.")
    X, y = turned_patches(7000)
    X, y, X_test, y_test = X[:6000], y[:6000], X[6000:], y[6000:]

# %%
# Convolutions read images of any size. So does the network, since the mean over all places stands
# before its output layer.

network = ConvNetClassifier(
    architecture=[
        ("conv1", Conv2D(16, 5, "relu", padding="same")),
        ("pool1", AvgPool(2)),
        ("conv2", Conv2D(32, 3, "relu", padding="same")),
        ("conv3", Conv2D(32, 3, "relu", padding="same")),
        ("pool2", AvgPool(2)),
        ("conv4", Conv2D(64, 3, "relu", padding="same")),
        ("mean", GlobalAvgPool()),
    ],
    max_iter=6,
    batch_size=32,
    learning_rate="one_cycle",
    random_state=0,
)
network.fit(X, y)
print(network.summary())
print(f"accuracy on images not seen: {network.score(X_test, y_test):.3f}")

# %%
# Dreams of its layers
# --------------------
#
# The photograph has 256 x 256 pixels, those of the fit 32 x 32. `deep_dream` climbs the gradient of
# the mean square of a layer's outputs, first on a small version of the photograph, then on larger
# ones: the *octaves*. So shapes appear in several sizes.

image = photographs[0][80:336, 120:376]
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained")
axes[0].imshow(image)
axes[0].set_title("photograph")
for axis, layer in zip(axes[1:], ["conv2", "conv3", "conv4"]):
    dream = deep_dream(network, image, layer, octaves=4, random_state=0)
    axis.imshow(dream / 255)
    axis.set_title(f"dream of {layer}")
for axis in axes:
    axis.set_axis_off()
plt.show()

# %%
# Dreams of single channels
# -------------------------
#
# `channel` names the only channel that is to respond more. Started from grey noise, what grows is
# its alone. These are the six channels of a layer that respond most to the noise itself.

noise = 128 + 20 * np.random.RandomState(0).standard_normal((128, 128, 3))
responses = network.activations(noise[np.newaxis], "conv3").mean(axis=(0, 1, 2))
figure, axes = plt.subplots(1, 6, figsize=(14, 2.6), layout="constrained")
for channel, axis in zip(np.argsort(responses)[::-1], axes):
    dream = deep_dream(
        network, noise, "conv3", channel=channel, octaves=2, n_iter=30, random_state=0
    )
    axis.imshow(dream / 255)
    axis.set_title(f"channel {channel}")
    axis.set_axis_off()
plt.show()
