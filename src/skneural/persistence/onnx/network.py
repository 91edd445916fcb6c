"""A network as nodes: its layers, the mean of members, and the loss's link."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from .activations import exponential
from .conversion import Shape, add_layer
from .graph import Graph

_LEAST = 1e-37  # of a probability whose logarithm is taken


@dataclass(frozen=True)
class Outputs:
    """What a network gives for samples.

    Parameters
    ----------
    raw : str or None
        Name of the outputs before the link; None where they are a mean of predictions.
    predictions : str
        Name of those behind it.
    shape : tuple of int
        Of a sample's.
    link : str
    """

    raw: str | None
    predictions: str
    shape: Shape
    link: str


def add_layers(
    graph: Graph, network: Any, x: str, first: int = 0, last: int | None = None
) -> tuple[str, Shape]:
    """Add the layers from ``first`` to before ``last``; return name and shape of the outputs."""
    places = range(len(network.layers))[first:last]
    for number in places:
        values = {name: slot.values for name, slot in network.slots(number).items()}
        x = add_layer(graph, network.layers[number], x, network.shapes[number], values)
    return x, network.shapes[places.stop]


def add_network(graph: Graph, network: Any, x: str, first: int = 0) -> Outputs:
    """Add a network from a layer on, and the link of its loss."""
    raw, shape = add_layers(graph, network, x, first)
    link = network.loss.link
    if network.mirrored:
        n_columns = graph.integers([np.iinfo(np.int64).min])
        bounds = graph.integers([-1]), n_columns, graph.integers([2]), graph.integers([-1])
        mirrored, _ = add_layers(graph, network, graph.add("Slice", x, *bounds), first)
        raw = graph.product(graph.sum(raw, mirrored), 0.5)
    n_linked = network.loss.n_linked(math.prod(shape) // network.n_members)
    if n_linked != shape[-1] and link == "softmax":
        graph.needs_size()
        shape = (math.prod(shape) // n_linked, n_linked)
        raw = graph.reshape(raw, shape)
    predictions = _linked(graph, link, raw)
    if network.n_members > 1:
        predictions = graph.reduce("ReduceMean", predictions, [1], keep=False)
        return Outputs(None, predictions, shape[1:], link)
    return Outputs(raw, predictions, shape, link)


def _linked(graph: Graph, link: str, raw: str) -> str:
    if link == "softmax":
        return graph.add("Softmax", raw, axis=-1)
    if link == "exp":
        return exponential(graph, raw)
    if link == "logistic":
        return graph.add("Sigmoid", raw)
    if link != "identity":
        raise NotImplementedError(
            f"to_onnx: the loss's link {link!r} has no form in ONNX; those that have are"
            " 'identity', 'logistic', 'exp' and 'softmax'"
        )
    return raw


def mean_of(graph: Graph, outputs: list[Outputs]) -> Outputs:
    """Return the mean of what several networks predict."""
    first = outputs[0]
    if len(outputs) == 1:
        return first
    total = graph.sum(*(each.predictions for each in outputs))
    mean = graph.product(total, 1 / len(outputs))
    return Outputs(None, mean, first.shape, first.link)


def raw_of(graph: Graph, outputs: Outputs) -> str:
    """Return the outputs before the link, also of what is a mean of predictions."""
    if outputs.raw is not None:
        return outputs.raw
    if outputs.link == "identity":
        return outputs.predictions

    def log(x: str) -> str:
        return graph.add("Log", graph.add("Max", x, _LEAST))

    found = log(outputs.predictions)
    if outputs.link == "logistic":
        others = log(graph.add("Sub", 1.0, outputs.predictions))
        return graph.add("Sub", found, others)
    return found
