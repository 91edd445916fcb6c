"""Blocks that a program makes, one after another."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import numpy as np

from ..data.numbers import as_dense
from ._base import BUFFER, Blocks, Opened
from ._files import NpyFile
from ._store import Store, in_block


class IteratorBlocks(Blocks):
    """Rows that come in blocks from an iterator, such as a generator that reads text.

    The blocks are asked for once in each fit or prediction. If they fit in the buffer, they are
    kept in memory; otherwise they go to a temporary file of binary numbers, which is read in place
    of the iterator from then on: so that rows mix across all data, later epochs are fast, and a
    generator, which gives its blocks only once, is as good as a function.

    Parameters
    ----------
    blocks : callable or iterable
        ``blocks()`` returns an iterable of blocks, as does iterating over an object. A block is an
        array X, or a tuple ``(X, y)`` or ``(X, y, sample_weight)``; X is an array of shape
        (n_rows, n_features) or (n_rows, ...), or a data frame of numbers. All blocks have the same
        columns and dtypes.
    folder : str, path-like or None, default=None
        Where the temporary file is; it needs as much space as X. None for the folder that
        `tempfile` chooses. The file ends with the object, or with the process.
    buffer : int, default=2**27
        Bytes of a window of rows, see `Blocks`.

    Raises
    ------
    ValueError
        In ``fit`` or ``predict``, if a block differs from the first in its columns or dtypes.
    OSError
        If the file has no space.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import MLPRegressor
    >>> from skneural.blocks import IteratorBlocks
    >>> def blocks():
    ...     for seed in range(5):
    ...         X = np.random.RandomState(seed).uniform(size=(200, 4))
    ...         yield X, X.sum(axis=1)
    >>> regressor = MLPRegressor(hidden_layer_sizes=(8,), solver="lbfgs", random_state=0)
    >>> regressor = regressor.fit(IteratorBlocks(blocks))
    >>> regressor.score(IteratorBlocks(blocks)) > 0.99
    True
    """

    def __init__(
        self, blocks: Callable[[], Iterable[Any]] | Iterable[Any], *, folder: Any = None,
        buffer: int = BUFFER,
    ):  # fmt: skip
        super().__init__(buffer=buffer)
        if not (callable(blocks) or hasattr(blocks, "__iter__")):
            raise ValueError(
                f"IteratorBlocks: blocks is {type(blocks).__name__}, where an iterable of"
                " (X, y), or a function that returns one, is needed"
            )
        self.blocks, self.folder = blocks, folder
        self._kept: Opened | None = None

    def _open(self) -> Opened:
        if self._kept is not None:
            return self._kept
        found = self.blocks() if callable(self.blocks) else self.blocks
        collected = _Collected(self.folder, self.buffer)
        try:
            for block in found:
                collected.add(block)
        except BaseException:
            collected.close()
            raise
        opened = collected.opened()
        if iter(found) is found and not callable(self.blocks):
            self._kept = opened  # it gives its blocks only once
        return opened

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_kept": None}


class _Collected:
    """Blocks one behind the other, in memory or in a file.

    Parameters
    ----------
    folder : str or None
    most_bytes : int
        That are kept in memory.
    """

    def __init__(self, folder: Any, most_bytes: int):
        self._folder, self._most_bytes = folder, most_bytes
        self._first: Any = None
        self._names: list[str] | None = None
        self._held: list[np.ndarray] = []
        self._y: list[Any] = []
        self._weight: list[Any] = []
        self._n_bytes = self._n_rows = self._n_blocks = 0
        self._file: BinaryIO | None = None

    def add(self, block: Any) -> None:
        """Add a block."""
        parts = block if isinstance(block, tuple) else (block,)
        X, y, weight = (*parts, None, None)[:3]
        names = [str(name) for name in X.columns] if hasattr(X, "columns") else None
        X = as_dense(X)
        n_rows = len(X) if X.ndim else 0
        span = self._n_rows, self._n_rows + n_rows
        with in_block("IteratorBlocks", self._n_blocks, span):
            self._check(X, y, weight, names)
        self._n_blocks += 1
        if not n_rows:
            return
        self._n_rows += n_rows
        self._y.append(None if y is None else np.asarray(y))
        self._weight.append(None if weight is None else np.asarray(weight))
        self._n_bytes += X.nbytes
        self._held.append(np.ascontiguousarray(X))
        if self._file is not None or self._n_bytes > self._most_bytes:
            self._write()

    def _check(self, X: np.ndarray, y: Any, weight: Any, names: list[str] | None) -> None:
        """Raise a ValueError for a block that is unlike the first."""
        if X.ndim < 2:
            raise ValueError(f"X has the shape {X.shape}, where rows of numbers are needed")
        if X.dtype.kind not in "biuf":
            raise ValueError(f"X has the dtype {X.dtype}, where numbers are needed")
        for name, values in {"y": y, "sample_weight": weight}.items():
            if values is not None and len(values) != len(X):
                raise ValueError(f"{name} has {len(values)} rows, X {len(X)}")
        if self._first is None:
            self._first, self._names = X[:0], names
            self._has = y is not None, weight is not None
            self._kind = None if y is None else np.asarray(y).dtype.kind
            return
        if X.shape[1:] != self._first.shape[1:]:
            if X.ndim == self._first.ndim == 2:
                raise ValueError(
                    f"has {X.shape[1]} columns where the first has {self._first.shape[1]}"
                )
            raise ValueError(
                f"has samples of shape {X.shape[1:]} where the first has {self._first.shape[1:]}"
            )
        if X.dtype != self._first.dtype:
            raise ValueError(f"has the dtype {X.dtype} where the first has {self._first.dtype}")
        if names != self._names:
            raise ValueError(f"has the columns {names} where the first has {self._names}")
        for name, values, had in zip(
            ("y", "sample_weight"), (y, weight), self._has, strict=True
        ):
            if (values is not None) != had:
                raise ValueError(f"has {'no ' if had else ''}{name}, unlike the first")
        kind = None if y is None else np.asarray(y).dtype.kind
        if kind != self._kind and {kind, self._kind} - set("biuf"):
            raise ValueError(
                f"y has the dtype {np.asarray(y).dtype}, unlike that of the first block"
            )

    def _write(self) -> None:
        """Move blocks to the file."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
        try:
            for rows in self._held:
                left = rows.reshape(-1).view("B").data
                while len(left):
                    left = left[self._file.write(left) :]
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            where = self._folder or tempfile.gettempdir()
            raise OSError(
                f"IteratorBlocks: {where} has no space for the temporary file of all rows; name a"
                " folder that has by folder="
            ) from error
        self._held = []

    def close(self) -> None:
        """End the file."""
        if self._file is not None:
            self._file.close()

    def opened(self) -> Opened:
        """Return what was added."""
        if self._first is None:
            raise ValueError("IteratorBlocks: there are no blocks")
        shape = (self._n_rows, *self._first.shape[1:])
        store: Store
        if self._file is None:
            store = _Held(np.concatenate([self._first, *self._held]))
        else:
            store = _Spooled(self._file, shape, self._first.dtype)
        store.names = self._names
        return Opened(store, _joined(self._y), _joined(self._weight))


class _Held(Store):
    """Rows in memory."""

    def __init__(self, X: np.ndarray):
        self.X = X
        self.n_samples, self.shape, self.dtype = len(X), X.shape[1:], X.dtype

    def read(self, begin: int, end: int) -> np.ndarray:
        return self.X[begin:end]


class _Spooled(NpyFile):
    """Rows in a temporary file, which ends with the object."""

    def close(self) -> None:
        """Leave the file: it may be read again."""


def _joined(parts: list[Any]) -> Any:
    return None if not parts or parts[0] is None else np.concatenate(parts)
