"""What a map refuses, and what it warns of."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from sklearn.utils._param_validation import InvalidParameterError

from ..._whole_numbers import is_whole
from ...data.checks import named
from .grid import Grid


def check_map(estimator: Any) -> None:
    """Raise for a shape that is no map, and for parameters that do not go together."""
    owner, shape = type(estimator).__name__, estimator.shape
    if len(shape) != 2 or not all(is_whole(side, least=1) for side in shape):
        raise InvalidParameterError(
            f"{owner}: shape must be two whole numbers of at least 1, rows and columns, got"
            f" {shape!r}"
        )
    if estimator.topology == "hexagonal" and estimator.toroidal and shape[0] % 2:
        raise InvalidParameterError(
            f"{owner}: toroidal=True with topology='hexagonal' needs an even number of rows, got"
            f" shape={shape!r}"
        )
    if estimator.radius is not None and estimator.radius < estimator.radius_end:
        raise InvalidParameterError(
            f"{owner}: radius={estimator.radius!r} is smaller than"
            f" radius_end={estimator.radius_end!r}; the radius can only fall"
        )


def check_seen(X: np.ndarray, owner: str, by_column: bool) -> None:
    """Raise a ValueError for a row, or in `fit` a column, of which all numbers are missing."""
    if not np.isnan(X.sum()):
        return
    missing = np.isnan(X)
    for axis, what in ((1, "row"), (0, "column"))[: 2 if by_column else 1]:
        empty = np.flatnonzero(missing.all(axis=axis))
        if len(empty):
            raise ValueError(
                f"{owner}: {what} {empty[0]} of X contains NaN only; leave out what has no number"
            )


def check_initial(codebook: Any, grid: Grid, n_features: int, owner: str) -> np.ndarray:
    """Return a given codebook as units, shape (n_units, n_features)."""
    with named(f"{owner}: initialization"):
        units = np.asarray(codebook, np.float64)
    wanted = grid.n_rows, grid.n_columns, n_features
    if units.shape not in (wanted, (grid.n_units, n_features)):
        raise ValueError(
            f"{owner}: initialization must have the shape {wanted}, got {units.shape}"
        )
    if not np.isfinite(units).all():
        raise ValueError(f"{owner}: initialization has numbers that are not finite")
    return units.reshape(grid.n_units, n_features)


def notices_of(
    grid: Grid, n_samples: int, n_directions: int, owner: str
) -> list[tuple[str, type[Warning]]]:
    """Return what to warn of: more units than rows, and X that varies in few directions."""
    notices: list[tuple[str, type[Warning]]] = []
    if grid.n_units > n_samples:
        common = max(1, round(5 * math.sqrt(n_samples)))
        notices.append((
            f"{owner}: {grid.n_units} units for {n_samples} rows: many will stay empty;"
            f" 5 * sqrt(n_samples) = {common} is a common size", UserWarning,
        ))
    if n_directions < 2 < grid.n_units:
        where = "along a line" if n_directions else "with all units alike"
        notices.append((
            f"{owner}: X varies in {('no direction', 'one direction')[n_directions]}, so that the"
            f" map starts {where}; initialization='random' starts with rows", UserWarning,
        ))
    return notices
