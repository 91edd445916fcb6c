"""First weights that depend on data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import clone

from ..initializers import get_initializer

OutputsOf = Callable[[Any, Any, tuple[int, ...], dict[str, np.ndarray]], np.ndarray]


def fit_to_outputs(
    layer: Any,
    inputs: Any,
    input_shape: tuple[int, ...],
    values: dict[str, np.ndarray],
    random_state: np.random.RandomState,
    outputs_of: OutputsOf,
) -> None:
    """Let the initializer of a layer with a kernel (..., units) see its outputs; see `Layer`."""
    if "bias" in values:
        values["bias"][...] = 0
    linear = clone(layer).set_params(activation="identity")
    outputs = outputs_of(linear, inputs, input_shape, values)
    outputs = outputs.reshape(-1, outputs.shape[-1]).astype(np.float64)
    factors, bias = get_initializer(layer.initializer).from_outputs(outputs, random_state)
    values["kernel"] *= factors
    if "bias" in values:
        values["bias"][...] = bias
