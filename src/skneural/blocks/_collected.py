"""Blocks that are asked for one after another, and what is kept of them."""

from __future__ import annotations

import errno
import tempfile
from typing import Any, BinaryIO

import numpy as np

from ..data.numbers import as_dense
from ._base import Opened
from ._files import NpyFile
from ._store import Span, Store, in_block

_WANTED = "an array X or a tuple (X, y) or (X, y, sample_weight) is needed"


class Collected:
    """Blocks one behind the other, in memory or in a file.

    What is kept is copied, so that a program may fill the same arrays again for the next block.

    Parameters
    ----------
    folder : str or None
    most_bytes : int
        That are kept in memory.

    Attributes
    ----------
    n_blocks, n_rows : int
        Those added so far.
    """

    def __init__(self, folder: Any, most_bytes: int):
        self.n_blocks = self.n_rows = 0
        self._ends = [0]  # the first row of each block, and where the last one ends
        self._folder, self._most_bytes = folder, most_bytes
        self._first: _Look | None = None
        self._held: list[np.ndarray] = []
        self._y: list[np.ndarray] = []
        self._weight: list[np.ndarray] = []
        self._n_bytes = 0
        self._file: BinaryIO | None = None

    def add(self, block: Any) -> None:
        """Add a block."""
        with in_block("IteratorBlocks", self.n_blocks, (self.n_rows, self.n_rows)):
            X, y, weight = _parts(block)
            columns = list(X.columns) if hasattr(X, "columns") else None
            X, y, weight = _array(X), _copied(y), _copied(weight)
        n_rows = len(X) if X.ndim else 0
        with in_block("IteratorBlocks", self.n_blocks, (self.n_rows, self.n_rows + n_rows)):
            found = _Look(X, y, weight, columns)
            if self._first is None:
                self._first = found
            found.check_is_like(self._first)
        self.n_blocks += 1
        self._ends.append(self.n_rows + n_rows)
        if not n_rows:
            return
        self.n_rows += n_rows
        self._n_bytes += X.nbytes
        self._y += [] if y is None else [y]
        self._weight += [] if weight is None else [weight]
        if self._file is None and self._n_bytes <= self._most_bytes:
            self._held.append(np.array(X, order="C"))
        else:
            self._write([*self._held, np.ascontiguousarray(X)])
            self._held = []

    def _write(self, blocks: list[np.ndarray]) -> None:
        """Add blocks to the file."""
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(  # noqa: SIM115
                    dir=self._folder, buffering=0
                )
            for rows in blocks:
                left = rows.reshape(-1).view("B").data
                while len(left):
                    left = left[self._file.write(left) :]
        except OSError as error:
            where = self._folder or tempfile.gettempdir()
            wrong = {
                errno.ENOSPC: "has no space for the temporary file of all rows; name a folder that"
                " has by folder=",
                errno.ENOENT: "is no folder for the temporary file of all rows; make it, or name"
                " another by folder=",
                errno.ENOTDIR: "is no folder for the temporary file of all rows; name one by"
                " folder=",
                errno.EACCES: "may not be written to; name a folder for the temporary file of all"
                " rows by folder=",
            }.get(error.errno or 0)
            if wrong is None:
                raise
            raise type(error)(f"IteratorBlocks: {where} {wrong}") from error

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()

    def opened(self) -> Opened:
        """Return what was added."""
        if self._first is None:
            raise ValueError("IteratorBlocks: there are no blocks")
        first, shape = self._first, (self.n_rows, *self._first.shape)
        store: _Held | _Spooled
        if self._file is None:
            store = _Held(np.concatenate([np.empty((0, *first.shape), first.dtype), *self._held]))
        else:
            store = _Spooled(self._file, shape, first.dtype)
        store.ends = np.array(self._ends)
        store.names = first.names
        return Opened(store, _joined(self._y), _joined(self._weight))


class _Look:
    """What has to be the same in all blocks; raises a ValueError for a block of no rows of numbers.

    Parameters
    ----------
    X : ndarray
    y, weight : ndarray or None
    columns : list or None
        Of a data frame.
    """

    def __init__(self, X: np.ndarray, y: Any, weight: Any, columns: list | None):
        if X.dtype == object and not X.ndim:
            raise ValueError(f"is {type(X.item()).__name__}, where {_WANTED}")
        if X.ndim < 2:
            raise ValueError(f"X has the shape {X.shape}, where rows of numbers are needed")
        if X.dtype.kind not in "biuf":
            raise ValueError(f"X has the dtype {X.dtype}, where numbers are needed")
        for name, values in {"y": y, "sample_weight": weight}.items():
            if values is not None and values.shape[:1] != X.shape[:1]:
                n_rows = len(values) if values.ndim else "no"
                raise ValueError(f"{name} has {n_rows} rows, X {len(X)}")
        self.shape, self.dtype, self.columns = X.shape[1:], X.dtype, columns
        self._y = None if y is None else (y.dtype, y.shape[1:])
        self._has = {"y": y is not None, "sample_weight": weight is not None}

    @property
    def names(self) -> list | None:
        """Names of the columns; None where none is a text, as scikit-learn ignores them then."""
        if self.columns is None or not any(isinstance(name, str) for name in self.columns):
            return None
        return self.columns

    def check_is_like(self, first: _Look) -> None:
        """Raise a ValueError for a block that is unlike the first."""
        if self.shape != first.shape:
            if len(self.shape) == len(first.shape) == 1:
                raise ValueError(
                    f"has {self.shape[0]} columns where the first has {first.shape[0]}"
                )
            raise ValueError(f"has samples of shape {self.shape} where the first has {first.shape}")
        if self.dtype != first.dtype:
            raise ValueError(f"has the dtype {self.dtype} where the first has {first.dtype}")
        if self.columns != first.columns:
            raise ValueError(f"has the columns {self.columns} where the first has {first.columns}")
        for name, has in self._has.items():
            if has != first._has[name]:
                raise ValueError(f"has {'' if has else 'no '}{name}, unlike the first")
        if self._y is not None and first._y is not None:
            (dtype, shape), (first_dtype, first_shape) = self._y, first._y
            if dtype.kind != first_dtype.kind and {dtype.kind, first_dtype.kind} - set("biuf"):
                raise ValueError(f"y has the dtype {dtype}, unlike that of the first block")
            if shape != first_shape:
                raise ValueError(
                    f"y has rows of shape {shape}, in the first block of shape {first_shape}; give"
                    " y as many dimensions and columns in all blocks"
                )


def _parts(block: Any) -> tuple[Any, Any, Any]:
    """Return X, y and weights of a block."""
    if not (isinstance(block, tuple) or _is_list_of_parts(block)):
        return block, None, None
    if not 1 <= len(block) <= 3:
        raise ValueError(f"is a {type(block).__name__} of {len(block)}, where {_WANTED}")
    X, y, weight = (*block, None, None)[:3]
    return X, y, weight


def _is_list_of_parts(block: Any) -> bool:
    """Whether a list has X and y, rather than the rows of X."""
    if not isinstance(block, list) or len(block) not in (2, 3):
        return False
    shapes = [tuple(getattr(part, "shape", ())) for part in block]
    if len(shapes[0]) < 2:
        return False
    return len(set(shapes)) > 1 or any(part is None for part in block[1:])


def _array(X: Any) -> np.ndarray:
    try:
        return as_dense(X)
    except ValueError as error:
        raise ValueError(f"is a {type(X).__name__} that makes no array, where {_WANTED}") from error


def _copied(values: Any) -> np.ndarray | None:
    return None if values is None else np.array(values)


class _InBlocks(Store):
    """Rows of blocks.

    Attributes
    ----------
    ends : ndarray of shape (n_blocks + 1,)
        First row of each block, and where the last one ends.
    """

    ends: np.ndarray

    def block(self, row: int) -> tuple[int, Span]:
        number = int(np.searchsorted(self.ends, row, side="right")) - 1
        return number, (int(self.ends[number]), int(self.ends[number + 1]))


class _Held(_InBlocks):
    """Rows in memory."""

    def __init__(self, X: np.ndarray):
        self.X = X
        self.n_samples, self.shape, self.dtype = len(X), X.shape[1:], X.dtype

    def read(self, begin: int, end: int) -> np.ndarray:
        return self.X[begin:end]


class _Spooled(_InBlocks, NpyFile):
    """Rows in a temporary file, which ends with the object."""

    def close(self) -> None:
        """Leave the file: it may be read again."""


def _joined(parts: list[np.ndarray]) -> Any:
    return np.concatenate(parts) if parts else None
