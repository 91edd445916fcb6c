"""Layers from the parameters of a recurrent network."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..._whole_numbers import is_whole, wanted
from ...layers import (
    GRU,
    LSTM,
    Attention,
    Bidirectional,
    Conv1D,
    Dense,
    Dropout,
    Embedding,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    SimpleRNN,
    SpatialDropout,
)
from ..base.architecture import Task
from ..base.output_layer import with_output_layer
from ..base.series_shape import check_series_shape

CELLS: dict[str, Any] = {"lstm": LSTM, "gru": GRU, "elman": SimpleRNN}
POOLING: dict[str | None, Any] = {
    "last": None, "mean": GlobalAvgPool, "max": GlobalMaxPool, "attention": Attention, None: None
}


def check_layers(estimator: Any) -> None:
    """Raise a ValueError for parameters of the layers that are no sizes."""
    owner = type(estimator).__name__
    for name in ("hidden_layer_sizes", "dense_layer_sizes"):
        given = sizes(estimator, name)
        if not all(map(is_whole, given)):
            raise ValueError(f"{owner}: {name} must be {wanted(given)}, got {given}.")
    if not sizes(estimator, "hidden_layer_sizes"):
        raise ValueError(f"{owner}: hidden_layer_sizes=() has no recurrent layer; give one size")
    check_series_shape(estimator)


def sizes(estimator: Any, name: str) -> list:
    """Return a parameter of sizes as a list."""
    return np.atleast_1d(np.asarray(getattr(estimator, name))).tolist()


def make_layers(estimator: Any, task: Task) -> list[tuple[str, Layer]]:
    """Return the layers: an embedding, recurrent ones, pooling, dense ones, the output layer.

    Raises
    ------
    ValueError
        Without pooling, unless y has a target for each step of X.
    """
    owner, pairs = type(estimator).__name__, _hidden_layers(estimator)
    if estimator.pooling is not None:
        return with_output_layer(
            pairs, task.input_shape, task.output_shape, task.link, estimator.initializer, owner
        )
    steps, n_targets = task.input_shape[0], task.output_shape[0]
    if n_targets != steps:
        raise ValueError(
            f"{owner}: y has {n_targets} targets a series, X has {steps} steps; with pooling=None"
            " there is one for each step"
        )
    n_outputs = math.prod(task.output_shape) // steps
    return [*pairs, ("output", Conv1D(n_outputs, 1, initializer=estimator.initializer))]


def _hidden_layers(estimator: Any) -> list[tuple[str, Layer]]:
    layers: list[tuple[str, Layer]] = []
    if estimator.n_tokens is not None:
        layers.append(("embedding", Embedding(estimator.n_tokens, estimator.embedding_size)))
    units, pool = sizes(estimator, "hidden_layer_sizes"), POOLING[estimator.pooling]
    for place, width in enumerate(units, 1):
        keeps_steps = place < len(units) or estimator.pooling != "last"
        layer: Layer = CELLS[estimator.cell](
            int(width), return_sequences=keeps_steps, initializer=estimator.initializer
        )
        if estimator.bidirectional:
            layer = Bidirectional(layer)
        layers.append((f"{estimator.cell}_{place}", layer))
        if estimator.dropout > 0:
            drop = SpatialDropout if keeps_steps else Dropout
            layers.append((f"dropout_{place}", drop(estimator.dropout)))
    if pool is not None:
        layers.append(("pooling", pool()))
    for place, width in enumerate(sizes(estimator, "dense_layer_sizes"), 1):
        how: Any = {"activation": "relu", "initializer": estimator.initializer}
        of_steps = estimator.pooling is None  # a dense layer of each step is a convolution of one
        dense = Conv1D(int(width), 1, **how) if of_steps else Dense(int(width), **how)
        layers.append((f"dense_{place}", dense))
    return layers
