"""A series and its exogenous columns as users hold them: lists, arrays, pandas, polars."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from ..data.checks import named
from ..data.numbers import check_numbers
from ..data.ragged import check_makes_one_array
from ._times import check_order


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


def names_of(exog: Any) -> list[str] | None:
    """Return the names of the columns of a data frame if all are strings, else None."""
    names = list(getattr(exog, "columns", ()))
    return names if names and all(isinstance(name, str) for name in names) else None


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
