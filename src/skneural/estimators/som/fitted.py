"""A fitted map, as predictions and pictures need it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .checks import check_seen
from .directions import cosine_distance, unit_rows
from .grid import Grid
from .maps import distances_between
from .matching import Rows, in_parts


class FittedMap:
    """The codebook that an estimator shows at this moment.

    Parameters
    ----------
    estimator : SelfOrganizingMap

    Raises
    ------
    NotFittedError
        If it is not fitted.
    """

    def __init__(self, estimator: Any):
        check_is_fitted(estimator)
        self._estimator = estimator
        n_rows, n_columns, _ = estimator.codebook_.shape
        hexagonal, toroidal = estimator.topology == "hexagonal", bool(estimator.toroidal)
        self.grid = Grid(n_rows, n_columns, hexagonal, toroidal)
        centers = np.ascontiguousarray(estimator.cluster_centers_)
        self._units = centers - estimator._origin

    def nearest(self, X: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the nearest unit of each row of X as the user passed it, and its distance."""
        n_jobs = self._estimator.n_jobs
        found = [rows.nearest(self._units, n_jobs) for rows in self._rows(X)]
        nearest, distances = zip(*found, strict=True)
        return np.concatenate(nearest), self._by_metric(np.concatenate(distances))

    def distances(self, X: Any) -> Iterator[np.ndarray]:
        """Yield the distances of some rows of X after others to all units."""
        for rows in self._rows(X):
            yield self._by_metric(rows.distances(self._units, self._estimator.n_jobs))

    def between_units(self, expanded: bool) -> np.ndarray:
        """Return the distances between neighbors, as `u_matrix` does."""
        return distances_between(self._units, self.grid, expanded, self._by_metric)

    def share_apart(self, X: Any) -> float:
        """Return the share of the rows of X whose two nearest units are no neighbors."""
        apart = []
        for distances in self.distances(X):
            first = distances.argmin(axis=1)
            distances[np.arange(len(first)), first] = np.inf
            apart.append(~self.grid.are_neighbors(first, distances.argmin(axis=1)))
        return float(np.concatenate(apart).mean())

    def _rows(self, X: Any) -> Iterator[Rows]:
        estimator = self._estimator
        X = estimator._samples().check(X, self._units.dtype)
        owner = type(estimator).__name__
        check_seen(X, owner, by_column=False)
        if estimator._metric == "cosine":
            X = unit_rows(X, owner)
        return in_parts(X, estimator._origin)

    def _by_metric(self, distance: np.ndarray) -> np.ndarray:
        return cosine_distance(distance) if self._estimator._metric == "cosine" else distance
