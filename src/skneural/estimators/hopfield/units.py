"""Units, two-valued ones and real ones: how they come to rest, in blocks of rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.run import run
from .kernels import (
    settle_at_once,
    settle_by_attention,
    settle_densely_at_once,
    settle_densely_in_turn,
    settle_in_turn,
    sum_exponentials,
)

_NUMBERS = 2**22  # of a block of rows
_TOGETHER = 16  # sweeps whose orders are drawn at a time


@dataclass(frozen=True)
class Sweeps:
    """How units are updated.

    Parameters
    ----------
    in_turn : bool
        One after the other, or all at once.
    most : int
        Sweeps at most.
    seed : int
        Draws the orders.
    n_jobs : int or None
        Threads.
    """

    in_turn: bool
    most: int
    seed: int
    n_jobs: int | None

    def orders(self, n_units: int) -> Iterator[np.ndarray]:
        """Give the orders of some sweeps, and of the next ones: (n_sweeps, n_units), int64."""
        random, left = np.random.RandomState(self.seed), self.most
        while left > 0:
            some = min(left, _TOGETHER)
            yield np.array([random.permutation(n_units) for _ in range(some)], np.int64)
            left -= some


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
        for part in _blocks(len(signs), len(self.weights)):
            state = signs[part].astype(self.weights.dtype, copy=False)
            given = {
                "state": state, "field": self._fields(state), "weights": self.weights,
                "rests": rests[part], "columns": len(self.weights),
            }
            _sweep(settle_in_turn, settle_at_once, given, sweeps)
            signs[part] = state
        return rests

    def energy(self, signs: np.ndarray) -> np.ndarray:
        """Return minus half of the sum of w(i, j) s(i) s(j) for each row."""
        energies = np.empty(len(signs))
        for part in _blocks(len(signs), len(self.weights)):
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


class DenseUnits:
    """Two-valued units that lower minus the powers of overlaps: Krotov and Hopfield 2016.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
        1 and -1.
    degree : int
    """

    def __init__(self, patterns: np.ndarray, degree: int):
        self.patterns = patterns.astype(np.float32)
        self.degree = degree

    def settle(self, signs: np.ndarray, sweeps: Sweeps) -> np.ndarray:
        """As that of `CoupledUnits`."""
        rests = np.zeros(len(signs), np.int64)
        n_patterns, n_units = self.patterns.shape
        by_unit = np.ascontiguousarray(self.patterns.T, np.int32)
        gains = self._gains(n_units)
        for part in _blocks(len(signs), max(n_patterns, n_units)):
            state = signs[part].astype(np.float64)
            given = {
                "state": state, "overlap": self._overlaps(signs[part]), "patterns": by_unit,
                "gains": gains, "rests": rests[part], "n_patterns": n_patterns, "columns": n_units,
            }
            _sweep(settle_densely_in_turn, settle_densely_at_once, given, sweeps)
            signs[part] = state
        return rests

    def energy(self, signs: np.ndarray) -> np.ndarray:
        """Return -n times the sum over patterns of (overlap / n) ** degree for each row."""
        energies, (n_patterns, n_units) = np.empty(len(signs)), self.patterns.shape
        for part in _blocks(len(signs), max(n_patterns, n_units)):
            powers = (self._overlaps(signs[part]) / n_units) ** self.degree
            energies[part] = -n_units * powers.sum(axis=1)
        return energies

    def _overlaps(self, signs: np.ndarray) -> np.ndarray:
        return (signs @ self.patterns.T).astype(np.int64)

    def _gains(self, n_units: int) -> np.ndarray:
        """Return F(r + 1) - F(r - 1) for r from -n to n, F the power, by a power of two's."""
        shift = self.degree * n_units.bit_length()
        return np.array([
            ((r + 1) ** self.degree - (r - 1) ** self.degree) / 2**shift
            for r in range(-n_units, n_units + 1)
        ])


class AttendingUnits:
    """Units that are real numbers and become means of patterns: Ramsauer et al. 2021.

    Parameters
    ----------
    patterns : ndarray of shape (n_patterns, n_units)
    beta, tol : float
        Inverse temperature, and the change that counts as rest.
    """

    def __init__(self, patterns: np.ndarray, beta: float, tol: float):
        self.patterns = patterns.astype(np.float64)
        self.beta = float(beta)
        self.tol = float(tol)

    def settle(self, states: np.ndarray, sweeps: Sweeps) -> tuple[np.ndarray, np.ndarray]:
        """Change states, float64, until at rest.

        Returns
        -------
        rests : ndarray of shape (n_samples,), dtype int64
            1 for each row that is at rest, else 0.
        labels : ndarray of shape (n_samples,), dtype int64
            The pattern that has more than half of the weights of the mean, -1 if none has.
        """
        rests, labels = np.zeros((2, len(states)), np.int64)
        for part in _blocks(len(states), max(self.patterns.shape)):
            state = states[part]
            shares = np.empty((len(state), len(self.patterns)))
            run(
                settle_by_attention, len(state), sweeps.n_jobs, state=state,
                mean=np.empty_like(state), shares=shares, rests=rests[part], tol=self.tol,
                n_sweeps=sweeps.most, **self._fields(),
            )
            best = shares.argmax(axis=1)
            labels[part] = np.where(shares[np.arange(len(best)), best] > 0.5, best, -1)
        return rests, labels

    def energy(self, states: np.ndarray, n_jobs: int | None) -> np.ndarray:
        """Return the energy of each row, at least 0."""
        sums = np.empty((len(states), 3))
        for part in _blocks(len(states), max(self.patterns.shape)):
            state = states[part]
            run(
                sum_exponentials, len(state), n_jobs, state=state, sums=sums[part],
                shares=np.empty((len(state), len(self.patterns))), **self._fields(),
            )
        most, total, square = sums.T
        largest = np.square(self.patterns).sum(axis=1).max()
        logarithm = most + np.log(total / len(self.patterns))
        return -logarithm / self.beta + 0.5 * square + 0.5 * largest

    def _fields(self) -> dict:
        n_patterns, n_units = self.patterns.shape
        return {
            "patterns": self.patterns, "beta": self.beta, "n_patterns": n_patterns,
            "columns": n_units,
        }


def _sweep(in_turn: Any, at_once: Any, given: dict[str, Any], sweeps: Sweeps) -> None:
    """Run the kernel of the update until all rows are at rest, or in a cycle, or sweeps are done.

    ``in_turn`` and ``at_once`` are the kernels, with the fields ``given`` in common.
    """
    n_rows = len(given["state"])
    if not sweeps.in_turn:
        run(
            at_once, n_rows, sweeps.n_jobs, flipped=np.full_like(given["state"], -1),
            n_sweeps=sweeps.most, **given,
        )
        return
    for orders in sweeps.orders(given["columns"]):
        run(in_turn, n_rows, sweeps.n_jobs, orders=orders, n_sweeps=len(orders), **given)
        if given["rests"].all():
            break


def _blocks(n_rows: int, width: int) -> Iterator[slice]:
    """Give slices of rows that so many numbers each fill little memory."""
    step = max(8, _NUMBERS // width)
    for begin in range(0, n_rows, step):
        yield slice(begin, min(n_rows, begin + step))
