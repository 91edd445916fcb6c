"""What rows are read from: a file, an array of another library, a folder of tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np

from ._packages import needed

Span = tuple[int, int]

# of which an error in a block is, the most particular first
_KINDS = (FileNotFoundError, OSError, TypeError, ValueError)


class Store(ABC):
    """Rows of numbers that are read in parts, by one thread at a time.

    Attributes
    ----------
    n_samples : int
    shape : tuple of int
        Of a sample.
    dtype : numpy.dtype
    names : list of str or None
        Of the columns.
    """

    n_samples: int
    shape: tuple[int, ...]
    dtype: np.dtype
    names: list[str] | None = None

    @abstractmethod
    def read(self, begin: int, end: int) -> np.ndarray:
        """Return the rows from ``begin`` to before ``end``."""

    def groups(self, n_rows: int) -> list[list[Span]]:
        """Return the spans in which the rows are best read, about so many at a time.

        The spans of a group are best read one after the other; groups in any order.
        """
        return [[span] for span in spans_of(self.n_samples, n_rows)]

    def place(self, begin: int) -> str:
        """Return which file a row is in, for messages; "" if there is one for all."""
        return ""

    def block(self, row: int) -> tuple[int, Span] | None:
        """Return the number and the rows of the block that a row is in; None without blocks."""
        return None

    def where(self, row: int) -> str:
        """Return which block a row is in, for messages; "" without blocks."""
        found = self.block(row)
        return "" if found is None else _described(*found, self.place(row))

    def table(self, begin: int, end: int) -> Any:
        """Return rows with the names of their columns, as an estimator learns them from X."""
        rows = self.read(begin, end)
        return rows if self.names is None else framed(rows, self.names)

    def close(self) -> None:  # noqa: B027
        """Close files, if there are any."""


def spans_of(n_samples: int, n_rows: int) -> list[Span]:
    """Return spans of so many rows, of which the last may have fewer."""
    starts = range(0, n_samples, n_rows)
    return [(begin, min(begin + n_rows, n_samples)) for begin in starts]


def merged(ends: Iterable[int], n_rows: int) -> list[Span]:
    """Return spans of whole chunks that end at ``ends``, as few as have so many rows."""
    spans, begin, last = [], 0, 0
    for last in ends:
        if last - begin >= n_rows:
            spans.append((begin, last))
            begin = last
    return [*spans, (begin, last)] if begin < last else spans


def framed(rows: np.ndarray, names: list[str]) -> Any:
    """Return rows of numbers as a data frame of pandas, or as a table of pyarrow without it."""
    try:
        import pandas as pd
    except ImportError:
        pa = needed("pyarrow", "IteratorBlocks")
        return pa.table({name: rows[:, place] for place, name in enumerate(names)})
    return pd.DataFrame(rows, columns=names, copy=False)


@contextmanager
def in_block(owner: str, number: int, span: Span, place: str = "") -> Iterator[None]:
    """Let the message of an error say in which block it is.

    Parameters
    ----------
    owner : str
        The estimator's name.
    number : int
        Of the block, from 0.
    span : tuple of two int
        The first row of the block, and the one after its last.
    place : str, default=""
        The file that it is in.
    """
    try:
        yield
    except _KINDS as error:
        _raise_named(owner, _described(number, span, place), error)


@contextmanager
def in_rows(owner: str, store: Store, span: Span) -> Iterator[Callable[[int], str]]:
    """Let the message of an error say in which block of a store it is, or in which rows.

    What is yielded notes the row that is wrong, where that is known, and returns "".

    Parameters
    ----------
    owner : str
        The estimator's name.
    store : Store
    span : tuple of two int
        Of the rows that are read.
    """
    noted: list[int] = []

    def note(row: int) -> str:
        noted.append(row)
        return ""

    try:
        yield note
    except _KINDS as error:
        ends = noted or (span[0], max(span[0], span[1] - 1))
        blocks = {store.block(row) for row in ends}
        where = store.where(ends[0]) if len(blocks) == 1 else ""
        _raise_named(owner, where or f"rows {span[0]} to {span[1]}", error)


def _described(number: int, span: Span, place: str) -> str:
    return f"block {number} (rows {span[0]} to {span[1]}" + (f", file {place})" if place else ")")


def _raise_named(owner: str, where: str, error: BaseException) -> NoReturn:
    """Raise an error of the same kind that begins with the owner and the place."""
    kind = next(kind for kind in _KINDS if isinstance(error, kind))
    message = str(error).removeprefix(f"{owner}: ")
    raise kind(f"{owner}: {where}: {message}") from error
