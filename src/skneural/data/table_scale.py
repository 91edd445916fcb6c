"""Statistics of the numbers of a table, and their scaling by spreads or by quantiles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from .bin_edges import quantile_edges

_LARGEST = 1e9  # after scaling: what float32 holds, and its square
_QUARTERS = (0.25, 0.5, 0.75)


class NumberScale(Protocol):
    """Statistics of columns of numbers, by which they are scaled; a missing number has a place."""

    def write(self, X: np.ndarray, result: np.ndarray) -> None:
        """Write scaled numbers (n_samples, n_columns), computed in float64 column by column."""

    def slopes(self, X: np.ndarray) -> np.ndarray:
        """Return the derivative of each scaled number by the number, float64; NaN of missing."""


MakeScale = Callable[[np.ndarray, np.ndarray | None], NumberScale]


@dataclass(frozen=True)
class RobustScale:
    """Medians and spreads of columns.

    The spread is the distance between the quartiles; where these are equal, half of that between
    the extremes. A column that is constant or all missing becomes 0 (Holzmüller et al. 2024,
    arXiv 2407.04491). A missing number becomes 0, as the median does.

    Parameters
    ----------
    center, spread : ndarray of shape (n_columns,), dtype float64
        The spread of a constant column is infinite.
    clip : float or None
        Numbers z become ``z / sqrt(1 + (z / clip) ** 2)``, which are below it.
    """

    center: np.ndarray
    spread: np.ndarray
    clip: float | None

    @classmethod
    def of(cls, X: np.ndarray, weight: np.ndarray | None, clip: float | None) -> RobustScale:
        """Return the statistics of numbers, NaN left out.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_columns)
        weight : ndarray of shape (n_samples,) or None
            A weight of 2 counts as two equal rows, one of 0 as none.
        clip : float or None
        """
        pairs = [_statistics(column.astype(np.float64), weight) for column in X.T]
        found = np.array(pairs).reshape(-1, 2)
        return cls(found[:, 0].copy(), found[:, 1].copy(), clip)

    def write(self, X: np.ndarray, result: np.ndarray) -> None:
        """Write scaled numbers (n_samples, n_columns), computed in float64 column by column."""
        for place, (center, spread) in enumerate(zip(self.center, self.spread, strict=True)):
            with np.errstate(over="ignore", under="ignore"):
                z = (X[:, place] - center) / spread
            np.nan_to_num(z, copy=False)
            np.clip(z, -_LARGEST, _LARGEST, out=z)
            if self.clip is not None:
                z /= np.sqrt(1 + np.square(z / self.clip))
            result[:, place] = z

    def slopes(self, X: np.ndarray) -> np.ndarray:
        """Return the derivative of each scaled number by the number, float64; NaN of missing."""
        with np.errstate(over="ignore", under="ignore"):
            z = (X.astype(np.float64) - self.center) / self.spread
            slopes = np.where(np.abs(z) > _LARGEST, 0.0, 1 / self.spread)
            if self.clip is not None:
                slopes *= (1 + np.square(z / self.clip)) ** -1.5
        return np.where(np.isnan(X), np.nan, slopes)


@dataclass(frozen=True)
class QuantileScale:
    """The bins of columns: a number becomes how many of them are below it, and its part of its own.

    Bins hold equally many rows, see `quantile_edges`. Numbers beyond the first and last edge become
    what these do, and missing ones what the median does; a column that is constant or all missing
    becomes 0. A `PiecewiseLinear` layer on edges 0, 1, 2 and so on makes of it the encoding of
    Gorishniy et al. 2022, arXiv 2203.05556.

    Parameters
    ----------
    edges : list of ndarray of shape (n_edges,), dtype float64
        Of each column.
    median : ndarray of shape (n_columns,), dtype float64
    """

    edges: list[np.ndarray]
    median: np.ndarray

    @classmethod
    def of(cls, X: np.ndarray, weight: np.ndarray | None, n_bins: int) -> QuantileScale:
        """Return the statistics of numbers, NaN left out.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_columns)
        weight : ndarray of shape (n_samples,) or None
            A weight of 2 counts as two equal rows, one of 0 as none.
        n_bins : int
            Most bins of a column.
        """
        edges, medians = [], []
        for column in X.T:
            values, weights = _present(column.astype(np.float64), weight)
            edges.append(quantile_edges(values, n_bins, weights))
            medians.append(weighted_quantiles(values, weights, (0.5,))[0] if len(values) else 0.0)
        return cls(edges, np.array(medians, np.float64))

    def write(self, X: np.ndarray, result: np.ndarray) -> None:
        """Write scaled numbers (n_samples, n_columns), computed in float64 column by column."""
        for place, (edges, median) in enumerate(zip(self.edges, self.median, strict=True)):
            if edges[0] == edges[-1]:
                result[:, place] = 0
                continue
            column = X[:, place].astype(np.float64)
            column[np.isnan(column)] = median
            result[:, place] = np.interp(column, edges, np.arange(len(edges)))

    def slopes(self, X: np.ndarray) -> np.ndarray:
        """Return the derivative of each scaled number by the number, float64; NaN of missing."""
        result = np.zeros(X.shape)
        for place, edges in enumerate(self.edges):
            column = X[:, place].astype(np.float64)
            inside = (column >= edges[0]) & (column < edges[-1])
            left = np.searchsorted(edges, column[inside], "right") - 1
            result[inside, place] = 1 / np.diff(edges)[left]
        return np.where(np.isnan(X), np.nan, result)


def weighted_quantiles(
    values: np.ndarray, weight: np.ndarray | None, ranks: tuple[float, ...]
) -> np.ndarray:
    """Return quantiles by NumPy's method "averaged_inverted_cdf", which takes weights as counts.

    Parameters
    ----------
    values : ndarray of shape (n_values,)
        Finite, at least one.
    weight : ndarray of shape (n_values,) or None
        Positive.
    ranks : tuple of float
        From 0 to 1.
    """
    order = np.argsort(values, kind="stable")
    values = values[order]
    sums = np.arange(1.0, len(values) + 1) if weight is None else np.cumsum(weight[order])
    wanted = np.array(ranks) * sums[-1]
    last = len(values) - 1
    low = np.minimum(np.searchsorted(sums, wanted, "left"), last)
    high = np.minimum(np.searchsorted(sums, wanted, "right"), last)
    return values[low] + (values[high] - values[low]) / 2


def _present(
    column: np.ndarray, weight: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the values of a column that are not missing, and their weights; 0 leaves one out."""
    present = np.isfinite(column) if weight is None else np.isfinite(column) & (weight > 0)
    return column[present], None if weight is None else weight[present]


def _statistics(column: np.ndarray, weight: np.ndarray | None) -> tuple[float, float]:
    """Return median and spread of a column."""
    values, weights = _present(column, weight)
    if not len(values):
        return 0.0, np.inf
    with np.errstate(over="ignore"):
        first, median, third = weighted_quantiles(values, weights, _QUARTERS)
        spread = third - first
        if spread == 0:
            spread = (values.max() - values.min()) / 2
    return float(median), float(spread) if spread > 0 else np.inf
