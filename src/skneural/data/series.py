"""Series as users hold them: arrays, lists of arrays, arrays filled up with NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from .numbers import check_numbers

Series = np.ndarray | list[np.ndarray]  # (n, time, features), or a (time, features) for each
_SHAPE = "a series has the shape (time, features)"
_NO_LIST = "biufcmM"  # kinds of dtypes of one-dimensional arrays that cannot hold arrays


def is_flat(X: Any) -> bool:
    """Whether X is a table: rows of numbers, all as long, in whatever holds them."""
    if is_list(X):
        return len(X) > 0 and all(_dimensions(x) == 1 for x in X) and len(set(map(len, X))) == 1
    return sparse.issparse(X) or getattr(X, "ndim", 2) < 3


def is_list(X: Any) -> bool:
    """Whether X is a list, a tuple, or an array or pandas Series of objects."""
    if isinstance(X, (list, tuple)):
        return True
    kind = getattr(getattr(X, "dtype", None), "kind", "f")
    return kind not in _NO_LIST and getattr(X, "ndim", 0) == 1


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
        In C order. An array that needs no conversion is returned as it is.

    Raises
    ------
    ValueError
        For series that are empty, differ in their features, or have numbers that are not finite.
    TypeError
        For texts and sparse matrices.
    """
    whole = None if is_list(X) else _whole(X, owner)
    series = _arrays(X, owner) if whole is None else whole
    if not len(series):
        raise ValueError(f"{owner}: X has no series; at least one is needed")
    unlike = series if whole is None else series[:1]  # those that may differ
    wanted = series[0].shape[1] if n_features is None else n_features
    for place, each in enumerate(unlike):
        if each.shape[1] != wanted:
            name = "X" if whole is not None else f"X[{place}]"
            hint = _moved(list(series)) if whole is None and n_features is None else ""
            raise ValueError(_other_features(owner, name, each.shape, wanted, n_features) + hint)
    if not wanted:
        raise ValueError(f"{owner}: X[0] has no features; every step needs at least one number")
    kind = np.dtype(_float_of(unlike) if dtype is None else dtype)
    if whole is not None and whole.shape[1] and np.isfinite(whole).all():
        return _converted(whole, kind, f"{owner}: X")
    read = []
    for place, each in enumerate(series):
        what = f"{owner}: X[{place}]"
        each = _without_missing(each, what, missing)
        if not len(each):
            raise ValueError(f"{what} has no steps; every series needs at least one")
        read.append(_converted(each, kind, what))
    return np.stack(read) if len({len(each) for each in read}) == 1 else read


def check_is_dense(X: Any, owner: str) -> None:
    """Raise a TypeError for a sparse matrix."""
    if sparse.issparse(X):
        raise TypeError(f"{owner}: X is sparse, but series are dense; use X.toarray()")


def _whole(X: Any, owner: str) -> np.ndarray | None:
    """Return an array of series, None if its numbers are objects."""
    is_plain = type(X) is np.ndarray and X.dtype.kind in "biuf"
    if not is_plain:
        check_is_dense(X, owner)
        check_numbers(X, f"{owner}: X")
        X = np.asarray(X)
    if X.ndim != 3:
        raise ValueError(
            f"{owner}: X has shape {X.shape}; series need (n_samples, time, features), or a list of"
            " arrays of shape (time, features)"
        )
    if X.dtype == object:
        return None
    if not is_plain:
        _check_real(X, f"{owner}: X")
    return X


def _arrays(X: Any, owner: str) -> list[np.ndarray]:
    """Return each of a list of series as an array of two dimensions."""
    series = [_array(each, f"{owner}: X[{place}]") for place, each in enumerate(X)]
    for place, each in enumerate(series):
        if each.ndim != series[0].ndim:
            raise ValueError(
                f"{owner}: X mixes arrays of one and of two dimensions, as X[0] of shape"
                f" {series[0].shape} and X[{place}] of shape {each.shape}; give each series the"
                " shape (time, features)"
            )
    return [each[:, None] if each.ndim == 1 else each for each in series]


def _array(series: Any, what: str) -> np.ndarray:
    if isinstance(series, (str, bytes)):
        raise TypeError(f"{what} is a text; tokenise first: TextTokenizer")
    if sparse.issparse(series):
        raise TypeError(f"{what} is sparse, but series are dense; use toarray()")
    try:
        array = np.asarray(series)
    except ValueError:  # of rows of different lengths
        array = np.asarray(series, object)
    if array.dtype.kind in "SUT":
        raise TypeError(f"{what} holds texts; tokenise first: TextTokenizer")
    check_numbers(series, what)
    if array.dtype == object:
        array = _numbers(array, what)
    _check_real(array, what)
    if array.ndim not in (1, 2):
        raise ValueError(f"{what} has shape {array.shape}; {_SHAPE}")
    return array


def _numbers(objects: np.ndarray, what: str) -> np.ndarray:
    try:
        return objects.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{what} is no array of numbers; {_SHAPE}") from None


def _check_real(array: np.ndarray, what: str) -> None:
    if array.dtype.kind == "c":
        raise ValueError(
            f"{what}: Complex data not supported; make features of the real and the imaginary parts"
        )
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what} is no array of numbers; {_SHAPE}")


def _float_of(series: Series) -> type:
    return np.float32 if all(each.dtype == np.float32 for each in series) else np.float64


def _converted(series: np.ndarray, kind: np.dtype, what: str) -> np.ndarray:
    """Return finite numbers in C order; raise a ValueError where they are too large for a dtype."""
    if series.dtype == kind:
        return np.ascontiguousarray(series)
    with np.errstate(over="ignore"):
        numbers = np.ascontiguousarray(series, kind)
    narrower = series.dtype.kind == "f" and series.dtype.itemsize > kind.itemsize
    if narrower and not np.isfinite(numbers).all():
        raise ValueError(f"{what} has numbers that are too large for {kind}; scale X")
    return numbers


def _other_features(
    owner: str, name: str, shape: tuple[int, ...], wanted: int, fitted: int | None
) -> str:
    if fitted is None:
        return f"{owner}: {name} has {shape[1]} features, X[0] has {wanted}"
    if name == "X":
        subject, moved = "X has samples", "X.transpose(0, 2, 1)"
    else:
        subject, moved = f"{name} is a series", "[series.T for series in X]"
    first = f"; channels seem to come first: {moved}" if shape[0] == wanted else ""
    return (
        f"{owner}: {subject} of {shape[0]} steps x {shape[1]} features, fitted with {wanted}"
        f" features a step{first}"
    )


def _moved(series: list[np.ndarray]) -> str:
    """Return a hint where series have one number of rows, but others of columns."""
    first = len({len(each) for each in series}) == 1
    return "; channels seem to come first: [series.T for series in X]" if first else ""


def _without_missing(series: np.ndarray, what: str, missing: str) -> np.ndarray:
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
            f"{what} is NaN at step {step}, feature {feature}; NaN is only allowed after a series'"
            " end; impute, or leave such steps out: missing='mask'"
        )
    if not np.isfinite(series).all():
        step, feature = np.argwhere(~np.isfinite(series))[0]
        raise ValueError(f"{what} is infinite at step {step}, feature {feature}")
    return series


def _dimensions(item: Any) -> int:
    """Return the dimensions of an item of a list, looking at its first parts."""
    depth = 0
    while isinstance(item, (list, tuple)) and len(item):
        item, depth = item[0], depth + 1
    return depth + int(getattr(item, "ndim", 0))


def gradient_of_steps(series: np.ndarray, gradient: np.ndarray) -> np.ndarray:
    """Return a gradient in the shape of a series, of whose steps those of NaN were left out.

    Parameters
    ----------
    series : ndarray of shape (time,) or (time, features), float
        As the user passed it.
    gradient : ndarray of shape (most, features)
        By the steps that are left, and more.
    """
    result = np.zeros((len(series), gradient.shape[1]), gradient.dtype)
    kept = np.isfinite(series.reshape(len(series), -1)).all(axis=1)
    result[kept] = gradient[: int(kept.sum())]
    return result.reshape(series.shape)
