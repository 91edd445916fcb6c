"""Losses of rows as nodes, for scores that are losses of reconstructions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...losses import AbsoluteError, Huber, Poisson, Quantile, SquaredError
from ...losses._pixel_log_loss import PixelLogLoss
from .activations import exponential, softplus
from .graph import Graph

_Rule = Callable[[Graph, Any, str, str], str]


def add_row_losses(graph: Graph, loss: Any, outputs: str, targets: str, n_outputs: int) -> str:
    """Return the loss of each row (n_samples, 1), with the penalties of layers, as it is reported.

    Parameters
    ----------
    graph : Graph
        With what layers have added.
    loss : Loss
    outputs : str
        Raw ones, (n_samples, n_outputs).
    targets : str
    n_outputs : int

    Raises
    ------
    NotImplementedError
        If the loss has no form in ONNX.
    """
    rule = _RULES.get(type(loss))
    if rule is None:
        raise NotImplementedError(
            f"to_onnx: the loss {loss!r} has no form in ONNX; those that have are"
            f" {', '.join(known.__name__ for known in _RULES)}"
        )
    total = graph.reduce("ReduceSum", rule(graph, loss, outputs, targets), [1])
    total = graph.sum(total, *graph.penalties)
    return graph.product(total, float(loss.reported(1.0, n_outputs)))


def _squared_error(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    error = graph.add("Sub", outputs, targets)
    return graph.product(error, error, 0.5)


def _absolute_error(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    return graph.add("Abs", graph.add("Sub", outputs, targets))


def _huber(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    size = _absolute_error(graph, loss, outputs, targets)
    near = graph.add("Min", size, float(loss.delta))
    return graph.product(near, graph.add("Sub", size, graph.product(near, 0.5)))


def _quantile(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    error = graph.add("Sub", outputs, targets)
    below = graph.product(error, -float(loss.quantile))
    return graph.add("Max", below, graph.product(error, 1 - float(loss.quantile)))


def _log_loss(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    # as the loss itself, which clips probabilities to what the dtype holds
    limit = -float(np.log(np.finfo(graph.dtype).eps))
    clipped = graph.add("Clip", outputs, -limit, limit)
    return graph.add("Sub", softplus(graph, clipped), graph.product(targets, clipped))


def _poisson(graph: Graph, loss: Any, outputs: str, targets: str) -> str:
    least = graph.add("Max", targets, float(np.finfo(graph.dtype).tiny))
    entropy = graph.product(targets, graph.add("Sub", graph.add("Log", least), outputs))
    return graph.add("Sub", graph.sum(entropy, exponential(graph, outputs)), targets)


_RULES: dict[type, _Rule] = {
    SquaredError: _squared_error,
    AbsoluteError: _absolute_error,
    Huber: _huber,
    Quantile: _quantile,
    PixelLogLoss: _log_loss,
    Poisson: _poisson,
}
