"""Long data frames, of one step a row, taken apart to series."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from .._naming import did_you_mean, listed
from ..data.numbers import check_numbers


def series_of_frame(
    X: Any,
    owner: str,
    instance: Hashable | None,
    time: Hashable | None,
    values: Hashable | Sequence[Hashable] | None,
) -> list[np.ndarray]:
    """Return the series of a long data frame, in the order in which it has them first.

    Parameters
    ----------
    X : pandas DataFrame
        One step a row.
    owner : str
        The function's name, for errors.
    instance, time, values
        As `to_series` documents them.

    Returns
    -------
    list of ndarray of shape (time_i, features)
    """
    if not (hasattr(X, "iloc") and getattr(X, "ndim", 0) == 2):
        raise TypeError(
            f"{owner}: X of type {type(X).__name__} is no pandas DataFrame, which layout='long'"
            " needs; data frames of other libraries have to_pandas()"
        )
    labels, times, used = _keys(X, owner, instance, time)
    columns = _columns(X, owner, values, used)
    if not len(X):
        return []
    check_numbers(X[columns], f"{owner}: X")
    codes, names = _codes(labels, owner, "series")
    order = np.argsort(codes, kind="stable")
    if times is not None:
        steps, moments = _codes(times, owner, "time", sort=True)
        order = np.lexsort((steps, codes))
        _check_each_once(codes[order], steps[order], names, moments, owner)
    starts = np.flatnonzero(np.diff(codes[order])) + 1
    return np.split(X[columns].to_numpy()[order], starts)


def _keys(
    X: Any, owner: str, instance: Hashable | None, time: Hashable | None
) -> tuple[Any, Any, set[Hashable]]:
    """Return each row's series and time, None without, and the columns that say so."""
    if instance is not None:
        _check_columns(X, owner, [instance] if time is None else [instance, time])
        if time is None:
            return X[instance], None, {instance}
        return X[instance], X[time], {instance, time}
    if X.index.nlevels != 2 or time is not None:
        raise ValueError(
            f"{owner}: X needs a MultiIndex of two levels, series and time, or columns of these:"
            f" instance=..., time=...; the columns are {listed(list(X.columns))}"
        )
    return X.index.get_level_values(0), X.index.get_level_values(1), set()


def _columns(X: Any, owner: str, values: Any, used: set[Hashable]) -> list[Hashable]:
    """Return the columns of the features."""
    if values is None:
        return [name for name in X.columns if name not in used]
    several = isinstance(values, Sequence | np.ndarray) and not isinstance(values, str | tuple)
    names = list(values) if several else [values]
    _check_columns(X, owner, names)
    return names


def _check_columns(X: Any, owner: str, names: Sequence[Hashable]) -> None:
    for name in names:
        if name not in X.columns:
            hint = did_you_mean(name, [each for each in X.columns if isinstance(each, str)])
            raise ValueError(
                f"{owner}: X has no column {name!r}; it has {listed(list(X.columns))}.{hint}"
            )


def _codes(labels: Any, owner: str, what: str, sort: bool = False) -> tuple[np.ndarray, Any]:
    """Return the number of each row's label among the labels, and these."""
    from pandas import factorize  # no dependency of the package: who has a data frame has it

    codes, names = factorize(labels, sort=sort)
    if (codes < 0).any():
        row = int(np.flatnonzero(codes < 0)[0])
        raise ValueError(f"{owner}: row {row} of X has no {what}; the label is missing")
    return codes, names


def _check_each_once(
    codes: np.ndarray, steps: np.ndarray, names: Any, moments: Any, owner: str
) -> None:
    twice = np.flatnonzero((np.diff(codes) == 0) & (np.diff(steps) == 0))
    if len(twice):
        name, moment = names[codes[twice[0]]], moments[steps[twice[0]]]
        raise ValueError(
            f"{owner}: the series {name!s} has two rows of the time {moment!s}; leave one out, or"
            " take their mean"
        )
