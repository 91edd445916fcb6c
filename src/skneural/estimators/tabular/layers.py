"""Layers of the networks for tables, from their parameters."""

from __future__ import annotations

import math
from typing import Any

from ...data.table_samples import TableSamples
from ...layers import (
    CategoryEmbedding,
    Dense,
    Dropout,
    EnsembleScale,
    Layer,
    PackedDense,
    ParametricActivation,
    PeriodicEmbedding,
    PiecewiseLinear,
)
from ..base.architecture import Task
from ..base.sizes import sizes

N_BINS = 48
_MOST_UNITS = 16  # numbers for each column of numbers: as many for up to 64 columns,
_EMBEDDED = 1024  # then so many for all columns,
_LEAST_UNITS = 2  # but at least so many for each
_DROPOUT = 0.1  # where it is "auto"
_ROWS_TO_DROP = 100  # fewer are trained on without
_SLOW = 0.1  # factor of the learning rate of biases and of activations' shares

Pairs = list[tuple[str, Layer]]


def make_layers(estimator: Any, task: Task, samples: TableSamples) -> Pairs:
    """Return the layers: embeddings, members of them, hidden layers, and an output of each member.

    A kernel's learning rate is that of the fit by the root of its number of inputs, the NTK
    parametrization, so that one rate suits any width. The network is TabM-mini (Gorishniy et al.
    2025, arXiv 2410.24210); biases and activations learn as in RealMLP (Holzmüller et al. 2024,
    arXiv 2407.04491).
    """
    pairs, dropout = _embeddings(estimator, samples), _dropout(estimator, task)
    for place, units in enumerate(map(int, sizes(estimator.hidden_layer_sizes)), 1):
        hidden = Dense(
            units, initializer=estimator.initializer, parametrization="ntk",
            learning_rate_factor={"bias": _SLOW},
        )  # fmt: skip
        activation = ParametricActivation(estimator.activation, learning_rate_factor=_SLOW)
        pairs += [(f"dense_{place}", hidden), (f"activation_{place}", activation)]
        if dropout != 0:
            pairs.append((f"dropout_{place}", Dropout(dropout)))
    shape = samples.shape
    for _, layer in pairs:
        shape = layer.output_shape(shape)
    output = PackedDense(
        task.output_shape[0], estimator.n_members, initializer="lecun_normal",
        learning_rate_factor={"kernel": 1 / math.sqrt(shape[-1]), "bias": _SLOW},
    )  # fmt: skip
    return [*pairs, ("output", output)]


def _dropout(estimator: Any, task: Task) -> Any:
    if estimator.dropout != "auto":
        return estimator.dropout
    few = task.n_samples is not None and task.n_samples < _ROWS_TO_DROP
    return 0 if few else _DROPOUT


def _embeddings(estimator: Any, samples: TableSamples) -> Pairs:
    """Return the layers up to what each member reads."""
    n_numbers, chosen = samples.n_numbers, estimator.numeric_embedding
    units = max(_LEAST_UNITS, min(_MOST_UNITS, _EMBEDDED // max(n_numbers, 1)))
    # the codes of a column are those of its categories, and one for what is missing
    categories = CategoryEmbedding(
        samples.n_categories, estimator.embedding_size, estimator.max_one_hot
    )
    pairs: Pairs = [("categories", categories)]
    if chosen == "piecewise":
        numbers = PiecewiseLinear(range(N_BINS + 1), units, n_features=n_numbers)
        pairs.append(("numbers", numbers))
    elif chosen == "periodic":
        waves = PeriodicEmbedding(
            units=units, n_features=n_numbers, learning_rate_factor=_SLOW
        )
        pairs.append(("numbers", waves))
    return [*pairs, ("members", EnsembleScale(estimator.n_members))]
