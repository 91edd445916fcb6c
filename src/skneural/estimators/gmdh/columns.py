"""Columns of standardised numbers over both parts of the rows, and their moments."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .halves import Part

ROWS_AT_ONCE = 4096  # whose powers are in memory
_FAR = 100.0  # standard deviations from 0 from which on a polynomial is one of x - mean


class Standard(NamedTuple):
    """How columns were standardised: ``(x - mean) / scale``.

    ``offset`` is what formulas subtract: the mean of columns that are far from 0, else 0.
    """

    mean: np.ndarray
    scale: np.ndarray
    offset: np.ndarray


class Moments(NamedTuple):
    """Sums over a part of the rows, of n columns, their squares and cubes.

    Parameters
    ----------
    products : ndarray of shape (3 n + 1, 2 n + 1)
        Of 1, columns, squares and cubes with 1, columns and squares.
    targets : ndarray of shape (2 n + 1,)
        Of the target with 1, columns and squares.
    crossed : ndarray of shape (n, n)
        Of the target with products of two columns.
    """

    products: np.ndarray
    targets: np.ndarray
    crossed: np.ndarray


def standard(numbers: np.ndarray, weight: np.ndarray) -> Standard:
    """Return means and standard deviations of columns, 1 for constant ones.

    Parameters
    ----------
    numbers : ndarray of shape (n_samples, n_columns)
    weight : ndarray of shape (n_samples,)
    """
    size = np.abs(numbers).max(axis=0)
    size = np.where(size > 0, size, 1.0)
    mean = np.average(numbers / size, axis=0, weights=weight)
    scale = np.sqrt(np.average((numbers / size - mean) ** 2, axis=0, weights=weight))
    is_constant = scale <= 1e-13 * np.abs(mean)
    mean, scale = mean * size, np.where(is_constant, 1.0, scale * size)
    return Standard(mean, scale, np.where(np.abs(mean) > _FAR * scale, mean, 0.0))


class Columns:
    """Inputs, and outputs of neurons, over the rows of both parts.

    Parameters
    ----------
    values : ndarray of shape (n_columns, n_rows)
    target : ndarray of shape (n_rows,)
    weight : ndarray of shape (n_rows,)
    n_fitted : int
        Rows of the first part, which come first.
    """

    def __init__(
        self, values: np.ndarray, target: np.ndarray, weight: np.ndarray, n_fitted: int
    ):
        self.values, self.target, self.weight = values, target, weight
        self.parts = slice(n_fitted), slice(n_fitted, None)

    @classmethod
    def of(cls, X: np.ndarray, target: np.ndarray, fitted: Part, judged: Part) -> Columns:
        """Return the columns of X, and a target, for two parts of the rows."""
        rows = np.concatenate([fitted.rows, judged.rows])
        weight = np.concatenate([fitted.weight, judged.weight])
        return cls(np.ascontiguousarray(X[rows].T), target[rows], weight, len(fitted.rows))

    def with_values(self, values: np.ndarray) -> Columns:
        """Return other columns over the same rows."""
        other = Columns(values, self.target, self.weight, 0)
        other.parts = self.parts
        return other

    @property
    def totals(self) -> np.ndarray:
        """Of each part, the sum of weights and that of squared targets."""
        totals = []
        for part in self.parts:
            weight = self.weight[part]
            squares = float(weight @ self.target[part] ** 2)
            totals += [weight.sum(), max(squares, np.finfo(float).tiny)]
        return np.array(totals)

    def moments(self, part: slice, columns: slice | np.ndarray = slice(None)) -> Moments:
        """Return the moments of some columns over a part of the rows."""
        chosen = self.values[columns, part]
        y, weight = self.target[part], self.weight[part]
        n = len(chosen)
        found = Moments(np.zeros((3 * n + 1, 2 * n + 1)), np.zeros(2 * n + 1), np.zeros((n, n)))
        for begin in range(0, chosen.shape[1], ROWS_AT_ONCE):
            rows = slice(begin, begin + ROWS_AT_ONCE)
            z, weighted = chosen[:, rows], weight[rows] * y[rows]
            low = np.concatenate([np.ones((1, z.shape[1])), z, z * z])
            high = np.concatenate([low, z * low[n + 1 :]]) * weight[rows]
            for total, more in zip(
                found, (high @ low.T, low @ weighted, (z * weighted) @ z.T), strict=True
            ):
                total += more
        return found
