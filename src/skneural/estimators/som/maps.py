"""Pictures of a fitted map, as arrays of its shape."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .grid import Grid


def distances_between(
    units: np.ndarray, grid: Grid, expanded: bool, by_metric: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Return the mean distance of each unit to its neighbors; see `u_matrix`."""
    first, second, row, column = grid.links()
    units = units.astype(np.float64)
    distance = by_metric(np.linalg.norm(units[first] - units[second], axis=1))
    ends, twice = np.concatenate([first, second]), np.concatenate([distance, distance])
    of_units = _mean(ends, twice, grid.n_units).reshape(grid.n_rows, grid.n_columns)
    if not expanded:
        return of_units
    height, width = grid.expanded_shape
    result = _mean(row * width + column, distance, height * width).reshape(height, width)
    result[::2, ::2] = of_units
    return result


def _mean(places, values, size):
    """Return the mean of the values at each place, 0 where there are none."""
    counts = np.bincount(places, minlength=size)
    return np.bincount(places, values, size) / np.maximum(counts, 1)


def hits(units: np.ndarray, grid: Grid) -> np.ndarray:
    """Return how many rows have each unit as their nearest."""
    return np.bincount(units, minlength=grid.n_units).reshape(grid.n_rows, grid.n_columns)


def most_common_labels(units: np.ndarray, y: np.ndarray, grid: Grid) -> np.ma.MaskedArray:
    """Return the most common label of each unit's rows, masked where there are none."""
    classes, codes = np.unique(y, return_inverse=True)
    places = units * len(classes) + codes
    counts = np.bincount(places, minlength=grid.n_units * len(classes))
    counts = counts.reshape(grid.n_rows, grid.n_columns, len(classes))
    return np.ma.MaskedArray(classes[counts.argmax(axis=2)], counts.sum(axis=2) == 0)


def units_named(labels: ArrayLike, n_units: int, owner: str) -> np.ndarray:
    """Return numbers of units, checked, or those of the least distances in each row.

    Raises
    ------
    ValueError
        For numbers that no unit has, and distances to another number of units.
    """
    labels = np.asarray(labels)
    if labels.ndim == 2:
        if labels.shape[1] != n_units:
            raise ValueError(
                f"{owner}: distances must have a column for each of {n_units} units, got the shape"
                f" {labels.shape}"
            )
        return labels.argmin(axis=1)
    if labels.ndim != 1 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(
            f"{owner}: labels must be whole numbers of shape (n_samples,), got the shape"
            f" {labels.shape} of {labels.dtype}"
        )
    wrong = labels[(labels < 0) | (labels >= n_units)]
    if len(wrong):
        raise ValueError(f"{owner}: no unit has the number {wrong[0]}; they go to {n_units - 1}")
    return labels
