"""Images that come with channels first, as PyTorch has them, where channels are read from the end.

Samples of shape (a, b, c) are images of height a, width b and c channels. They are taken for
channels first where nothing else is likely: a is what images have of channels, 1, 3 or 4, and b
and c are the sides of an image, equal, at least 8, and at least four times a; or, behind three
channels, sides of at least 16 of which one is at most twice the other. So a signal in one row,
(1, 200, 22), and maps of features, (4, 4, 64) or (2, 8, 8), are taken as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..layers import (
    AvgPool,
    Conv2D,
    Conv2DTranspose,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    MaxPool,
    Reshape,
    UpSampling2D,
)

Shape = tuple[int, ...]

_OF_IMAGES = (
    AvgPool, Conv2D, Conv2DTranspose, GlobalAvgPool, GlobalMaxPool, MaxPool, UpSampling2D
)  # fmt: skip
_CHANNELS = (1, 3, 4)
_LEAST_SIDE = 8
_SIDES_A_CHANNEL = 4  # how many times longer than the channels are many a side is
_LEAST_UNEQUAL_SIDE = 16
_MOST_UNEQUAL = 2  # how many times longer than the other a side is


def check_channels_last(shape: Shape, owner: str, parameter: str) -> None:
    """Raise a ValueError for the shape of samples that look like images with channels first.

    Parameters
    ----------
    shape : tuple of int
        Of the samples of X.
    owner : str
        The estimator's name.
    parameter : str
        The parameter that says what the shape is, which is then taken as it is.
    """
    if _looks_channels_first(shape):
        raise ValueError(
            f"{owner}: X has samples of shape {shape}, which look like images with channels first;"
            f" here channels come last: pass np.moveaxis(X, 1, -1). If they are {shape[0]} high and"
            f" have {shape[2]} channels, say so by {parameter}={shape}"
        )


def moved_hint(shape: Shape, wanted: Shape, name: str = "X") -> str:
    """Return how samples come to a shape wanted from channels first, "" where they do not.

    Parameters
    ----------
    shape, wanted : tuple of int
    name : str, default="X"
        Whose samples they are.
    """
    moved = len(shape) > 2 and shape != wanted and (*shape[1:], shape[0]) == wanted
    return f"; channels come last: np.moveaxis({name}, 1, -1)" if moved else ""


def read_images(layers: Sequence[Any]) -> bool:
    """Whether layers begin with one that reads images, but for what leaves a sample's shape."""
    for layer in _leaves(layers):
        if isinstance(layer, (*_OF_IMAGES, Flatten, Reshape)):
            return isinstance(layer, _OF_IMAGES)
    return False


def _looks_channels_first(shape: Shape) -> bool:
    if len(shape) != 3 or shape[0] not in _CHANNELS:
        return False
    channels, short, long = shape[0], min(shape[1:]), max(shape[1:])
    if short == long:
        return short >= max(_LEAST_SIDE, _SIDES_A_CHANNEL * channels)
    return channels == 3 and short >= _LEAST_UNEQUAL_SIDE and long <= _MOST_UNEQUAL * short


def _leaves(layers: Sequence[Any]) -> Iterator[Layer]:
    """Yield layers that are not made of layers, depth first."""
    for layer in layers:
        if hasattr(layer, "_parts"):
            yield from _leaves([part for _, part in layer._parts()])
        else:
            yield layer
