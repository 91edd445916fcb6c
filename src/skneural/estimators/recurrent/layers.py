"""Layers from the parameters of a recurrent network."""

from __future__ import annotations

import math
from typing import Any

from ...layers import (
    GRU,
    LSTM,
    Attention,
    Bidirectional,
    Dense,
    Dropout,
    Embedding,
    GlobalAvgPool,
    GlobalMaxPool,
    JordanRNN,
    Layer,
    SimpleRNN,
    SpatialDropout,
)
from ..base.architecture import Task
from ..base.output_layer import with_output_layer
from ..base.series_shape import check_series_shape
from ..base.sizes import check_sizes, sizes

CELLS: dict[str, Any] = {"lstm": LSTM, "gru": GRU, "elman": SimpleRNN, "jordan": JordanRNN}
POOLING: dict[str | None, Any] = {
    "last": None, "mean": GlobalAvgPool, "max": GlobalMaxPool, "attention": Attention, None: None
}


def check_layers(estimator: Any) -> None:
    """Raise a ValueError for parameters of the layers that are no sizes."""
    owner = type(estimator).__name__
    check_sizes(estimator, "hidden_layer_sizes", "dense_layer_sizes")
    if not sizes(estimator.hidden_layer_sizes):
        raise ValueError(f"{owner}: hidden_layer_sizes=() has no recurrent layer; give one size")
    if estimator.cell == "jordan":
        _check_jordan(estimator, owner)
    check_series_shape(estimator)
    if estimator.n_tokens is not None and estimator.normalize is not None:
        raise ValueError(f"{owner}: normalize={estimator.normalize!r} is not for token ids")
    if estimator.missing == "mask" and estimator.pooling is None:
        raise ValueError(
            f"{owner}: missing='mask' leaves out steps, where pooling=None has a target for each;"
            " impute X, or leave out the steps of X and y beforehand"
        )


def _check_jordan(estimator, owner):
    if estimator.bidirectional:
        raise ValueError(
            f"{owner}: bidirectional=True cannot be with cell='jordan': its context is the"
            " network's output at the step before, which two directions do not share; leave"
            " bidirectional=False, or take cell='elman'"
        )
    if estimator.recurrent_dropout > 0:
        raise ValueError(
            f"{owner}: recurrent_dropout={estimator.recurrent_dropout} is for the state of other"
            " cells; cell='jordan' has the network's output in its place; leave it at 0"
        )


def make_layers(estimator: Any, task: Task) -> list[tuple[str, Layer]]:
    """Return the layers: an embedding, recurrent ones, pooling, dense ones, the output layer."""
    owner, pairs = type(estimator).__name__, _hidden_layers(estimator, task)
    if estimator.pooling is not None:
        return with_output_layer(
            pairs, task.input_shape, task.output_shape, task.link, estimator.initializer, owner
        )
    if _ends_in_jordan(estimator):
        return pairs
    n_outputs = math.prod(task.output_shape[1:])
    return [*pairs, ("output", Dense(n_outputs, initializer=estimator.initializer))]


def _ends_in_jordan(estimator: Any) -> bool:
    """Whether the last recurrent layer gives the outputs of the network."""
    return bool(
        estimator.cell == "jordan" and estimator.pooling in ("last", None)
        and not sizes(estimator.dense_layer_sizes)
    )


def _cell(estimator: Any, units: int, keeps_steps: bool, n_outputs: int | None) -> Layer:
    how: Any = {"return_sequences": keeps_steps, "initializer": estimator.initializer}
    if estimator.cell == "jordan":
        return JordanRNN(units, n_outputs, **how)
    layer = CELLS[estimator.cell](
        units, recurrent_dropout=estimator.recurrent_dropout, **how
    )
    return Bidirectional(layer) if estimator.bidirectional else layer


def _hidden_layers(estimator: Any, task: Task) -> list[tuple[str, Layer]]:
    layers: list[tuple[str, Layer]] = []
    if estimator.n_tokens is not None:
        layers.append(("embedding", Embedding(estimator.n_tokens, estimator.embedding_size)))
    units, pool = sizes(estimator.hidden_layer_sizes), POOLING[estimator.pooling]
    for place, width in enumerate(units, 1):
        keeps_steps = place < len(units) or estimator.pooling != "last"
        gives_outputs = place == len(units) and _ends_in_jordan(estimator)
        n_steps = 1 if estimator.pooling is not None else task.input_shape[0]
        n_outputs = math.prod(task.output_shape) // n_steps if gives_outputs else None
        layer = _cell(estimator, int(width), keeps_steps, n_outputs)
        layers.append((f"{estimator.cell}_{place}", layer))
        if estimator.dropout > 0 and not gives_outputs:
            drop = SpatialDropout if keeps_steps else Dropout
            layers.append((f"dropout_{place}", drop(estimator.dropout)))
    if pool is not None:
        layers.append(("pooling", pool()))
    for place, width in enumerate(sizes(estimator.dense_layer_sizes), 1):
        how: Any = {"activation": "relu", "initializer": estimator.initializer}
        dense = Dense(int(width), **how)
        layers.append((f"dense_{place}", dense))
    return layers
