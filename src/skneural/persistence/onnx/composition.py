"""Layers made of layers, and changes of shape, as nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...layers import (
    Bidirectional,
    Flatten,
    LastStep,
    Layer,
    Parallel,
    Reshape,
    Residual,
    Sequential,
    Shared,
)
from .conversion import Shape, Values, add_activation, add_layer, below, of_layers
from .graph import Graph


def add_chain(
    graph: Graph, parts: Sequence[tuple[str, Layer]], x: str, shape: Shape, values: Values
) -> str:
    """Add layers one behind the other; their variables' names begin with their own."""
    for name, layer in parts:
        x = add_layer(graph, layer, x, shape, below(values, name))
        shape = layer.output_shape(shape)
    return x


@of_layers(Sequential)
def _sequential(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return add_chain(graph, layer._parts(shape), x, shape, values)


@of_layers(Parallel, Bidirectional)
def _parallel(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    outputs = [add_chain(graph, [part], x, shape, values) for part in layer._parts(shape)]
    if layer.merge == "concatenate":
        return graph.join(outputs)
    if layer.merge == "multiply":
        return graph.product(*outputs)
    total = graph.sum(*outputs)
    return graph.product(total, 1 / len(outputs)) if layer.merge == "average" else total


@of_layers(Residual)
def _residual(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    *layers, shortcut = layer._parts(shape)
    sides = [add_chain(graph, parts, x, shape, values) for parts in (layers, [shortcut])]
    return add_activation(graph, layer.activation, graph.sum(*sides))


@of_layers(Shared)
def _shared(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return add_layer(graph, layer._target(), x, shape, values)


@of_layers(Flatten, Reshape)
def _reshape(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    wanted = layer.output_shape(shape)
    if wanted == shape:
        return x
    assert math.prod(wanted) == math.prod(shape)
    graph.needs_size()
    return graph.reshape(x, wanted)


@of_layers(LastStep)
def _last_step(graph: Graph, layer: Any, x: str, shape: Shape, values: Values) -> str:
    return graph.add("Gather", x, graph.integers(-1), axis=1)
