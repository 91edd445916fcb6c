"""VGG with eleven layers."""

from __future__ import annotations

from ....layers import Layer
from .stack import Stack

_STAGES = ((64,), (128,), (256, 256), (512, 512), (512, 512))
_FULL_SIDE = 128


def vgg11(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of VGG, configuration A: eight convolutions and two dense layers.

    Simonyan and Zisserman 2015, "Very deep convolutional networks for large-scale image
    recognition", :arxiv:`1409.1556`. The dense layers have the published 4,096 units for images
    of 128 pixels and more, and 512 for smaller ones, as is usual for CIFAR-10.

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    """
    stack = Stack(image_shape)
    for stage in _STAGES:
        for filters in stage:
            stack.convolve(filters)
        stack.pool()
    stack.flatten()
    for _ in range(2):
        stack.connect(4096 if min(image_shape[:2]) >= _FULL_SIDE else 512)
        stack.drop(0.5)
    return stack.layers
