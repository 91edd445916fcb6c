"""Layers from the parameters of a convolutional network."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

from sklearn.utils._param_validation import Interval, StrOptions

from ..._whole_numbers import is_whole, wanted
from ...activations import Activation as Rule
from ...activations import get_activation
from ...augmentation import Augmentation, get_augmentation
from ...layers import Layer
from ..base.layer_list import named_layers
from .architectures import ARCHITECTURES, recipe_of
from .architectures.recipe import is_default
from .architectures.stack import NORMALIZATIONS, POOLINGS, Stack

_COUNT = Interval(Integral, 1, None, closed="left")

CONVNET_CONSTRAINTS: dict = {
    "filters": ["array-like", _COUNT],
    "kernel_size": [tuple, list, _COUNT],
    "strides": [tuple, list, _COUNT],
    "padding": [StrOptions({"same", "valid"}), Interval(Integral, 0, None, closed="left")],
    "pooling": [StrOptions(set(POOLINGS)), None],
    "pool_size": [tuple, list, _COUNT],
    "normalization": [StrOptions(set(NORMALIZATIONS)), None],
    "hidden_layer_sizes": ["array-like", _COUNT],
    "activation": [StrOptions(Rule.registry.keys()), Rule],
    "dropout": [Interval(Real, 0, 1, closed="left")],
    "image_shape": [tuple, list, None],
    "architecture": [StrOptions(ARCHITECTURES.keys()), tuple, list, None],
    "augmentation": [StrOptions(Augmentation.registry.keys()), Augmentation, tuple, list, None],
}


def check_convnet(estimator: Any) -> None:
    """Raise a ValueError for parameters of the layers or the images that cannot be used."""
    owner = type(estimator).__name__
    for name in ("filters", "hidden_layer_sizes"):
        _check_counts(estimator, name, ())
    for name in ("kernel_size", "strides", "pool_size"):
        _check_counts(estimator, name, (2,))
    if estimator.image_shape is not None:
        _check_counts(estimator, "image_shape", (2, 3))
    get_activation(estimator.activation, owner)
    get_augmentation(estimator.augmentation, owner)
    estimator._check_layers()


def convnet_layers(estimator: Any, image_shape: tuple[int, ...]) -> list[tuple[str, Layer]]:
    """Return names and layers up to the output layer, which follows from y."""
    architecture = estimator.architecture
    if architecture is None:
        return named_layers(_own_layers(estimator, image_shape))
    if isinstance(architecture, str):
        layers = ARCHITECTURES[architecture]
        if recipe_of(architecture) is None or is_default(estimator, "filters"):
            return named_layers(layers(image_shape))
        return named_layers(layers(image_shape, counts(estimator.filters)))
    return estimator._active_layers()


def image_shape_of(shape: tuple[int, ...], owner: str) -> tuple[int, ...]:
    """Return height, width and channels for the samples of X when nobody says what they are.

    A flat sample is a square grey image if it can be, and else one row of pixels.
    """
    if len(shape) == 1:
        side = round(shape[0] ** 0.5)
        return (side, side, 1) if side**2 == shape[0] else (1, shape[0], 1)
    if len(shape) in (2, 3):
        height, width, *channels = shape
        return height, width, channels[0] if channels else 1
    raise ValueError(
        f"{owner}: X has samples of shape {shape}; images have (height, width, channels), grey ones"
        " (height, width)"
    )


def counts(value: Any) -> list:
    """Return a number or several as a list."""
    return list(value) if hasattr(value, "__iter__") else [value]


def _own_layers(estimator, image_shape):
    """Return the layers that `filters` and the parameters beside it stand for."""
    stack = Stack(image_shape, estimator.initializer, estimator.normalization)
    for filters in counts(estimator.filters):
        kernel_size = estimator.kernel_size
        if estimator.padding == "same":
            kernel_size = stack.at_most(kernel_size)
        stack.convolve(
            int(filters), kernel_size, estimator.activation,
            strides=estimator.strides, padding=estimator.padding,
        )
        if estimator.pooling is not None:
            stack.pool(estimator.pooling, estimator.pool_size)
    stack.flatten()
    for units in counts(estimator.hidden_layer_sizes):
        stack.drop(estimator.dropout)
        stack.connect(int(units), estimator.activation)
    stack.drop(estimator.dropout)
    return stack.layers


def _check_counts(estimator, name, lengths):
    """Raise unless a parameter is a positive whole number, or as many as it may be."""
    value = getattr(estimator, name)
    entries = counts(value)
    has_several = hasattr(value, "__iter__") and lengths
    if not all(map(is_whole, entries)) or (has_several and len(entries) not in lengths):
        many = f"{' or '.join(map(str, lengths))} of them" if lengths else "several"
        raise ValueError(
            f"{type(estimator).__name__}: {name}={value!r} must be {wanted(entries)}: one or {many}"
        )
