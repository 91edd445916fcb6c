"""Rows that do not lie in memory, read a part at a time."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from ...engine.plan import Buffer, Plan
from .base import Source

Span = tuple[int, int]

_FEW_ROWS = 1000  # as many as first weights may depend on


class FarRows(Source):
    """Rows of a file, or of anything else that is read in parts.

    They are copied to memory before a plan reads them.

    Parameters
    ----------
    read : callable
        ``read(begin, end)`` returns these rows as the network reads them, all of one dtype.
    spans : sequence of (int, int)
        First row, and the one after the last, of the parts that are best read at a time; in order
        they are all rows.
    row_shape : tuple of int
        Of the arrays that ``read`` returns, without their rows.
    dtype : numpy.dtype
    most_bytes : int
        Of the rows that may be taken at a time, if they are more than 1,000.
    """

    in_memory = False

    def __init__(
        self, read: Callable[[int, int], np.ndarray], spans: Sequence[Span],
        row_shape: tuple[int, ...], dtype: np.dtype, most_bytes: int,
    ):  # fmt: skip
        self.read = read
        self.spans = spans
        self.row_shape, self.dtype = row_shape, dtype
        self.n_samples = spans[-1][1]
        self.most_bytes = most_bytes
        if len(row_shape) > 1:
            self.shape = row_shape

    @property
    def columns(self) -> int:  # type: ignore[override]
        """Numbers of a sample."""
        return math.prod(self.row_shape)

    @property
    def bytes_a_row(self) -> int:
        """Memory of a row."""
        return self.columns * self.dtype.itemsize

    def parts(self, n_rows: int | None = None) -> Iterator[tuple[slice, np.ndarray]]:
        """Yield all rows in order, so many at a time, and which they are.

        By default they are as many as are best read at a time.
        """
        begin, held = 0, []
        for span in self.spans:
            held.append(self.read(*span))
            n_held = sum(map(len, held))
            while held and (n_rows is None or n_held >= n_rows or span[1] == self.n_samples):
                rows = held[0] if len(held) == 1 else np.concatenate(held)
                part, rest = (rows, rows[:0]) if n_rows is None else (rows[:n_rows], rows[n_rows:])
                yield slice(begin, begin + len(part)), part
                begin, n_held, held = begin + len(part), len(rest), [rest] if len(rest) else []

    def take(self, indices: np.ndarray) -> np.ndarray:  # type: ignore[override]
        """Return an array of some rows, which are read in their order in the file.

        Raises
        ------
        ValueError
            If they would take too much memory.
        """
        n_bytes = len(indices) * self.bytes_a_row
        if n_bytes > self.most_bytes and len(indices) > _FEW_ROWS:
            raise ValueError(
                f"{len(indices)} rows have to be in memory at a time and take"
                f" {n_bytes / 2**20:.4g} MB, where buffer={self.most_bytes} allows"
                f" {self.most_bytes / 2**20:.4g} MB; give blocks a larger buffer, or, for the"
                " validation rows of early stopping, lower validation_fraction or pass X_val"
            )
        result = np.empty((len(indices), *self.row_shape), self.dtype)
        places = np.argsort(indices, kind="stable")
        ordered = np.asarray(indices)[places]
        for begin, end in self.spans:
            first, last = np.searchsorted(ordered, [begin, end])
            if first < last:
                rows = self.read(begin, end)
                result[places[first:last]] = rows[ordered[first:last] - begin]
        return result

    def checksum(self) -> int:
        """Return a number by which the rows are known again; all are read."""
        so_far = zlib.crc32(f"{self.dtype.str}{self.row_shape}".encode())
        for _, part in self.parts():
            so_far = zlib.crc32(np.ascontiguousarray(part).data, so_far)
        return so_far

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        raise TypeError("rows that are not in memory have no address; read them by parts()")

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        raise TypeError("rows that are not in memory cannot be gathered; read them by parts()")

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        return np.asarray(self.read(0, 1), dtype).ravel()


def parts_of(X: Any, n_rows: int) -> Iterator[tuple[slice, Any]]:
    """Yield the rows of an array, a sparse matrix or `FarRows`, so many at a time."""
    if isinstance(X, FarRows):
        yield from X.parts(n_rows)
    else:
        for begin in range(0, X.shape[0], n_rows):
            rows = slice(begin, min(begin + n_rows, X.shape[0]))
            yield rows, X[rows]
