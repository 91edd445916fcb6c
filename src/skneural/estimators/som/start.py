"""Codebooks to begin with."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.linalg import eigh
from sklearn.utils import check_random_state

from .grid import Grid

_ROUNDING = 1e-7  # of the root of an eigenvalue, relative to that of the greatest


def mean_of(X: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return the weighted mean of each column over what is not missing, float64."""
    if not np.isnan(X.sum()):
        return np.average(X, axis=0, weights=weight)
    seen = ~np.isnan(X)
    weights = np.maximum(weight @ seen, np.finfo(float).tiny)
    return np.asarray(weight @ np.where(seen, X, 0) / weights)


def drawn_rows(X: np.ndarray, weight: np.ndarray, grid: Grid, random_state: Any) -> np.ndarray:
    """Return random rows of X, each once if there are enough, missing numbers at the mean."""
    random, likely = check_random_state(random_state), np.flatnonzero(weight)
    chosen = random.choice(likely, grid.n_units, replace=len(likely) < grid.n_units)
    return np.where(np.isnan(X[chosen]), mean_of(X, weight), X[chosen])


def principal_plane(X: np.ndarray, weight: np.ndarray, grid: Grid) -> tuple[np.ndarray, int]:
    """Return units on the plane through the mean along the first two principal components.

    They reach one standard deviation to both sides, along the map's longer side that of the first
    component. Kohonen 2001, section 3.7.

    Returns
    -------
    units : ndarray of shape (n_units, n_features), float64
    n_directions : int
        In how many directions X varies, 2 at the most.
    """
    mean = mean_of(X, weight)
    centered = np.nan_to_num(X - mean) * np.sqrt(weight / weight.sum())[:, None]
    components, deviations = _first_two(centered)
    least = max(_ROUNDING * deviations[0], 1e-12 * np.abs(mean).max())
    n_directions = int((deviations > least).sum())
    down, across = np.indices((grid.n_rows, grid.n_columns)).reshape(2, -1)
    down, across = _from_minus_one(down, grid.n_rows), _from_minus_one(across, grid.n_columns)
    places = (across, down) if grid.n_columns >= grid.n_rows else (down, across)
    return mean + np.stack(places, axis=1) @ (deviations[:, None] * components), n_directions


def _from_minus_one(place, size):
    """Return places along a side as numbers from -1 to 1, 0 if there is but one."""
    return 2 * place / (size - 1) - 1 if size > 1 else np.zeros(len(place))


def _first_two(centered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first two right singular vectors, the largest number positive, and their values.

    Both are zero where there is no such direction.
    """
    wide = centered.shape[1] > centered.shape[0]
    gram = centered @ centered.T if wide else centered.T @ centered
    size = len(gram)
    squares, vectors = eigh(gram, subset_by_index=[max(0, size - 2), size - 1])
    deviations, vectors = np.sqrt(np.maximum(squares[::-1], 0)), vectors.T[::-1]
    if wide:
        vectors = vectors @ centered
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors = vectors / np.where(lengths > 0, lengths, 1)
    largest = np.abs(vectors).argmax(axis=1)
    vectors = vectors * np.sign(vectors[np.arange(len(vectors)), largest])[:, None]
    missing = 2 - len(vectors)
    return np.pad(vectors, ((0, missing), (0, 0))), np.pad(deviations, (0, missing))
