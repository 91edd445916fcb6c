"""What a fitted Hopfield network makes of the rows of X."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..._user_warnings import warn_user
from .patterns import coded, read_rows, signs_of
from .units import AttendingUnits, CoupledUnits, DenseUnits, Sweeps


def recalled(estimator: Any, X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the states in which the rows of X come to rest, and the patterns that they are.

    Returns
    -------
    states : ndarray of shape (n_samples, n_features)
        As `patterns_`.
    labels : ndarray of shape (n_samples,), dtype int64
        Index of the pattern, -1 for a state that is none.
    """
    X, units = read_rows(estimator, X), _units(estimator)
    sweeps = Sweeps(
        estimator.update == "asynchronous", estimator.max_iter, estimator._seed, estimator.n_jobs
    )
    if isinstance(units, AttendingUnits):
        states = np.array(X, np.float64, order="C")
        rests, labels = units.settle(states, sweeps)
        _check_range(estimator, X, states)
        states = states.astype(estimator.patterns_.dtype)
    else:
        signs = signs_of(X, estimator.threshold)
        rests = units.settle(signs, sweeps)
        labels = _labels(signs, _signs_of_patterns(estimator))
        states = coded(signs, estimator.levels_)
    _warn_of_rests(estimator, rests)
    return states, labels


def energies(estimator: Any, X: Any) -> np.ndarray:
    """Return the energy of each row of X."""
    X, units = read_rows(estimator, X), _units(estimator)
    if isinstance(units, AttendingUnits):
        found = units.energy(np.array(X, np.float64, order="C"), estimator.n_jobs)
        _check_range(estimator, X, found)
        return found
    return units.energy(signs_of(X, estimator.threshold))


def divisor(estimator: Any) -> float:
    """Return what the sums that are kept are divided by to be weights."""
    return float(estimator.n_features_in_) if estimator._kind[1] == "hebbian" else 1.0


def _units(estimator: Any) -> CoupledUnits | DenseUnits | AttendingUnits:
    interaction = estimator._kind[0]
    if interaction == "exponential":
        return AttendingUnits(estimator.patterns_, estimator.beta, estimator.tol)
    if interaction == "polynomial":
        return DenseUnits(_signs_of_patterns(estimator), estimator.degree)
    hebbian = _signs_of_patterns(estimator) if estimator._kind[1] == "hebbian" else None
    return CoupledUnits(estimator._sums, divisor(estimator), hebbian)


def _signs_of_patterns(estimator):
    return np.where(estimator.patterns_ == estimator.levels_[1], 1, -1).astype(np.float32)


def _labels(signs, patterns):
    """Return the first pattern that is equal to each row of signs, -1 where none is."""
    is_equal = signs @ patterns.T == signs.shape[1]
    return np.where(is_equal.any(axis=1), is_equal.argmax(axis=1), -1)


def _check_range(estimator, X, found):
    if not np.isfinite(found).all():
        raise ValueError(
            f"{type(estimator).__name__}: products of X and the patterns overflow, as X has"
            f" numbers up to {np.abs(X).max():.3g}; scale X"
        )


def _warn_of_rests(estimator, rests):
    n_cycles, n_restless = np.count_nonzero(rests < 0), np.count_nonzero(rests == 0)
    owner, n_rows = type(estimator).__name__, len(rests)
    if n_cycles:
        warn_user(
            f"{owner}: {n_cycles:,} of {n_rows:,} rows alternate between two states;"
            " update='asynchronous' comes to rest",
            ConvergenceWarning,
        )
    if n_restless:
        warn_user(
            f"{owner}: {n_restless:,} of {n_rows:,} rows are not at rest after"
            f" max_iter={estimator.max_iter} sweeps; raise it",
            ConvergenceWarning,
        )
