"""What the networks read of X: numbers from -1 to 1, or normally distributed columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from scipy.special import ndtr, ndtri

from ...data.sources import LineOfRows

_MOST_ROWS = 20_000  # sorted numbers of a column that are looked at
_EDGE = 0.5 / _MOST_ROWS  # of the distribution function, whose normal numbers are finite


class Marginals(Protocol):
    """A scale of X that is undone for samples.

    Attributes
    ----------
    bounded : bool
        Whether numbers are from -1 to 1.
    """

    bounded: bool

    def read(self, X: np.ndarray, dtype: np.dtype, random: Any = None) -> LineOfRows:
        """Return the rows of X as the networks read them."""

    def restored(self, Z: np.ndarray) -> np.ndarray:
        """Return samples on the scale of X."""


class Range:
    """All numbers, from the least to the greatest, to -1 to 1.

    Parameters
    ----------
    low, high : float
    """

    bounded = True

    def __init__(self, low: float, high: float):
        self.low, self.high = low, high

    @classmethod
    def of(cls, X: np.ndarray) -> Range:
        """Learn the range of X."""
        return cls(float(X.min()), float(X.max()))

    def read(self, X: np.ndarray, dtype: np.dtype, random: Any = None) -> LineOfRows:
        """Return the rows of X from -1 to 1."""
        width = self.high / 2 - self.low / 2
        factor = 1.0 / width if width > 0 else 1.0
        return LineOfRows(X, factor, -(self.low / 2 + self.high / 2) * factor, dtype)

    def restored(self, Z: np.ndarray) -> np.ndarray:
        """Return samples from the least to the greatest number of X."""
        width, middle = self.high / 2 - self.low / 2, self.high / 2 + self.low / 2
        return np.clip(Z * Z.dtype.type(width) + Z.dtype.type(middle), self.low, self.high)


@dataclass(frozen=True)
class Column:
    """The distribution of a column.

    Parameters
    ----------
    numbers : ndarray of shape (n_numbers,)
        The different ones, sorted.
    before, after : ndarray of shape (n_numbers,)
        The shares of rows with a lower number, and with one that is not greater.
    once : ndarray of shape (n_numbers,), bool
        Which occur in one row only.
    is_whole : bool
        Whether all are whole numbers.
    """

    numbers: np.ndarray
    before: np.ndarray
    after: np.ndarray
    once: np.ndarray
    is_whole: bool

    @classmethod
    def of(cls, x: np.ndarray) -> Column:
        """Learn the distribution of a column."""
        is_whole = bool((np.floor(x) == x).all())
        x = np.sort(x)
        if len(x) > _MOST_ROWS:
            x = x[np.linspace(0, len(x) - 1, _MOST_ROWS).round().astype(int)]
        numbers, counts = np.unique(x, return_counts=True)
        after = np.cumsum(counts) / len(x)
        return cls(numbers, np.r_[0.0, after[:-1]], after, counts == 1, is_whole)

    def normal(self, x: np.ndarray, share: Any) -> np.ndarray:
        """Return normal numbers for those of the column, at a share of each one's interval."""
        if len(self.numbers) == 1:
            return np.zeros(len(x))
        place = np.minimum(np.searchsorted(self.numbers, x), len(self.numbers) - 1)
        within = np.where(self.once[place], 0.5, share)
        u = self.before[place] + within * (self.after[place] - self.before[place])
        is_new = self.numbers[place] != x  # then it is between its neighbours
        u[is_new] = np.where(x > self.numbers[-1], 1.0, self.before[place])[is_new]
        return ndtri(np.clip(u, _EDGE, 1 - _EDGE))

    def restored(self, z: np.ndarray) -> np.ndarray:
        """Return numbers of the column for normal ones.

        Those that occur several times hold over their whole interval, others at its middle.
        """
        middle = (self.before + self.after) / 2
        left = np.where(self.once, middle, self.before)
        right = np.where(self.once, middle, self.after)
        places, values = np.column_stack([left, right]).ravel(), np.repeat(self.numbers, 2)
        found = np.interp(ndtr(z), places, values)
        return np.rint(found) if self.is_whole else found


class Quantiles:
    """Each column to standard normal numbers, by its distribution function, and back.

    A number that occurs several times has an interval of the distribution function to itself, and
    is spread over that at random. So columns of few different numbers, such as counts, are as
    smooth to a network as others, and on the way back they have these numbers and no others, each
    as often as in X. Between numbers that occur once, the way back interpolates.

    Parameters
    ----------
    columns : list of Column
    """

    bounded = False

    def __init__(self, columns: list[Column]):
        self.columns = columns

    @classmethod
    def of(cls, X: np.ndarray) -> Quantiles:
        """Learn the distribution of each column of X."""
        return cls([Column.of(X[:, j].astype(np.float64)) for j in range(X.shape[1])])

    def read(self, X: np.ndarray, dtype: np.dtype, random: Any = None) -> LineOfRows:
        """Return the rows of X as normal numbers.

        ``random`` spreads those that are equal, None puts them midway.
        """
        Z = np.empty(X.shape, dtype)
        for j, column in enumerate(self.columns):
            share = 0.5 if random is None else random.uniform(size=len(X))
            Z[:, j] = column.normal(X[:, j].astype(np.float64), share)
        return LineOfRows(Z, 1.0, 0.0, dtype)

    def restored(self, Z: np.ndarray) -> np.ndarray:
        """Return samples of the distribution of each column of X."""
        X = np.empty_like(Z)
        for j, column in enumerate(self.columns):
            X[:, j] = column.restored(Z[:, j].astype(np.float64))
        return X
