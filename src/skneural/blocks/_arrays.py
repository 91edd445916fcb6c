"""Blocks of arrays: files of NumPy's, mapped files, zarr, dask."""

from __future__ import annotations

import math
import mmap
from typing import Any

import numpy as np

from ..data.provider import in_memory
from ._base import BUFFER, Blocks, Opened
from ._files import is_path, open_npy
from ._store import Span, Store, merged


class SlicedArray(Store):
    """Anything with a shape, a dtype, and slices that NumPy can convert.

    Parameters
    ----------
    X : array-like
    """

    def __init__(self, X: Any):
        self.X = X
        self.n_samples, *shape = X.shape
        self.shape, self.dtype = tuple(shape), np.dtype(X.dtype)

    def read(self, begin: int, end: int) -> np.ndarray:
        rows = np.asarray(self.X[begin:end])
        if not isinstance(self.X, np.memmap):
            return rows
        copied = rows.copy()
        _release(self.X, rows)
        return copied

    def groups(self, n_rows: int) -> list[list[Span]]:
        """Return spans of whole chunks, which would be decoded more than once otherwise."""
        ends = _chunk_ends(self.X)
        return super().groups(n_rows) if ends is None else [[s] for s in merged(ends, n_rows)]


def _release(mapped: np.memmap, rows: np.ndarray) -> None:
    """Give back the memory of rows of a mapped file; they are read again where they are needed."""
    file = getattr(mapped, "_mmap", None)
    if file is None or mapped.mode == "c" or not hasattr(mmap, "MADV_DONTNEED"):
        return  # changes of a private mapping, mode "c", are in memory alone
    if not rows.flags.c_contiguous or not rows.size:
        return
    begin = rows.ctypes.data - np.frombuffer(file, "B").ctypes.data
    page = begin - begin % mmap.PAGESIZE
    file.madvise(mmap.MADV_DONTNEED, page, begin + rows.nbytes - page)


def _chunk_ends(X: Any) -> list[int] | None:
    """Return where the chunks of an array end along its rows; None if it has none."""
    chunks = getattr(X, "chunks", None)
    if not chunks or not isinstance(chunks, tuple):
        return None
    lengths = chunks[0]
    if isinstance(lengths, tuple):  # of dask: each of them
        return np.cumsum(lengths).tolist()
    return [min(begin + lengths, X.shape[0]) for begin in range(0, X.shape[0], lengths)]


class ArrayBlocks(Blocks):
    """Rows of one large array, which is read in parts.

    An array of zarr or dask, or an array of 1 GB and more that `numpy.memmap` or
    ``numpy.load(mmap_mode="r")`` made, is read in this way too where it is passed to ``fit`` as it
    is. With `ArrayBlocks` the size of the buffer can be chosen, and a file be named by its path.

    Parameters
    ----------
    X : path of a .npy file, or array of shape (n_samples, n_features) or (n_samples, ...)
        An array is anything with ``shape``, ``dtype`` and slices: a mapped file, an array of zarr,
        dask or h5py. A file is read by the places of its rows and never mapped. Whole chunks of
        zarr and dask are read; one should take no more than a few MB.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), or path, default=None
        Targets; they are kept in memory. None if the estimator needs none, or if they are passed
        to ``fit``.
    sample_weight : array-like of shape (n_samples,), or path, default=None
        Weights of the samples.
    buffer : int, default=2**27
        Bytes of a window of rows, see `Blocks`.

    Raises
    ------
    ValueError
        If X has no rows of numbers, or an unknown number of them.
    FileNotFoundError
        In ``fit`` or ``predict``, if there is no such file.

    See Also
    --------
    ParquetBlocks : Rows of tables in files.
    IteratorBlocks : Rows that a program makes.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import MLPRegressor
    >>> from skneural.blocks import ArrayBlocks
    >>> X = np.random.RandomState(0).uniform(size=(2000, 10))
    >>> np.save("large.npy", X)  # doctest: +SKIP
    >>> blocks = ArrayBlocks("large.npy", X.sum(axis=1))  # doctest: +SKIP
    >>> MLPRegressor(max_iter=5).fit(blocks)  # doctest: +SKIP
    """

    def __init__(
        self, X: Any, y: Any = None, sample_weight: Any = None, *, buffer: int = BUFFER
    ):
        super().__init__(buffer=buffer)
        if not is_path(X):
            _check_array(X)
        self.X, self.y, self.sample_weight = X, y, sample_weight

    def _open(self, with_y: bool = True) -> Opened:
        what = type(self).__name__
        store = open_npy(self.X, f"{what}: X") if is_path(self.X) else SlicedArray(self.X)
        if not with_y:
            return Opened(store, None, None)
        return Opened(
            store, _whole(self.y, f"{what}: y"), _whole(self.sample_weight, f"{what}: weights")
        )


def _check_array(X: Any) -> None:
    missing = [name for name in ("shape", "dtype", "__getitem__") if not hasattr(X, name)]
    if missing:
        raise ValueError(
            f"ArrayBlocks: X is {type(X).__name__}, where the path of a .npy file or an array is"
            " needed; IteratorBlocks takes blocks one after another, ParquetBlocks tables"
        )
    if any(isinstance(size, float) and math.isnan(size) for size in X.shape):
        raise ValueError(
            f"ArrayBlocks: X has the shape {X.shape}; call X.compute_chunk_sizes() first, as dask"
            " does not know how many rows it has"
        )
    if len(X.shape) < 2:
        raise ValueError(
            f"ArrayBlocks: X has the shape {X.shape}, where rows of numbers are needed"
        )


def _whole(values: Any, what: str) -> Any:
    """Return targets or weights in memory."""
    if not is_path(values):
        return in_memory(values)
    store = open_npy(values, what)
    try:
        return store.read(0, store.n_samples)
    finally:
        store.close()
