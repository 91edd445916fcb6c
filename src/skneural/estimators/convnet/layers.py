"""Layers from the parameters of a convolutional network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._whole_numbers import is_whole, wanted
from ...activations import get_activation
from ...augmentation import Augmentation, get_augmentation
from ...augmentation._base import check_keeps_pixels
from ...layers import Dense, Layer
from ..base.architecture import Task
from ..base.layer_list import named_layers
from ..base.output_layer import with_output_layer
from ..base.sizes import sizes
from .architectures import ARCHITECTURES, recipe_of
from .architectures.recipe import is_default
from .architectures.stack import Stack


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


def convnet_layers(
    estimator: Any, task: Task, augmentation: Sequence[Augmentation]
) -> list[tuple[str, Layer]]:
    """Return names and layers, the output layer included."""
    owner, architecture = type(estimator).__name__, estimator.architecture
    outputs = task.output_shape
    if not (architecture is None or isinstance(architecture, str)):
        if task.of_pixels:
            check_keeps_pixels(augmentation, owner)
        return with_output_layer(
            estimator._layer_list.active(estimator), task.input_shape, outputs, task.link,
            estimator.initializer, owner, task.of_pixels,
        )
    if len(outputs) > 1:
        shape = outputs[:-1] if task.of_pixels else outputs
        raise ValueError(
            f"{owner}: y has samples of shape {shape}, but"
            f" architecture={architecture!r} takes y of shape (n_samples,) or"
            " (n_samples, n_outputs); list the layers in architecture, and end with one"
            " that gives the shape of y"
        )
    pairs = named_layers(_hidden_layers(estimator, task.input_shape))
    return [*pairs, ("output", Dense(outputs[0], initializer=estimator.initializer))]


def _hidden_layers(estimator: Any, image_shape: tuple[int, ...]) -> list[Layer]:
    """Return the layers up to the output layer, those of a name or of the parameters."""
    if estimator.architecture is None:
        return _own_layers(estimator, image_shape)
    layers = ARCHITECTURES[estimator.architecture]
    if recipe_of(estimator.architecture) is None or is_default(estimator, "filters"):
        return layers(image_shape)
    return layers(image_shape, sizes(estimator.filters))


def image_shape_of(shape: tuple[int, ...], owner: str) -> tuple[int, ...]:
    """Return height, width and channels of the samples of X if they are not given.

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


def _own_layers(estimator, image_shape):
    """Return the layers that `filters` and the parameters beside it stand for."""
    stack = Stack(image_shape, estimator.initializer, estimator.normalization)
    for filters in sizes(estimator.filters):
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
    for units in sizes(estimator.hidden_layer_sizes):
        stack.drop(estimator.dropout)
        stack.connect(int(units), estimator.activation)
    stack.drop(estimator.dropout)
    return stack.layers


def _check_counts(estimator, name, lengths):
    """Raise unless a parameter is a positive integer, or as many of them as are allowed."""
    value = getattr(estimator, name)
    entries = sizes(value)
    has_several = hasattr(value, "__iter__") and lengths
    if not all(map(is_whole, entries)) or (has_several and len(entries) not in lengths):
        many = f"{' or '.join(map(str, lengths))} of them" if lengths else "several"
        raise ValueError(
            f"{type(estimator).__name__}: {name}={value!r} must be {wanted(entries)}: one or {many}"
        )
