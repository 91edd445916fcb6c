"""Rows and units of length 1, between which the Euclidean distance orders as the cosine does."""

from __future__ import annotations

import numpy as np


def unit_rows(X: np.ndarray, owner: str) -> np.ndarray:
    """Return the rows of X, each divided by its length.

    Raises
    ------
    ValueError
        For a row of zeros, or with NaN.
    """
    largest = np.abs(X).max(axis=1, keepdims=True)
    for wrong, what in ((np.isnan(largest), "contains NaN"), (largest == 0, "is 0")):
        if wrong.any():
            raise ValueError(
                f"{owner}: row {np.flatnonzero(wrong)[0]} of X {what}, and has no direction for"
                " metric='cosine'; leave it out, or set metric='euclidean'"
            )
    rows = X / largest
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def unit_length(units: np.ndarray, instead: np.ndarray) -> np.ndarray:
    """Return units divided by their lengths; in place of those without one the others."""
    length = np.linalg.norm(units, axis=1, keepdims=True)
    has_one = length > np.finfo(units.dtype).eps
    return np.where(has_one, units / np.where(has_one, length, 1), instead).astype(units.dtype)


def cosine_distance(distance: np.ndarray) -> np.ndarray:
    """Return 1 - cos for the Euclidean distance between vectors of length 1."""
    return distance * distance / 2
