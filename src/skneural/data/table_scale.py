"""Robust statistics of the numbers of a table, and their scaling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_LARGEST = 1e9  # after scaling: what float32 holds, and its square
_QUARTERS = (0.25, 0.5, 0.75)


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

    def scaled(self, X: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Return scaled numbers (n_samples, n_columns), computed in float64, of a dtype."""
        with np.errstate(over="ignore", under="ignore"):
            z = (X - self.center) / self.spread
        np.nan_to_num(z, copy=False)
        np.clip(z, -_LARGEST, _LARGEST, out=z)
        if self.clip is not None:
            z /= np.sqrt(1 + np.square(z / self.clip))
        return np.ascontiguousarray(z, dtype)


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


def _statistics(column: np.ndarray, weight: np.ndarray | None) -> tuple[float, float]:
    """Return median and spread of a column."""
    present = np.isfinite(column) if weight is None else np.isfinite(column) & (weight > 0)
    values = column[present]
    if not len(values):
        return 0.0, np.inf
    with np.errstate(over="ignore"):
        weights = None if weight is None else weight[present]
        first, median, third = weighted_quantiles(values, weights, _QUARTERS)
        spread = third - first
        if spread == 0:
            spread = (values.max() - values.min()) / 2
    return float(median), float(spread) if spread > 0 else np.inf
