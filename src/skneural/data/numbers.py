"""Checks for numbers: text, times and masked values raise an error."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import sparse

_NUMERIC = "biufc"
_TEXT = (str, bytes)
_TIMES = (np.datetime64, np.timedelta64, datetime.date, datetime.time, datetime.timedelta)


def as_dense(values: Any) -> np.ndarray:
    """Return values, sparse or not, as an array."""
    return values.toarray() if sparse.issparse(values) else np.asarray(values)


def stored_numbers(values: Any) -> np.ndarray:
    """Return the numbers of an array, or those that a sparse matrix stores."""
    return values.data if sparse.issparse(values) else values


def check_numbers(values: Any, what: str) -> None:
    """Raise a ValueError for non-numeric values that NumPy would convert to numbers.

    Other non-numeric values are left to the conversion, which fails.

    Parameters
    ----------
    values : array-like, data frame or sparse matrix
    what : str
        What the values are and whose, for the error: ``"MLPClassifier: X"``.
    """
    check_masks(values, what)
    for name, part in _parts(values):
        example = _no_number(part)
        if example is None:
            continue
        where = what if name is None else f"{what}, in column {name!r},"
        if isinstance(example, _TEXT):
            raise ValueError(
                f"{where} holds text, such as {example!r}, where numbers are needed; convert it by"
                " astype(float), or encode categories by OneHotEncoder"
            )
        raise ValueError(
            f"{where} holds times, such as {example}, where numbers are needed; subtract a date and"
            " divide by a unit, as in (X - X.min()) / numpy.timedelta64(1, 'D')"
        )


def check_masks(values: Any, what: str) -> None:
    """Raise a ValueError for masked values, which lose their masks in the conversion to ndarray."""
    parts = values if isinstance(values, (list, tuple)) else [values]
    n_masked = sum(int(np.ma.getmaskarray(p).sum()) for p in parts if np.ma.is_masked(p))
    if n_masked:
        raise ValueError(
            f"{what} has {n_masked} masked values, whose masks would be lost; fill them, as by"
            " numpy.ma.filled, or leave their rows out"
        )


def _parts(values: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the columns of a data frame with their names, or the values as they are."""
    if sparse.issparse(values):
        return
    if hasattr(values, "columns") and hasattr(values, "dtypes"):
        if hasattr(values, "items"):
            yield from values.items()
        else:
            yield from zip(values.columns, values.get_columns(), strict=True)
    elif isinstance(values, (list, tuple)) and any(isinstance(v, np.ndarray) for v in values):
        yield from ((None, part) for part in values)
    else:
        yield None, values


def _no_number(values: Any) -> Any:
    """Return the first text or time among values, None if there is none."""
    if getattr(getattr(values, "dtype", None), "kind", "?") in _NUMERIC:
        return None
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):  # rows of different lengths: the conversion raises
        return None
    if array.dtype.kind in "mM":
        return array.flat[0] if array.size else None
    if array.dtype.kind in "SUT":  # also what a list of text and numbers becomes
        array = np.asarray(values, dtype=object)
    elif array.dtype.kind != "O":
        return None
    odd = tuple(t for t in set(map(type, array.flat)) if issubclass(t, (*_TEXT, *_TIMES)))
    return next(v for v in array.flat if isinstance(v, odd)) if odd else None
