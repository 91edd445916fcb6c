"""Units, two-valued ones and real ones: how they come to rest, in blocks of rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...engine.run import run
from .kernels import settle_at_once, settle_by_attention, settle_in_turn, sum_exponentials
from .sweeps import Sweeps, blocks


class CoupledUnits:
    """Two-valued units with a weight for each pair: Hopfield 1982.

    Parameters
    ----------
    weights : ndarray of shape (n_units, n_units)
        Symmetric, 0 in the diagonal, their sums exact.
    divisor : float
        What energies are divided by.
    hebbian : ndarray of shape (n_patterns, n_units) or None, default=None
        The patterns, 1 and -1, if weights are the sums of their outer products.
    """

    def __init__(self, weights: np.ndarray, divisor: float, hebbian: np.ndarray | None = None):
        self.weights = weights
        self.divisor = divisor
        self.patterns = None
        if hebbian is not None and 2 * len(hebbian) < len(weights):
            self.patterns = hebbian.astype(weights.dtype)

    def settle(self, signs: np.ndarray, sweeps: Sweeps) -> np.ndarray:
        """Change signs, float32, until at rest; return 1 for each row that is, -1 if in a cycle."""
        rests = np.zeros(len(signs), np.int64)
        for part in blocks(len(signs), len(self.weights)):
            state = signs[part].astype(self.weights.dtype, copy=False)
            given = {
                "state": state, "field": self._fields(state), "weights": self.weights,
                "rests": rests[part], "columns": len(self.weights),
            }
            sweeps.run(settle_in_turn, settle_at_once, given)
            signs[part] = state
        return rests

    def energy(self, signs: np.ndarray) -> np.ndarray:
        """Return minus half of the sum of w(i, j) s(i) s(j) for each row."""
        energies = np.empty(len(signs))
        for part in blocks(len(signs), len(self.weights)):
            state = signs[part].astype(self.weights.dtype, copy=False)
            fields = self._fields(state).astype(np.float64)
            sums = np.einsum("ij,ij->i", fields, signs[part])
            energies[part] = sums / (-2 * self.divisor)
        return energies

    def _fields(self, state: np.ndarray) -> np.ndarray:
        """Return the product of states with the weights: of few patterns, by their overlaps."""
        if self.patterns is None:
            return state @ self.weights
        return (state @ self.patterns.T) @ self.patterns - len(self.patterns) * state


class AttendingUnits:
    """Units that are real numbers and become means of patterns: Ramsauer et al. 2021.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
    beta, tol : float
        Inverse temperature, and the change that counts as rest.
    dtype : dtype
        Float32 or float64, of all numbers.
    """

    def __init__(self, patterns: np.ndarray, beta: float, tol: float, dtype: np.dtype):
        self.patterns = patterns.astype(dtype)
        self.beta = float(beta)
        self.tol = float(tol)

    def settle(self, states: np.ndarray, sweeps: Sweeps) -> tuple[np.ndarray, np.ndarray]:
        """Change states, of the units' dtype, until at rest.

        Returns
        -------
        rests : ndarray of shape (n_samples,), dtype int64
            1 for each row that is at rest, else 0.
        labels : ndarray of shape (n_samples,), dtype int64
            The pattern that has more than half of the weights of the mean, -1 if none has.
        """
        rests, labels = np.zeros((2, len(states)), np.int64)
        for part in blocks(len(states), max(self.patterns.shape)):
            state = states[part]
            shares = np.empty((len(state), len(self.patterns)), state.dtype)
            given = {
                "state": state, "mean": np.empty_like(state), "shares": shares,
                "rests": rests[part], "tol": self.tol, **self._fields(),
            }
            sweeps.run_all(settle_by_attention, given)
            best = shares.argmax(axis=1)
            labels[part] = np.where(shares[np.arange(len(best)), best] > 0.5, best, -1)
        return rests, labels

    def energy(self, states: np.ndarray, n_jobs: int | None) -> np.ndarray:
        """Return the energy of each row, at least 0."""
        sums = np.empty((len(states), 3), states.dtype)
        for part in blocks(len(states), max(self.patterns.shape)):
            state = states[part]
            run(
                sum_exponentials, len(state), n_jobs, state=state, sums=sums[part],
                shares=np.empty((len(state), len(self.patterns)), state.dtype), **self._fields(),
            )
        most, total, square = sums.T.astype(np.float64)
        largest = np.square(self.patterns.astype(np.float64)).sum(axis=1).max()
        logarithm = most + np.log(total / len(self.patterns))
        return -logarithm / self.beta + 0.5 * square + 0.5 * largest

    def _fields(self) -> dict[str, Any]:
        n_patterns, n_units = self.patterns.shape
        return {
            "patterns": self.patterns, "beta": self.beta, "n_patterns": n_patterns,
            "columns": n_units,
        }
