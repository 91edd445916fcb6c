"""The rounds of a map: radius and learning rate, the batch rule and the online one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ...engine.run import run
from .grid import Grid, Neighborhood
from .kernels import learn_row, sum_members
from .matching import Rows

_SHRINKING = 0.75  # of the rounds, in which the radius falls


@dataclass(frozen=True)
class Course:
    """How radius and learning rate fall from round to round.

    Parameters
    ----------
    max_iter : int
    radii, rates : (float, float)
        The first and the last.
    linear : bool
        Whether they fall by equal steps, in place of equal factors.
    """

    max_iter: int
    radii: tuple[float, float]
    rates: tuple[float, float]
    linear: bool

    @classmethod
    def of(cls, estimator: Any, grid: Grid) -> Course:
        """Return the course that an estimator's parameters stand for."""
        end, first = estimator.radius_end, estimator.radius
        if first is None:
            first = max(grid.longer_side / 2, end)
        rates = estimator.learning_rate_init, estimator.learning_rate_end
        return cls(estimator.max_iter, (first, end), rates, estimator.decay == "linear")

    @property
    def n_shrinking(self) -> int:
        """Rounds until the radius is the last one."""
        return max(1, round(_SHRINKING * self.max_iter))

    def radius(self, number: int) -> float:
        """Return the radius of a round, counted from 0."""
        return self._between(self.radii, number, self.n_shrinking)

    def rate(self, number: int) -> float:
        """Return the learning rate of a round, counted from 0."""
        return self._between(self.rates, number, self.max_iter)

    def _between(self, ends, number, n_rounds):
        first, last = ends
        if number >= n_rounds - 1 > 0 or number >= n_rounds:
            return last
        part = number / max(1, n_rounds - 1)
        return first + part * (last - first) if self.linear else first * (last / first) ** part


def batch_step(
    rows: Rows, weight: np.ndarray, units: np.ndarray, nearest: np.ndarray,
    neighborhood: Neighborhood, n_jobs: int | None,
) -> np.ndarray:
    """Return each unit as the mean of all rows, weighted by the neighborhood of their units.

    Missing numbers are left out of the means. A unit that nothing has a weight for stays.

    Parameters
    ----------
    rows : Rows
    weight : ndarray of shape (n_samples,), float64
    units : ndarray of shape (n_units, n_features)
        About the origin of the rows.
    nearest : ndarray of shape (n_samples,), int64
    neighborhood : Neighborhood
    n_jobs : int or None
    """
    n_units, columns = units.shape
    n_counts = columns if rows.has_missing else 1
    sums = np.zeros((n_units, columns + n_counts))
    order = np.argsort(nearest.astype(np.min_scalar_type(n_units)), kind="stable")
    run(
        sum_members, n_units, n_jobs, x=rows.values, order=order,
        ends=np.cumsum(np.bincount(nearest, minlength=n_units)), weights=weight, sums=sums,
        columns=columns, n_counts=n_counts,
    )
    spread = neighborhood.spread(sums)
    counts = spread[:, columns:]
    known = counts > np.finfo(float).tiny / np.finfo(float).eps
    means = spread[:, :columns] / np.where(known, counts, 1)
    return np.where(known, means, units).astype(units.dtype)


def online_step(
    rows: Rows, order: np.ndarray, rates: np.ndarray, units: np.ndarray,
    neighborhood: Neighborhood, of_directions: bool = False,
) -> np.ndarray:
    """Return the units after each row, in the given order, has moved its neighborhood.

    Parameters
    ----------
    rows : Rows
    order : ndarray of int64
    rates : ndarray of float64
        The learning rate of each row of the order.
    units : ndarray of shape (n_units, n_features)
        About the origin of the rows.
    neighborhood : Neighborhood
    of_directions : bool, default=False
        Whether units keep the length 1.
    """
    grid, units = neighborhood.grid, units.copy()
    run(
        learn_row, len(order), 1, x=rows.values, order=order, rate=rates, codebook=units,
        table=np.ascontiguousarray(neighborhood.table(), units.dtype), n_rows=grid.n_rows,
        n_columns=grid.n_columns, features=units.shape[1], has_length=int(of_directions),
    )
    return units
