"""Series as users hold them: arrays, lists of arrays, arrays filled up with NaN."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import sparse

from .numbers import check_numbers

Series = np.ndarray | list[np.ndarray]  # (n, time, features), or a (time, features) for each


def is_flat(X: Any) -> bool:
    """Whether X is a table: rows of numbers, all as long, in whatever holds them."""
    if hasattr(X, "iloc") or sparse.issparse(X):
        return True
    if isinstance(X, np.ndarray):
        return X.ndim == 2 or (X.ndim < 2 and X.dtype != object)
    if isinstance(X, (list, tuple)):
        return all(_dimensions(x) == 1 for x in X) and len({len(x) for x in X}) <= 1
    return not _is_list(X)


def read_series(
    X: Any, owner: str, dtype: Any = None, n_features: int | None = None, missing: str = "error"
) -> Series:
    """Return series of finite numbers, one array if all are as long.

    Parameters
    ----------
    X : array-like of shape (n_samples, time, features), or sequence of array-like
        Each of shape (time, features), or (time,) for one feature. A series that ends in steps of
        NaN is shorter by these.
    owner : str
        The estimator's name, for errors.
    dtype : numpy.dtype or None, default=None
        Of the result; None for float32 if all numbers are, else float64.
    n_features : int or None, default=None
        Features of a step that a fit has seen.
    missing : {"error", "mask"}, default="error"
        Whether NaN within a series is an error, or such steps are left out.

    Returns
    -------
    ndarray of shape (n_samples, time, features), or list of ndarray of shape (time_i, features)
        In C order.

    Raises
    ------
    ValueError
        For series that are empty, differ in their features, or have numbers that are not finite.
    TypeError
        For what are no numbers.
    """
    series = _arrays(X, owner)
    if not series:
        raise ValueError(f"{owner}: X has no series; at least one is needed")
    wanted = series[0].shape[1] if n_features is None else n_features
    single = all(each.dtype == np.float32 for each in series)
    kind = np.dtype((np.float32 if single else np.float64) if dtype is None else dtype)
    read = []
    for place, each in enumerate(series):
        if each.shape[1] != wanted:
            raise ValueError(_other_features(owner, place, each.shape, wanted, n_features))
        each = _without_missing(each, owner, place, missing)
        if not len(each):
            raise ValueError(
                f"{owner}: X[{place}] has no steps; every series needs at least one"
            )
        read.append(np.ascontiguousarray(each, kind))
    lengths = {len(each) for each in read}
    return np.stack(read) if len(lengths) == 1 else read


def _other_features(
    owner: str, place: int, shape: tuple[int, ...], wanted: int, fitted: int | None
) -> str:
    if fitted is None:
        return f"{owner}: X[{place}] has {shape[1]} features, X[0] has {wanted}"
    first = (
        "; channels seem to come first: X.transpose(0, 2, 1)" if shape[0] == wanted else ""
    )
    return (
        f"{owner}: X has series of {shape[0]} steps x {shape[1]} features, fitted with {wanted}"
        f" features a step{first}"
    )


def _arrays(X: Any, owner: str) -> list[np.ndarray]:
    """Return each series as an array of two dimensions."""
    if isinstance(X, np.ndarray) and X.dtype != object:
        if X.ndim != 3:
            raise ValueError(
                f"{owner}: X has shape {X.shape}; series need (n_samples, time, features), or a"
                " list of arrays of shape (time, features)"
            )
        check_numbers(X, f"{owner}: X")
        return list(X)
    series = [_array(each, owner, place) for place, each in enumerate(X)]
    dimensions = {each.ndim for each in series}
    if len(dimensions) > 1:
        raise ValueError(
            f"{owner}: X mixes arrays of one and of two dimensions; give each series the shape"
            " (time, features)"
        )
    return [each[:, None] if each.ndim == 1 else each for each in series]


def _array(series: Any, owner: str, place: int) -> np.ndarray:
    what = f"{owner}: X[{place}]"
    if isinstance(series, str):
        raise TypeError(f"{what} is a text; tokenise first: TextTokenizer")
    try:
        array = np.asarray(series)
    except ValueError:
        array = np.asarray(series, object)
    if array.dtype.kind in "SU":
        raise TypeError(f"{what} holds texts; tokenise first: TextTokenizer")
    if array.dtype == object:
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError(
                f"{what} is no array of numbers; a series has the shape (time, features)"
            ) from None
    check_numbers(array, what)
    if array.ndim not in (1, 2):
        raise ValueError(
            f"{what} has shape {array.shape}; a series has the shape (time, features)"
        )
    return array


def _without_missing(series: np.ndarray, owner: str, place: int, missing: str) -> np.ndarray:
    """Return a series without the steps that are NaN."""
    if series.dtype.kind != "f" or np.isfinite(series).all():
        return series
    nan = np.isnan(series)
    valid = ~nan.all(axis=1)
    series = series[: int(np.flatnonzero(valid)[-1]) + 1 if valid.any() else 0]
    nan = nan[: len(series)]
    if missing == "mask":
        series = series[~nan.any(axis=1)]
    elif nan.any():
        step, feature = np.argwhere(nan)[0]
        raise ValueError(
            f"{owner}: X[{place}] is NaN at step {step}, feature {feature}; NaN is only allowed"
            " after a series' end; impute, or use missing='mask'"
        )
    if not np.isfinite(series).all():
        step, feature = np.argwhere(~np.isfinite(series))[0]
        raise ValueError(f"{owner}: X[{place}] is infinite at step {step}, feature {feature}")
    return series


def _is_list(X: Any) -> bool:
    return isinstance(X, (list, tuple)) or (isinstance(X, np.ndarray) and X.dtype == object)


def _dimensions(item: Any) -> int:
    """Return the dimensions of an item of a list, looking at its first parts."""
    depth = 0
    while isinstance(item, (list, tuple)) and len(item):
        item, depth = item[0], depth + 1
    return depth + int(getattr(item, "ndim", 0))


def lengths_of(series: Series) -> Sequence[int]:
    """Return how many steps each series has."""
    return [len(each) for each in series]
