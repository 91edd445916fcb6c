"""Arrays in files of NumPy's format, read by their place in the file and never mapped."""

from __future__ import annotations

import math
import os
import weakref
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from ._store import Store


class NpyFile(Store):
    """An array in a file.

    Parameters
    ----------
    file : binary file
        Open for reading; it is closed with the store, or when nothing refers to this any more.
    shape : tuple of int
        Of the array.
    dtype : numpy.dtype
    offset : int, default=0
        Where it begins in the file.
    """

    def __init__(self, file: BinaryIO, shape: tuple[int, ...], dtype: np.dtype, offset: int = 0):
        self.file, self.offset = file, offset
        self.n_samples, self.shape = shape[0], shape[1:]
        self.dtype = dtype
        self._end = weakref.finalize(self, file.close)
        self._row_bytes = dtype.itemsize * math.prod(self.shape)

    def read(self, begin: int, end: int) -> np.ndarray:
        rows = np.empty((end - begin, *self.shape), self.dtype)
        wanted = rows.reshape(-1).view("B").data
        place = self.offset + begin * self._row_bytes
        while len(wanted):
            n_read = _read_into(self.file, wanted, place)
            if not n_read:
                raise ValueError("the file ends before its last row: it was cut")
            wanted, place = wanted[n_read:], place + n_read
        return rows

    def close(self) -> None:
        self._end()


def _read_into(file: BinaryIO, wanted: memoryview, place: int) -> int:
    """Read bytes of a file from a place on; return how many."""
    if hasattr(os, "preadv"):
        return os.preadv(file.fileno(), [wanted], place)
    file.seek(place)
    return file.readinto(wanted)  # type: ignore[attr-defined]


def is_path(X: Any) -> bool:
    """Whether X is the path of a file."""
    return isinstance(X, (str, os.PathLike))


def open_npy(path: Any, what: str) -> NpyFile:
    """Open a file of `numpy.save`.

    Parameters
    ----------
    path : str or path-like
    what : str
        What the file is, for messages.

    Raises
    ------
    FileNotFoundError
    ValueError
        If it is not a file of one array of numbers in C order.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{what}: there is no file {path}")
    file = path.open("rb", buffering=0)
    try:
        try:
            version = npy.read_magic(file)
            read_header = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
            shape, fortran, dtype = read_header[version](file)
        except (ValueError, KeyError, EOFError) as error:
            raise ValueError(f"{what}: {path} is no file of numpy.save: {error}") from error
        if not shape:
            raise ValueError(f"{what}: {path} holds a single number, no rows")
        if fortran and len(shape) > 1:
            raise ValueError(
                f"{what}: {path} holds columns one after the other; save"
                " numpy.ascontiguousarray(X), so that rows can be read"
            )
        if dtype.hasobject:
            raise ValueError(f"{what}: {path} holds Python objects, where numbers are needed")
        return NpyFile(file, shape, dtype, file.tell())
    except BaseException:
        file.close()
        raise
