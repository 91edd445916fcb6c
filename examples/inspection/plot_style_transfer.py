"""
===================================================
Style transfer: a temple as a flower, and back
===================================================

What an image shows is in where a layer's channels respond. Its style is in which channels respond
together, wherever they do: a Gram matrix. `style_transfer` changes one image until it has its own
content and another one's style (Gatys et al., 2016).
"""

# %%
# A network of photographs
# ------------------------
#
# Styles are usually transferred by networks trained on millions of photographs. Here 10,000 small
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
from skneural.inspection import style_transfer
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
# Content and style
# -----------------
#
# Both are scikit-learn's photographs, at 128 x 128 pixels. The style is that of three layers, the
# content that of the last of them. L-BFGS minimises the differences from the content image on.

china = photographs[0][100:356:2, 130:386:2]
flower = photographs[1][80:336:2, 200:456:2]
layers = ["conv1", "conv2", "conv3"]
images = {
    "temple": china,
    "flower": flower,
    "temple in the style of the flower": style_transfer(
        china, flower, network, layers=layers, n_iter=30
    ),
    "flower in the style of the temple": style_transfer(
        flower, china, network, layers=layers, n_iter=30
    ),
}
figure, axes = plt.subplots(1, 4, figsize=(14, 3.8), layout="constrained")
for axis, (title, image) in zip(axes, images.items()):
    axis.imshow(image / 255)
    axis.set_title(title, fontsize="medium")
    axis.set_axis_off()
plt.show()

# %%
# How much style
# --------------
#
# ``style_weight`` weighs the style beside the content, whose weight is 1.

figure, axes = plt.subplots(1, 3, figsize=(11, 3.8), layout="constrained")
for axis, weight in zip(axes, [1, 10, 100]):
    image = style_transfer(
        china, flower, network, layers=layers, style_weight=weight, n_iter=15
    )
    axis.imshow(image / 255)
    axis.set_title(f"style_weight={weight}", fontsize="medium")
    axis.set_axis_off()
plt.show()
