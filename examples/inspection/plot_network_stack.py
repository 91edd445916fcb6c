"""
==============================================
A network as a stack
==============================================

:class:`~skneural.inspection.NetworkDisplay` draws the layers of a fitted network with the shapes
of their outputs and their numbers of parameters: what ``summary()`` prints, as a picture.
"""

# %%
# Two networks for digits
# -----------------------
#
# The wider a box, the more values a sample has there; the darker, the more parameters a layer has.
# Most of the parameters of a convolutional network are in its dense layers. A residual block is a
# frame around the layers it is made of.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from skneural import ConvNetClassifier
from skneural.inspection import NetworkDisplay
from skneural.layers import Activation, BatchNorm, Conv2D, GlobalAvgPool, Residual

warnings.simplefilter("ignore", ConvergenceWarning)  # shapes do not depend on training

digits = load_digits()
images, y = digits.images / 16, digits.target
plain = ConvNetClassifier(filters=(16, 32), max_iter=2, random_state=0).fit(images, y)

block = [
    Conv2D(16, 3, padding="same", use_bias=False),
    BatchNorm(),
    Activation("relu"),
    Conv2D(16, 3, padding="same", use_bias=False),
    BatchNorm(),
]
residual = ConvNetClassifier(
    architecture=[
        Conv2D(16, 3, "relu", padding="same"),
        Residual(block, activation="relu"),
        GlobalAvgPool(),
    ],
    max_iter=2,
    random_state=0,
).fit(images, y)

figure, axes = plt.subplots(1, 2, figsize=(10, 7.5), layout="constrained")
NetworkDisplay.from_estimator(plain, ax=axes[0])
NetworkDisplay.from_estimator(residual, ax=axes[1])
plt.show()
