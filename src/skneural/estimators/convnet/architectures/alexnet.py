"""AlexNet."""

from __future__ import annotations

from ....layers import Layer
from .stack import Stack

_FULL_SIDE = 128  # pixels of the shorter side from which on layers have their published widths


def alexnet(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of AlexNet, scaled to the image.

    Krizhevsky, Sutskever and Hinton 2012, "ImageNet classification with deep convolutional neural
    networks": five convolutions, overlapping pooling after the first, second and fifth, two dense
    layers with dropout. The first convolution has the published 11x11 kernel and stride 4 on images
    of 224 pixels and smaller ones on smaller images, down to 5x5 and 1; layers have the published
    widths from 128 pixels on and down to a quarter of them below. Local response normalization,
    which later work has found to matter little, is left out.

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    """
    side = min(image_shape[:2])
    share = min(1.0, max(0.25, side / _FULL_SIDE))
    stride = min(4, max(1, round(side / 56)))
    stack = Stack(image_shape)
    stack.convolve(_width(96, share), 2 * stride + 3, strides=stride)
    stack.pool(pool_size=3, strides=2)
    stack.convolve(_width(256, share), 5)
    stack.pool(pool_size=3, strides=2)
    stack.convolve(_width(384, share))
    stack.convolve(_width(384, share))
    stack.convolve(_width(256, share))
    stack.pool(pool_size=3, strides=2)
    stack.flatten()
    for _ in range(2):
        stack.drop(0.5)
        stack.connect(_width(4096, share))
    return stack.layers


def _width(published: int, share: float) -> int:
    return 8 * round(published * share / 8)
