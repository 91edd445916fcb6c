"""Checksums of data, to know them again."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from scipy import sparse

_SOME_ROWS = 4096


def checksum(value: Any, so_far: int = 0) -> int:
    """Return a number that depends on all bytes of arrays, sparse matrices and sources of rows.

    Parameters
    ----------
    value : object
        Its attributes count where it is none of these, and so do items of lists and tuples. Rows
        that lie elsewhere have a method ``checksum``.
    so_far : int, default=0
        The checksum of what comes before it.
    """
    if isinstance(value, np.ndarray) and value.dtype != object:
        so_far = zlib.crc32(f"{value.dtype.str}{value.shape}".encode(), so_far)
        flat = value.reshape(-1) if value.ndim < 2 else value
        for begin in range(0, len(flat), _SOME_ROWS):
            part = np.ascontiguousarray(flat[begin : begin + _SOME_ROWS])
            so_far = zlib.crc32(part.tobytes(), so_far)
        return so_far
    if hasattr(value, "checksum"):
        value = value.checksum()
    elif sparse.issparse(value):
        value = [value.shape, value.data, value.indices, value.indptr]
    elif isinstance(value, np.ndarray):
        value = value.tolist()
    elif hasattr(value, "__dict__"):
        value = sorted(vars(value).items())
    if isinstance(value, list | tuple):
        for item in value:
            so_far = checksum(item, so_far)
        return so_far
    return zlib.crc32(repr(value).encode(), so_far)
