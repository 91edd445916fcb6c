"""The base of blocks: rows that an estimator reads in parts, from what is too large for memory."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.validation import _num_samples

from ..data.checks import named
from ..data.provider import Provider, in_memory
from ..data.reader import DataReader, Dataset
from ..data.samples import Samples
from ..data.table_samples import TableSamples
from ._cells import naming_cells
from ._learning import checked_rows, learn_in_windows
from ._store import Store, in_rows

BUFFER = 1 << 27  # bytes of a window
_AT_ONCE = 1 << 23  # bytes that are read at a time where all rows are read in order


@dataclass
class Opened:
    """What is read in a fit or a prediction.

    Parameters
    ----------
    store : Store
    y : array-like or None
    sample_weight : array-like or None
    """

    store: Store
    y: Any
    sample_weight: Any


class Blocks(Provider):
    """Base of what `fit`, `partial_fit`, `predict` and the like read in parts.

    `ArrayBlocks`, `ParquetBlocks` and `IteratorBlocks` say where the rows come from; they are
    passed in place of X, and hold y and weights too.

    If all rows take no more than ``buffer`` bytes, they are read into memory, and results are those
    of an array, to the bit. Otherwise a thread fills one window of ``buffer`` bytes while the
    network trains on another. A window has small pieces of many places, drawn at random, and its
    rows are shuffled; with ``shuffle=False`` rows keep their order. The
    order depends on the estimator's ``random_state``, on ``buffer``, on the sizes of the data and
    of the network's batches, and on the chunks of zarr and dask or the row groups of Parquet; so
    results do not depend on ``n_jobs`` or on how fast the disk is.

    Parameters
    ----------
    buffer : int, default=2**27
        Bytes of a window of rows, 128 MB by default. Two are in memory at a time.
    """

    def __init__(self, *, buffer: int = BUFFER):
        if not isinstance(buffer, (int, np.integer)) or isinstance(buffer, bool) or buffer < 1:
            raise ValueError(f"{type(self).__name__}: buffer={buffer!r}, where bytes are needed")
        self.buffer = int(buffer)

    @property
    def _name(self) -> str:
        """What messages call the blocks."""
        return type(self).__name__

    @abstractmethod
    def _open(self, with_y: bool = True) -> Opened:
        """Return what rows are read from, and y and weights of all of them.

        Without ``with_y`` these are not needed.
        """

    def with_truth(self, owner: str) -> tuple[Provider, Any, Any]:
        """Return the blocks, opened for one reading of X, and y and the weights of the rows.

        Parameters
        ----------
        owner : str
            The estimator's name, for errors.

        Returns
        -------
        blocks : Blocks
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), or None
        sample_weight : ndarray of shape (n_samples,) or None
        """
        opened = self._opened(owner)
        return _Opened(type(self).__name__, opened, self.buffer), opened.y, opened.sample_weight

    def _opened(self, owner: str, with_y: bool = True) -> Opened:
        try:
            opened = self._open(with_y)
        except (ValueError, TypeError, OSError) as error:
            if owner in str(error) or getattr(error, "__notes__", None):  # the user's has a note
                raise
            error.args = (f"{owner}: {error}",)
            raise
        if not opened.store.n_samples:
            opened.store.close()
            raise ValueError(f"{owner}: {self._name} has no rows: all blocks are empty")
        return opened

    def dataset(
        self, reader: DataReader, y: Any, weight: Any, *, validation: tuple[Any, Any, Any],
        known: Any, fitted: Any, incremental: bool, classes: Any,
    ) -> Dataset:  # fmt: skip
        """Return the data to train on: rows in memory if they fit there, else in windows.

        For the parameters see `skneural.data.provider.Provider`.
        """
        owner = reader.samples.owner
        opened = self._opened(owner)
        store = opened.store
        y = self._one_of("y", y, opened.y, owner)
        weight = self._one_of("sample_weight", weight, opened.sample_weight, owner)
        _check_lengths(y, weight, store, owner)
        how: dict[str, Any] = {
            "validation": validation, "known": known, "fitted": fitted,
            "incremental": incremental, "classes": classes,
        }
        if self._fits(store, reader.samples, fitted):
            X = self._in_memory(store, reader.samples)
            with naming_cells(X, store.names, 0, store.where):
                return reader.learn(X, y, weight, **how)
        if isinstance(reader.samples, TableSamples):
            raise ValueError(
                f"{owner}: X takes more memory than buffer={self.buffer}, and tables have to be in"
                " memory; give blocks a larger buffer, or encode categories as numbers and use an"
                " MLP"
            )
        return learn_in_windows(self, store, reader, y, weight, _AT_ONCE, **how)

    def rows(self, samples: Samples, dtype: np.dtype) -> Any:
        """Return the rows to predict from: an array if they fit in memory, else `FarRows`.

        Parameters
        ----------
        samples : Samples
            Of the estimator.
        dtype : numpy.dtype
            Of the network.
        """
        store = self._opened(samples.owner, with_y=False).store
        if self._fits(store, samples, dtype):
            X = self._in_memory(store, samples)
            with naming_cells(X, store.names, 0, store.where):
                return samples.check(X, dtype)
        first = store.table(0, 1)
        with naming_cells(first, store.names, 0, store.where):
            head = samples.check(first, dtype)
        if not isinstance(head, np.ndarray):
            raise ValueError(
                f"{samples.owner}: X takes more memory than buffer={self.buffer}; predict for parts"
                " of it, or give blocks a larger buffer"
            )
        return checked_rows(store, samples.estimator, head, self.buffer, _AT_ONCE)

    def _fits(self, store: Store, samples: Samples, fitted: Any) -> bool:
        """Whether all rows, as the network reads them, take no more memory than a window."""
        dtype = samples.read_dtype(store.dtype, fitted)
        return store.n_samples * math.prod(store.shape) * dtype.itemsize <= self.buffer

    def _in_memory(self, store: Store, samples: Samples) -> Any:
        """Return all rows, and close the store."""
        try:
            with in_rows(samples.owner, store, (0, store.n_samples)):
                return store.table(0, store.n_samples)
        finally:
            store.close()

    def _one_of(self, name: str, given: Any, own: Any, owner: str) -> Any:
        if given is not None and own is not None:
            raise ValueError(
                f"{owner}: {name} is part of the {self._name} and was passed to fit too;"
                " leave one out"
            )
        return own if given is None else in_memory(given)

    def whole(self, samples: Samples) -> Any:
        """Return all rows in memory, as validation data; raise a ValueError if they do not fit."""
        store = self._opened(samples.owner, with_y=False).store
        if not self._fits(store, samples, None):
            store.close()
            raise ValueError(
                f"{samples.owner}: X_val takes more memory than buffer={self.buffer}; pass fewer"
                " rows"
            )
        return self._in_memory(store, samples)


def _check_lengths(y: Any, weight: Any, store: Store, owner: str) -> None:
    for name, values in {"y": y, "sample_weight": weight}.items():
        if values is None or np.isscalar(values):
            continue
        with named(f"{owner}: {name}"):
            n_values = _num_samples(values)
        if n_values != store.n_samples:
            raise ValueError(
                f"{owner}: Found input variables with inconsistent numbers of samples: {name} has"
                f" {n_values}, X of the blocks {store.n_samples}"
            )


class _Opened(Blocks):
    """Blocks that were opened, to be read once."""

    def __init__(self, name: str, opened: Opened, buffer: int):
        super().__init__(buffer=buffer)
        self._of, self._once = name, opened

    @property
    def _name(self) -> str:
        return self._of

    def _open(self, with_y: bool = True) -> Opened:
        return self._once
