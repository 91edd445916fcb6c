"""First weights that depend on data."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from sklearn.base import clone

from ..initializers import get_initializer


class OutputsOf(Protocol):
    """Gives the outputs of a layer for some training rows.

    Attributes
    ----------
    weight : ndarray of shape (n_rows,) or None
        Of the rows.
    """

    weight: np.ndarray | None

    def __call__(
        self, layer: Any, inputs: Any, shape: tuple[int, ...], values: dict[str, np.ndarray]
    ) -> np.ndarray:
        """Return what a layer with some variables makes of inputs, in prediction."""


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
    n_rows, weight = len(outputs), outputs_of.weight
    outputs = outputs.reshape(-1, outputs.shape[-1]).astype(np.float64)
    if weight is not None:
        weight = np.repeat(weight, len(outputs) // n_rows)
    factors, bias = get_initializer(layer.initializer).from_outputs(outputs, random_state, weight)
    values["kernel"] *= factors
    if "bias" in values:
        values["bias"][...] = bias
