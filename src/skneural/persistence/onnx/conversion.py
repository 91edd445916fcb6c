"""Which function makes nodes of a layer or an activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...activations import Activation, get_activation
from ...layers import Layer
from .graph import Graph

Shape = tuple[int, ...]
Values = dict[str, np.ndarray]
LayerConverter = Callable[[Graph, Any, str, Shape, Values], str]
ActivationConverter = Callable[[Graph, Any, str], str]

LAYERS: dict[type, LayerConverter] = {}
ACTIVATIONS: dict[type, ActivationConverter] = {}


def of_layers(*classes: type) -> Callable[[LayerConverter], LayerConverter]:
    """Register a function as the one that makes nodes of some classes of layers.

    It is called with the graph, the layer, the name and shape (of a sample) of its input, and its
    variables by name, and returns the name of its output.
    """

    def register(function: LayerConverter) -> LayerConverter:
        LAYERS.update(dict.fromkeys(classes, function))
        return function

    return register


def of_activations(*classes: type) -> Callable[[ActivationConverter], ActivationConverter]:
    """Register a function as the one that makes nodes of some classes of activations."""

    def register(function: ActivationConverter) -> ActivationConverter:
        ACTIVATIONS.update(dict.fromkeys(classes, function))
        return function

    return register


def add_layer(graph: Graph, layer: Layer, x: str, shape: Shape, values: Values) -> str:
    """Add the nodes of a layer; return the name of its output.

    Parameters
    ----------
    graph : Graph
    layer : Layer
    x : str
        Name of the input.
    shape : tuple of int
        Of a sample of it.
    values : dict of str to ndarray
        The variables, those of other layers that it shares included.

    Raises
    ------
    NotImplementedError
        If the layer has no form in ONNX.
    """
    own = _own_form(layer, "build", LAYERS)
    if own is None:
        raise NotImplementedError(
            f"to_onnx: the layer {layer!r} has no form in ONNX; give its class"
            f" {type(layer).__name__} a method to_onnx(graph, x, shape, values)"
        )
    return own(graph, x, shape, values)


def add_activation(graph: Graph, given: str | Activation, x: str) -> str:
    """Add the nodes of an activation; return the name of its values."""
    activation = get_activation(given)
    own = _own_form(activation, "rule", ACTIVATIONS)
    if own is None:
        raise NotImplementedError(
            f"to_onnx: the activation {activation!r} has no form in ONNX; give its class"
            f" {type(activation).__name__} a method to_onnx(graph, x)"
        )
    return own(graph, x)


def _own_form(part: Any, defining: str, table: dict[type, Any]) -> Callable[..., str] | None:
    """Return what makes nodes of a part: a method of its class, or a function of the table.

    A base class's is taken, unless a class before it has a definition of its own.
    """
    for cls in type(part).__mro__:
        if "to_onnx" in vars(cls):
            return part.to_onnx
        if cls in table:
            return lambda graph, *given: table[cls](graph, part, *given)
        if defining in vars(cls):
            return None
    return None


def below(values: Values, name: str) -> Values:
    """Return the variables of the layer of a name within another one."""
    prefix = f"{name}."
    return {key[len(prefix) :]: v for key, v in values.items() if key.startswith(prefix)}
