"""A series and its exogenous columns as users hold them: lists, arrays, pandas, polars."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from .._user_warnings import warn_user
from ..data.checks import named
from ..data.numbers import check_numbers
from ..data.ragged import check_makes_one_array


def read_series(y: Any, owner: str) -> np.ndarray:
    """Return a series as a new vector of float64, oldest value first.

    Parameters
    ----------
    y : array-like of shape (n,) or (n, 1)
    owner : str
        Who asks, for errors.

    Raises
    ------
    ValueError
        If values are no finite numbers, there is more than one series, or the index is not in
        order.
    """
    check_order(y, f"{owner}: y")
    values = _numbers(y, owner, "y")
    if values.ndim == 2 and values.shape[1] != 1:
        raise ValueError(
            f"{owner}: y has shape {values.shape}, one series has (n,); pass other series as exog,"
            " or use a forecaster for each"
        )
    values = values.reshape(-1)
    _check_finite(values, owner, "y", "impute it, as by y.interpolate() of pandas")
    return values


def read_exog(exog: Any, owner: str) -> np.ndarray:
    """Return exogenous columns as new float64 of shape (n, n_exog); one column may be a vector.

    Raises
    ------
    ValueError
        If values are no finite numbers, or the index is not in order.
    """
    check_order(exog, f"{owner}: exog")
    values = _numbers(exog, owner, "exog")
    values = values[:, None] if values.ndim == 1 else values
    _check_finite(values, owner, "exog", "impute it, or leave the column out")
    return values


def check_order(values: Any, what: str) -> None:
    """Raise a ValueError if a pandas index of times or numbers is unsorted or has duplicates."""
    index = _index_of(values)
    if index is None:
        return
    if not index.is_unique:
        raise ValueError(
            f"{what} has {index[index.duplicated()][0]} more than once in its index; a series has"
            " one value a step: take their mean by groupby(level=0).mean(), or reset_index"
            "(drop=True) if the rows are in the order of time"
        )
    if not index.is_monotonic_increasing:
        place = next(i for i in range(1, len(index)) if not index[i] > index[i - 1])
        raise ValueError(
            f"{what} is not in the order of its index: {index[place]} follows {index[place - 1]};"
            " sort it by sort_index()"
        )


def warn_of_gaps(y: Any, owner: str) -> None:
    """Warn if numbers in a pandas index are not equally far apart."""
    index = _index_of(y)
    if index is None or index.dtype.kind not in "iu":
        return
    steps = np.diff(index.to_numpy())
    gaps = np.flatnonzero(steps != steps.min()) if len(steps) else steps
    if len(gaps):
        place = gaps[0]
        warn_user(
            f"{owner}: y has gaps in its index, {index[place + 1]} follows {index[place]}, but its"
            " values count as successive. A splitter that shuffles leaves such gaps, and scores"
            " then leak: use TimeSeriesSplit; fill other gaps, or leave them out of the index by"
            " reset_index(drop=True)"
        )


def check_same_times(y: Any, exog: Any, owner: str) -> None:
    """Raise a ValueError if y and exog have the same length and different times as index."""
    ours, theirs = times_of(y), times_of(exog)
    if ours is None or theirs is None or len(ours) != len(theirs):
        return
    for place, (expected, found) in enumerate(zip(ours, theirs, strict=True)):
        if expected != found:
            raise ValueError(
                f"{owner}: row {place} of exog is of {found}, y[{place}] of {expected}; align them:"
                " exog.reindex(y.index)"
            )


def times_of(values: Any) -> Any:
    """Return the index of pandas data if it holds times, else None."""
    index: Any = _index_of(values)
    if index is None or index.dtype.kind not in "mM" and not _has_periods(index):
        return None
    return index


def names_of(exog: Any) -> list[str] | None:
    """Return the names of the columns of a data frame if all are strings, else None."""
    names = list(getattr(exog, "columns", ()))
    return names if names and all(isinstance(name, str) for name in names) else None


def _index_of(values: Any) -> Any:
    """Return an index of times or numbers, None if there is none."""
    index: Any = getattr(values, "index", None)
    if not hasattr(index, "is_monotonic_increasing"):
        return None
    return index if index.dtype.kind in "mMiuf" or _has_periods(index) else None


def _has_periods(index: Any) -> bool:
    return type(index).__name__ == "PeriodIndex"


def _numbers(values: Any, owner: str, name: str) -> np.ndarray:
    what = f"{owner}: {name}"
    check_makes_one_array(values, what)
    check_numbers(values, what)
    if isinstance(values, (list, tuple)):
        values = np.asarray(values)  # of complex numbers, say, which scikit-learn then refuses
    with named(owner):
        return check_array(
            values, dtype=np.float64, ensure_2d=False, ensure_all_finite=False,
            ensure_min_samples=0, input_name=name, copy=True,
        )


def _check_finite(values: np.ndarray, owner: str, name: str, remedy: str) -> None:
    if np.isfinite(values).all():
        return
    place = tuple(int(i) for i in np.argwhere(~np.isfinite(values))[0])
    column = f", column {place[1]}" if len(place) > 1 else ""
    found = "NaN" if np.isnan(values[place]) else "infinite"
    raise ValueError(f"{owner}: {name} is {found} at step {place[0]}{column}; {remedy}")
