"""The end of a stack of layers: which layer gives the outputs, and one where none does."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from sklearn.base import clone

from ...activations import get_activation
from ...data.channels_first import moved_hint
from ...data.sample_shapes import stands_for
from ...initializers import get_initializer
from ...layers import (
    Activation,
    Conv1D,
    Conv1DTranspose,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    JordanRNN,
    Layer,
    PackedDense,
)
from ...layers.composition.sequential import shapes_along
from ...layers.composition.sharing import bind_shared, check_shared_shapes

Pairs = list[tuple[str, Layer]]
Shape = tuple[int, ...]


def with_output_layer(
    pairs: Pairs,
    input_shape: Shape,
    output_shape: Shape,
    link: str,
    initializer: Any,
    owner: str,
    per_pixel: bool = False,
) -> Pairs:
    """Return the layers with an output layer that the loss can follow.

    A last `Dense` or `Activation` layer is the output where its activation is "softmax", or where
    it is the loss's own link or none at all and the width is that of the outputs. Its activation
    is then left to the loss. A last `JordanRNN` of that width is the output, too, and so are the
    members of a last `PackedDense` whose ``units`` are that width: training follows the mean of
    their losses, and predictions are the mean of theirs, for classes of probabilities. Outputs of
    more than one dimension are those of any last layer whose shape they have. Else a dense layer
    named "output" is appended.

    Outputs for each pixel are those of a last layer without an activation, or with "softmax", that
    has a channel for each class; else a convolution of one pixel named "output" is appended.

    Parameters
    ----------
    pairs : list of (str, Layer)
    input_shape : tuple of int
    output_shape : tuple of int
        Of the outputs of a sample.
    link : str
        What the loss turns raw outputs into predictions by.
    initializer : str or Initializer
        Of the layer appended.
    owner : str
        The estimator's name, for errors.
    per_pixel : bool, default=False
        Whether the outputs are those of classes for each pixel of a mask, (..., n_classes).

    Raises
    ------
    ValueError
        If layers do not fit each other, the data or y, or name something unknown.
    """
    _check_own_names(pairs, owner)
    if per_pixel:
        pairs = _with_output_of_pixels(pairs, input_shape, output_shape, initializer, owner)
    else:
        pairs = _with_output(pairs, input_shape, output_shape, link, initializer, owner)
    bind_shared(pairs, owner)
    check_shared_shapes(pairs, input_shape, owner)
    for name, layer in pairs:
        _check_names(layer, f"{owner}: layer {name!r}")
    return pairs


def ends_in_softmax(pairs: Pairs) -> bool:
    """Whether the last layer gives one probability for each class, of two classes too."""
    last = pairs[-1][1] if pairs else None
    return isinstance(last, (Dense, Activation)) and last.activation == "softmax"


def width_of_softmax(pairs: Pairs, input_shape: Shape, owner: str) -> int:
    """Return how many probabilities layers that end with a softmax give for a sample."""
    shape = shapes_along(pairs, input_shape, owner)[-1]
    return shape[0] if len(shape) == 1 else 1


def n_members(layers: Sequence[Layer], n_outputs: int) -> int:
    """Return how many members of an ensemble give the outputs: those of a last `PackedDense`."""
    last = layers[-1] if layers else None
    return last.n_members if isinstance(last, PackedDense) and last.units == n_outputs else 1


def _check_members(last: PackedDense, n_outputs: int, link: str, what: str) -> None:
    """Raise a ValueError for outputs of members that are not those that y needs."""
    if link == "logistic" and (n_outputs, last.units) == (1, 2):
        raise ValueError(
            f"{what} ends the layers with two units a member, but two classes have one output;"
            f" write PackedDense(1, {last.n_members})"
        )
    activation = getattr(last.activation, "name", last.activation)
    if last.units == n_outputs and activation not in ("identity", link):
        raise ValueError(
            f"{what} gives the outputs of members with activation={activation!r}, where y needs"
            f" {link!r}; leave it out"
        )


def _with_output(pairs, input_shape, output_shape, link, initializer, owner):
    shape = shapes_along(pairs, input_shape, owner)[-1]
    if len(shape) > 1 and len(output_shape) > 1:
        if not stands_for(shape, output_shape):
            raise ValueError(
                f"{owner}: layers give samples of shape {shape}, those of y have {output_shape};"
                f" end with a layer that gives the shape of y{moved_hint(output_shape, shape, 'y')}"
            )
        return pairs
    n_outputs = math.prod(output_shape)
    if pairs and isinstance(pairs[-1][1], JordanRNN) and shape == (n_outputs,):
        return pairs
    if pairs and isinstance(pairs[-1][1], PackedDense):
        _check_members(pairs[-1][1], n_outputs, link, f"{owner}: layer {pairs[-1][0]!r}")
    if n_members([layer for _, layer in pairs], n_outputs) > 1:
        name, last = pairs[-1]
        return [*pairs[:-1], (name, clone(last).set_params(activation="identity"))]
    if pairs and _is_output(*pairs[-1], shape, n_outputs, link, owner):
        name, last = pairs[-1]
        return [*pairs[:-1], (name, clone(last).set_params(activation="identity"))]
    flatten = [(_free("flatten", pairs), Flatten())] if len(shape) > 1 else []
    return [*pairs, *flatten, (_free("output", pairs), Dense(n_outputs, initializer=initializer))]


def _with_output_of_pixels(pairs, input_shape, output_shape, initializer, owner):
    shape, n_classes = shapes_along(pairs, input_shape, owner)[-1], output_shape[-1]
    pixels = output_shape[:-1]
    if len(shape) < 2 or not stands_for(shape[:-1], pixels):
        is_one_hot = len(shape) > 1 and stands_for(shape[:-1], pixels[:-1])
        hint = "; of a channel for each class make labels by y.argmax(axis=-1)" * is_one_hot
        raise ValueError(
            f"{owner}: y has masks of shape {pixels}, but the layers give samples of shape"
            f" {shape}; end with the height and width of the masks and any number of channels{hint}"
        )
    if pairs and _is_output_of_pixels(*pairs[-1], shape, n_classes, owner):
        name, last = pairs[-1]
        return [*pairs[:-1], (name, clone(last).set_params(activation="identity"))]
    if len(shape) > 3:
        raise ValueError(
            f"{owner}: layers give samples of shape {shape}, where {n_classes} channels without an"
            " activation are needed, one for each class of y"
        )
    convolution = Conv1D if len(shape) == 2 else Conv2D
    output = convolution(n_classes, 1, initializer=initializer)
    return [*pairs, (_free("output", pairs), output)]


def _is_output_of_pixels(
    name: str, layer: Layer, shape: Shape, n_classes: int, owner: str
) -> bool:
    activation = None
    if isinstance(layer, (Activation, Conv1D, Conv1DTranspose, Conv2D, Conv2DTranspose)):
        activation = getattr(layer.activation, "name", layer.activation)
    is_output = shape[-1] == n_classes and activation in ("identity", "softmax")
    if not is_output and (activation == "softmax" or name == "output"):
        raise ValueError(
            f"{owner}: layer {name!r} is the output layer and gives samples of shape {shape} with"
            f" activation={activation!r}, but y has {n_classes} classes, which need as many"
            " channels with 'softmax'; or leave it out"
        )
    return is_output


def _check_own_names(pairs: Pairs, owner: str) -> None:
    """Raise a ValueError for a name that more than one layer has."""
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1:
            raise ValueError(f"{owner}: {times} layers have the name {name!r}")


def _check_names(layer: Layer, owner: str) -> None:
    """Raise a ValueError for an activation or an initializer that is not known."""
    if getattr(layer, "activation", None) == "softmax":
        raise ValueError(
            f"{owner}: activation='softmax' is for a last Dense or Activation layer that gives y's"
            " classes, one probability each; give another here"
        )
    for parameter, find in (("activation", get_activation), ("initializer", get_initializer)):
        if hasattr(layer, parameter):
            find(getattr(layer, parameter), owner)
    for name, part in layer._parts() if hasattr(layer, "_parts") else ():
        _check_names(part, f"{owner}, {name!r}")


def _is_output(
    name: str, layer: Layer, shape: Shape, n_outputs: int, link: str, owner: str
) -> bool:
    if not isinstance(layer, (Dense, Activation)):
        return False
    activation = getattr(layer.activation, "name", layer.activation)
    fits = shape == (n_outputs,)
    if activation != "softmax":
        is_output = fits and activation in ("identity", link)
        if name == "output" and not is_output:
            raise ValueError(
                f"{owner}: the last layer is named 'output', but gives samples of shape {shape}"
                f" with activation={activation!r}, where y needs ({n_outputs},) with 'identity';"
                f" write Dense({n_outputs}), or give the layer another name"
            )
        return is_output
    if link != "softmax":
        instead = "logistic" if link == "logistic" else "identity"
        raise ValueError(
            f"{owner}: layer {name!r} ends the layers with activation='softmax', which is for two"
            f" or more classes and loss='log_loss'; here write Dense({n_outputs}, {instead!r}), or"
            " leave it out"
        )
    if not fits:
        before = "put Flatten() or GlobalAvgPool() before it, and " * (len(shape) > 1)
        raise ValueError(
            f"{owner}: layer {name!r} is the output layer and gives samples of shape {shape}, but"
            f" y has {n_outputs} {'class' if n_outputs == 1 else 'classes'}; {before}write"
            f" Dense({n_outputs}, 'softmax'), or leave it out"
        )
    return True


def _free(name: str, pairs: Pairs) -> str:
    """Return a name that no layer has."""
    taken, number = {other for other, _ in pairs}, 1
    free = name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free
