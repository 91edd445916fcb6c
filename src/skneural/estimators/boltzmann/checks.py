"""What a machine warns of: numbers of X that are no probabilities, and parameters that diverge."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.rescaling import value_range
from ...network.boltzmann import Machine

_LARGEST_WEIGHT = 1e4  # with which a unit is on or off whatever the others are


def notices_of(estimator: Any, X: Any) -> list[tuple[str, type[Warning]]]:
    """Return what to warn of about the rows X to learn from."""
    low, high = value_range(X, None)
    if not estimator._is_binary or (low >= 0 and high <= 1):
        return []
    message = (
        f"{type(estimator).__name__}: X has values from {low:g} to {high:g}, outside [0, 1]: they"
        " are probabilities of being on. Scale with MinMaxScaler or use GaussianRBM"
    )
    return [(message, UserWarning)]


def divergence_of(machine: Machine) -> str | None:
    """Return what shows that a machine diverges, or None."""
    if not np.isfinite(machine.store.vector).all():
        return "parameters became infinite or NaN"
    largest = float(np.abs(machine.weights).max())
    if largest > _LARGEST_WEIGHT:
        return f"weights grew to {largest:.3g}"
    return None
