"""What a machine warns of: numbers of X that are no probabilities, and parameters that diverge."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.rescaling import value_range
from ...network.boltzmann import Machine

Notices = list[tuple[str, type[Warning]]]

_ROUNDING = 1e-6  # that scaling leaves
_LARGEST_WEIGHT = 1e4  # with which a unit is on or off whatever the others are


def notices_of(estimator: Any, X: Any) -> Notices:
    """Return what to warn of about the rows X to learn from."""
    return notices_of_range(X, type(estimator).__name__) if estimator._is_binary else []


def notices_of_range(X: Any, owner: str, other: str = "GaussianRBM") -> Notices:
    """Return what to warn of if X has values outside [0, 1], but for rounding.

    Parameters
    ----------
    X : ndarray or CSR matrix
    owner : str
        The estimator's name.
    other : str, default="GaussianRBM"
        What takes such values.
    """
    low, high = value_range(X, None)
    if low >= -_ROUNDING and high <= 1 + _ROUNDING:
        return []
    return [(
        f"{owner}: X has values from {low:g} to {high:g}, outside [0, 1]: they are probabilities of"
        f" being on. Scale with MinMaxScaler or use {other}", UserWarning,
    )]


def divergence_of(machine: Machine) -> str | None:
    """Return what shows that a machine diverges, or None."""
    if not np.isfinite(machine.store.vector).all():
        return "parameters became infinite or NaN"
    largest = float(np.abs(machine.weights).max())
    if largest > _LARGEST_WEIGHT:
        return f"weights grew to {largest:.3g}"
    return None
