"""Residual networks in the form for CIFAR-10."""

from __future__ import annotations

from ....layers import Activation, BatchNorm, Conv2D, GlobalAvgPool, Layer, Residual
from .stack import Stack

_STAGES = (16, 32, 64)  # filters


def resnet20(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of a residual network of depth 20: see `resnet`."""
    return resnet(image_shape, 20)


def resnet32(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of a residual network of depth 32: see `resnet`."""
    return resnet(image_shape, 32)


def resnet56(image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers of a residual network of depth 56: see `resnet`."""
    return resnet(image_shape, 56)


def resnet(image_shape: tuple[int, ...], depth: int) -> list[Layer]:
    """Return the layers of a residual network of depth 6n + 2.

    He, Zhang, Ren and Sun 2015, "Deep residual learning for image recognition",
    :arxiv:`1512.03385`, section 4.2: a 3x3 convolution with 16 filters, three stages of n blocks
    with 16, 32 and 64 filters, each stage after the first at half the resolution, global average
    pooling. Shortcuts are the identity, and projections where the shape changes (option B).

    Parameters
    ----------
    image_shape : tuple of int
        Height, width and channels.
    depth : int
        Layers with weights, the output layer and not the projections counted.
    """
    stack = Stack(image_shape, normalization="batch")
    stack.convolve(_STAGES[0])
    for filters in _STAGES:
        for block in range((depth - 2) // 6):
            halves = block == 0 and filters != _STAGES[0]
            stack.add(_block(filters, 2 if halves else 1))
    stack.add(GlobalAvgPool())
    return stack.layers


def _block(filters: int, strides: int) -> Residual:
    """Return two convolutions with a shortcut around them."""
    layers = [
        _convolution(filters, strides), BatchNorm(), Activation("relu"),
        _convolution(filters, 1), BatchNorm(),
    ]
    return Residual(layers, "projection" if strides > 1 else None, "relu")


def _convolution(filters: int, strides: int) -> Conv2D:
    return Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)
