"""LeNet-5."""

from __future__ import annotations

from ....layers import Layer
from .stack import Stack


def lenet5(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of LeNet-5, with rectifiers and maximum pooling.

    LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document
    recognition".

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    """
    stack = Stack(image_shape)
    stack.convolve(6, 5)
    stack.pool()
    stack.convolve(16, 5, padding="valid")
    stack.pool()
    stack.flatten()
    stack.connect(120)
    stack.connect(84)
    return stack.layers
