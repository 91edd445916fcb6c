"""Recognition of images with channels first, as in PyTorch, where channels last are expected.

Samples of shape (a, b, c) are images of height a, width b and c channels. If b and c look like
the sides of an image, and a like its channels, there are two responses. An error, if little else is
likely: behind 1 or 3, sides of at least 8, and behind 4, sides of at least 24, neither of them four
times the other. A warning, if channels last are as likely: behind 1 or 3, sides of at least 8 of
which one is four times the other or more; behind any other number up to 16, equal sides of at least
32 that are four times that number. All else is accepted: feature maps such as (4, 4, 64),
(3, 3, 512), (4, 16, 16) or (16, 16, 16), signals in one row such as (1, 200, 3), and also channels
first of smaller images, or of unequal sides behind other numbers than 1, 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .._user_warnings import warn_user
from ..layers import (
    AvgPool,
    BatchNorm,
    Conv2D,
    Conv2DTranspose,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    MaxPool,
    Reshape,
    SpatialDropout,
    UpSampling2D,
)

Shape = tuple[int, ...]

_OF_IMAGES = (
    AvgPool, BatchNorm, Conv2D, Conv2DTranspose, GlobalAvgPool, GlobalMaxPool, LayerNorm, MaxPool,
    SpatialDropout, UpSampling2D,
)  # fmt: skip
_LEAST_SIDES = {1: 8, 3: 8, 4: 24}  # of images with the channels that nearly all have
_TOO_UNEQUAL = 4  # ratio of the sides that few images exceed
_MOST_CHANNELS = 16  # of images from satellites and microscopes
_LEAST_EQUAL_SIDE = 32
_SIDES_A_CHANNEL = 4  # usual least ratio of a side to the number of channels


def check_channels_last(shape: Shape, owner: str, parameter: str) -> None:
    """Raise a ValueError for the shape of samples that look like images with channels first.

    If channels last are as likely, warn.

    Parameters
    ----------
    shape : tuple of int
        Of the samples of X.
    owner : str
        The estimator's name.
    parameter : str
        The parameter that sets the shape explicitly, without this check.
    """
    if _look_channels_first(shape):
        raise ValueError(
            f"{owner}: X has samples of shape {shape}, which look like images with channels first;"
            f" here channels come last: pass np.moveaxis(X, 1, -1). If they are {shape[0]} high and"
            f" have {shape[2]} channels, say so by {parameter}={shape}"
        )
    if _may_be_channels_first(shape):
        warn_user(
            f"{owner}: X has samples of shape {shape}, taken for images {shape[0]} high with"
            f" {shape[2]} channels, which come last. If it is {shape[0]} channels that come first,"
            f" pass np.moveaxis(X, 1, -1); if not, {parameter}={shape} says so without a warning"
        )


def moved_hint(shape: Shape, wanted: Shape, name: str = "X") -> str:
    """Return code that moves samples from channels first to a wanted shape, "" if none does.

    Parameters
    ----------
    shape, wanted : tuple of int
    name : str, default="X"
        Whose samples they are.
    """
    moved = len(shape) > 2 and shape != wanted and (*shape[1:], shape[0]) == wanted
    return f"; channels come last: np.moveaxis({name}, 1, -1)" if moved else ""


def read_images(layers: Sequence[Any]) -> bool:
    """Whether the order of axes counts for layers, as for those of images and of channels."""
    for layer in _leaves(layers):
        if isinstance(layer, (*_OF_IMAGES, Flatten, Reshape)):
            return isinstance(layer, _OF_IMAGES)
    return False


def _look_channels_first(shape: Shape) -> bool:
    """Whether samples can hardly be anything but images with channels first."""
    return _has_usual_channels_first(shape) and max(shape[1:]) < _TOO_UNEQUAL * min(shape[1:])


def _may_be_channels_first(shape: Shape) -> bool:
    """Whether samples are as likely images with channels first as last."""
    if len(shape) != 3 or shape[0] > _MOST_CHANNELS:
        return False
    if shape[0] in (1, 3):
        return _has_usual_channels_first(shape)
    least = max(_LEAST_EQUAL_SIDE, _SIDES_A_CHANNEL * shape[0])
    return shape[1] == shape[2] and shape[1] >= least


def _has_usual_channels_first(shape: Shape) -> bool:
    usual = len(shape) == 3 and shape[0] in _LEAST_SIDES
    return usual and min(shape[1:]) >= _LEAST_SIDES[shape[0]]


def _leaves(layers: Sequence[Any]) -> Iterator[Layer]:
    """Yield layers that are not composite, depth first."""
    for layer in layers:
        if hasattr(layer, "_parts"):
            yield from _leaves([part for _, part in layer._parts()])
        else:
            yield layer
