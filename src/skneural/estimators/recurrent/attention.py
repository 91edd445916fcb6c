"""The weights that a fitted network's attention gives the steps of series."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.sources import Sequences
from ...layers import Attention, GlobalMaxPool
from ...layers.attention.attention import AttentionWeights
from ...losses import SquaredError
from ...network.network import Network
from ..base import predictor as _predictor
from ..base.layer_access import number_of

LAYER = "pooling"  # the name of the layer


def check_attends(estimator: Any) -> None:
    """Raise an AttributeError for another pooling than by attention."""
    if estimator.pooling != "attention":
        raise AttributeError(
            f"{type(estimator).__name__}: attention_weights is only available with"
            f" pooling='attention', got pooling={estimator.pooling!r}"
        )


def weights_of(estimator: Any, X: Any) -> np.ndarray | list[np.ndarray]:
    """Return the weights of the steps of series, as the estimator's network finds them."""
    number = number_of(estimator, LAYER)
    if not isinstance(_predictor.predictor(estimator).layers[number], Attention):
        raise ValueError(
            f"{type(estimator).__name__}: fitted with another pooling; fit it again with"
            " pooling='attention'"
        )
    return weights_at(estimator, X, number)


def weights_at(estimator: Any, X: Any, number: int) -> np.ndarray | list[np.ndarray]:
    """Return the weights of the steps that the attention layer at a place of the network finds."""
    network = _predictor.predictor(estimator)
    layer = network.layers[number]
    rows = estimator._samples().check(X, network.dtype)
    layers = [*network.layers[:number], AttentionWeights.of(layer), GlobalMaxPool()]
    weighing = Network(layers, network.input_shape, SquaredError(), 1, network.dtype)
    for known, values in zip(network.variables, weighing.variables, strict=False):
        for name, array in values.items():
            array[...] = known[name]
    weights = weighing.predict(rows, estimator.n_jobs, raw=True, n_layers=number + 1)
    if not isinstance(rows, Sequences):
        return weights
    return [each[:length].copy() for each, length in zip(weights, rows.lengths, strict=True)]
