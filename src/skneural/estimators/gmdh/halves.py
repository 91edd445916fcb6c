"""The two parts of the rows: one to fit coefficients, one to judge them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

_SHIFT = 12345.678  # brings digits of a sum up that do not follow its size


class Part(NamedTuple):
    """Numbers of some rows, and the rows' weights."""

    rows: np.ndarray
    weight: np.ndarray


def parts(
    X: np.ndarray, y: np.ndarray, weight: np.ndarray | None, fraction: float, classes: bool
) -> tuple[Part, Part]:
    """Divide rows alternately, in order of their distance from the mean: Ivakhnenko's rule.

    Equal rows count as one with the sum of their weights. Where all weights are whole numbers,
    they count as repetitions, which are divided too. So neither the order of the rows nor whether
    they are repeated or weighted makes a difference.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), dtype float64
    y : ndarray of shape (n_samples,) or (n_samples, n_targets), dtype float64
        Numbers, or numbers of classes.
    weight : ndarray of shape (n_samples,) or None
    fraction : float
        Of the rows, for the second part.
    classes : bool
        Whether each class is divided by itself.

    Returns
    -------
    fitted, judged : Part
        Indices of distinct rows, and their weights.
    """
    weight = np.ones(len(X)) if weight is None else weight
    order, group = _ordered(X, y, weight, classes)
    first = order[np.concatenate([[True], group[1:] != group[:-1]])]
    weights = np.bincount(group, weights=weight[order])
    if (weight == np.floor(weight)).all():
        second = np.diff(_length_of_second(np.cumsum(weights), fraction), prepend=0.0)
    else:
        numbers = np.arange(1.0, len(first) + 1)
        second = weights * np.diff(_length_of_second(numbers, fraction), prepend=0.0)
    return _part(first, weights - second), _part(first, second)


def _part(rows: np.ndarray, weight: np.ndarray) -> Part:
    kept = weight > 0
    return Part(rows[kept], weight[kept])


def _length_of_second(end: np.ndarray, fraction: float) -> np.ndarray:
    """Return how much of the line from 0 to some whole numbers belongs to the second part."""
    return np.floor(end * fraction + 1e-9)


def _ordered(
    X: np.ndarray, y: np.ndarray, weight: np.ndarray, classes: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return the order of the rows of positive weight, and a number for each group of equal ones.

    Equal distances are told apart by digits of a sum with fixed factors, which only equal rows
    share. The sum itself would put all rows on one side of the mean before those that mirror them,
    and so into one part.
    """
    rows = np.flatnonzero(weight > 0)
    X, y, weight = X[rows], y[rows], weight[rows]
    numbers = np.column_stack([X, y])
    size = np.abs(numbers).max(axis=0)
    numbers = numbers / np.where(size > 0, size, 1.0)
    mean = np.average(numbers, axis=0, weights=weight)
    variance = np.average((numbers - mean) ** 2, axis=0, weights=weight)
    distance = ((numbers - mean) ** 2 / np.where(variance > 0, variance, 1.0)).sum(axis=1)
    distance = np.round(distance / numbers.shape[1], 9)
    factors = np.random.RandomState(0).uniform(0.5, 1.5, numbers.shape[1])
    mark = (numbers * factors).sum(axis=1) * _SHIFT % 1.0
    keys = [mark, distance, y] if classes else [mark, distance]
    order = np.lexsort(keys)
    new = np.zeros(len(order), dtype=bool)
    for key in keys:
        new[1:] |= np.diff(key[order]) != 0
    return rows[order], np.cumsum(new)
