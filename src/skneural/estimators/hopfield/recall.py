"""What a fitted Hopfield network makes of the rows of X."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..._user_warnings import warn_user
from ...training.reporting import make_reporter
from .dense import DenseUnits, ExponentialUnits, PowerUnits
from .patterns import coded, read_rows, signs_of
from .sweeps import Sweeps
from .units import AttendingUnits, CoupledUnits


def recalled(estimator: Any, X: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the states in which the rows of X come to rest, and the patterns that they are.

    Returns
    -------
    states : ndarray of shape (n_samples, n_features)
        As `patterns_`.
    labels : ndarray of shape (n_samples,), dtype int64
        Index of the pattern, -1 for a state that is none.
    """
    X, sweeps = read_rows(estimator, X), _sweeps(estimator)
    try:
        states, labels, rests = _settled(estimator, X, sweeps)
    finally:
        if sweeps.reporter is not None:
            sweeps.reporter.close()
    _warn_of_rests(estimator, rests, sweeps.is_late)
    return states, labels


def _settled(estimator, X, sweeps):
    """Return states, patterns, and which rows are at rest."""
    units = _units(estimator)
    if isinstance(units, AttendingUnits):
        states = np.array(X, units.patterns.dtype, order="C")
        rests, labels = units.settle(states, sweeps)
        _check_range(estimator, X, states)
        return states.astype(estimator.patterns_.dtype), labels, rests
    signs = signs_of(X, estimator.threshold)
    rests = units.settle(signs, sweeps)
    labels = _labels(signs, _signs_of_patterns(estimator))
    return coded(signs, estimator.levels_), labels, rests


def energies(estimator: Any, X: Any) -> np.ndarray:
    """Return the energy of each row of X."""
    X, units = read_rows(estimator, X), _units(estimator)
    if isinstance(units, AttendingUnits):
        rows = np.array(X, units.patterns.dtype, order="C")
        found = units.energy(rows, estimator.n_jobs)
        _check_range(estimator, X, found)
        return found
    return units.energy(signs_of(X, estimator.threshold))


def divisor(estimator: Any) -> float:
    """Return what the sums that are kept are divided by to be weights."""
    return float(estimator.n_features_in_) if estimator._kind[1] == "hebbian" else 1.0


def _units(estimator: Any) -> CoupledUnits | DenseUnits | AttendingUnits:
    interaction = estimator._kind[0]
    if interaction == "exponential":
        dtype = np.dtype(estimator.dtype or np.float64)
        return AttendingUnits(estimator.patterns_, estimator.beta, estimator.tol, dtype)
    if interaction == "polynomial":
        return PowerUnits(_signs_of_patterns(estimator), estimator.degree)
    if interaction == "binary_exponential":
        return ExponentialUnits(_signs_of_patterns(estimator), estimator.beta)
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


def _sweeps(estimator: Any) -> Sweeps:
    reporter = None
    if estimator.verbose:
        owner = type(estimator).__name__
        reporter = make_reporter(estimator.verbose, estimator.max_iter, owner)
    return Sweeps(
        estimator.update == "asynchronous", estimator.max_iter, estimator._seed, estimator.n_jobs,
        estimator.max_time, reporter,
    )


def _warn_of_rests(estimator, rests, is_late):
    n_cycles, n_restless = np.count_nonzero(rests < 0), np.count_nonzero(rests == 0)
    owner, n_rows = type(estimator).__name__, len(rests)
    if n_cycles:
        warn_user(
            f"{owner}: {n_cycles:,} of {n_rows:,} rows alternate between two states;"
            " update='asynchronous' comes to rest",
            ConvergenceWarning,
        )
    if n_restless:
        ended = f"max_iter={estimator.max_iter} sweeps"
        if is_late:
            ended = f"max_time={estimator.max_time:g} seconds"
        warn_user(
            f"{owner}: {n_restless:,} of {n_rows:,} rows are not at rest after {ended}; raise it",
            ConvergenceWarning,
        )
