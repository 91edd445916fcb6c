"""Where numbers that are not finite are, for messages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

_NOT_FINITE = re.compile(r"Input X contains (NaN|infinity)")


@contextmanager
def naming_cells(
    X: Any, names: list | None, begin: int, place: Callable[[int], str]
) -> Iterator[None]:
    """Let the message of an error say in which row and column the first such number is.

    Parameters
    ----------
    X : ndarray or data frame
        The rows that are checked.
    names : list or None
        Of the columns.
    begin : int
        Number of the first row.
    place : callable
        ``place(row)`` returns the block that a row is in, "" where that is not to be said.
    """
    try:
        yield
    except ValueError as error:
        found = _NOT_FINITE.search(str(error))
        cell = _first_cell(X) if found else None
        if found is None or cell is None:
            raise
        row, column = begin + cell[0], cell[1] if len(cell) == 2 else None
        where = f" in row {row}"
        if column is not None:
            where += f", column {column if names is None else repr(names[column])}"
        block = place(row)
        where += f", {block}" if block else ""
        end = found.end()
        raise ValueError(f"{str(error)[:end]}{where}{str(error)[end:]}") from error


def _first_cell(X: Any) -> tuple[int, ...] | None:
    """Return the place of the first number that is not finite; None if it cannot be told."""
    try:
        if hasattr(X, "iloc"):
            X = X.to_numpy(dtype=float, na_value=np.nan)
        bad = ~np.isfinite(X)
    except (TypeError, ValueError):  # no numbers
        return None
    if not bad.any():
        return None
    return tuple(int(each) for each in np.unravel_index(int(bad.argmax()), bad.shape))
