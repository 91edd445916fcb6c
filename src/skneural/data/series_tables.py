"""Series as rows of a table, the steps of each one after another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from .numbers import check_numbers
from .series import is_flat, is_list

Shape = tuple[int, ...]


def shape_of_rows(n_columns: int, series_shape: Sequence[int] | None, owner: str) -> Shape:
    """Return time and features of the series that a row of a table holds.

    Parameters
    ----------
    n_columns : int
        Of the table.
    series_shape : tuple of int or None
        The estimator's parameter; None for one feature a step.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        If ``series_shape`` is no time and features, or needs another number of columns.
    """
    if series_shape is None:
        return n_columns, 1
    shape = _checked(series_shape, owner)
    if math.prod(shape) != n_columns:
        raise ValueError(
            f"{owner}: X has {n_columns} features, series_shape={shape} needs {math.prod(shape)}"
        )
    return shape


def check_features(n_features: int, series_shape: Sequence[int] | None, owner: str) -> None:
    """Raise a ValueError for series with other features than ``series_shape`` says."""
    if series_shape is not None and _checked(series_shape, owner)[1] != n_features:
        raise ValueError(
            f"{owner}: X has series of {n_features} features a step, but"
            f" series_shape={tuple(series_shape)} has {series_shape[1]}"
        )


def series_to_read(
    X: Any, fitted: Shape, series_shape: Sequence[int] | None, owner: str
) -> Any:
    """Return X if it holds series, or a table's rows as series; None for a table like the fitted.

    After a fit on a table, a list of rows of another length holds series of one feature. After a
    fit on series, the rows of a table are read as series.

    Parameters
    ----------
    X : array-like
    fitted : tuple of int
        The number of columns of the table that a fit has seen, or time and features of its series.
    series_shape : tuple of int or None
        The estimator's parameter.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        For a table where the fit has seen series of other features.
    """
    if not is_flat(X):
        return X
    if len(fitted) == 1:
        holds_series = is_list(X) and series_shape is None
        return X if holds_series and len(next(iter(X))) != fitted[0] else None
    if sparse.issparse(X) or getattr(X, "ndim", 2) != 2 or not hasattr(X, "__len__"):
        return None  # for which scikit-learn has an error
    series, features = rows_as_series(X, series_shape, owner), fitted[1]
    if series.shape[2] != features:
        raise ValueError(
            f"{owner}: X is a table of {X.shape[1]} columns, but fit has seen series of"
            f" {features} features a step; give X the shape (n_samples, time, {features})"
        )
    return series


def rows_as_series(X: Any, series_shape: Sequence[int] | None, owner: str) -> np.ndarray:
    """Return the rows of a table as series, of shape (n_samples, time, features)."""
    check_numbers(X, f"{owner}: X")
    X = np.asarray(X)
    return X.reshape(len(X), *shape_of_rows(X.shape[1], series_shape, owner))


def _checked(series_shape: Sequence[int], owner: str) -> Shape:
    shape = tuple(int(size) for size in series_shape)
    if len(shape) != 2 or min(shape) < 1:
        raise ValueError(
            f"{owner}: series_shape={shape} is not a pair of positive integers, time and features"
        )
    return shape
