"""Memory of plans."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np


def address_of(array: np.ndarray) -> int:
    """Return where an array's numbers begin; quicker than `ctypes.data`."""
    address: int = array.__array_interface__["data"][0]
    return address


@dataclass(frozen=True)
class Buffer:
    """Memory of a batch: a sample of some shape a row, rows ``stride`` numbers apart."""

    array: np.ndarray
    shape: tuple[int, ...]
    stride: int

    @property
    def columns(self) -> int:
        """Numbers of a sample."""
        return math.prod(self.shape)

    @cached_property
    def address(self) -> int:
        return address_of(self.array)


def aligned(n_numbers: int, dtype) -> np.ndarray:
    """Return zeroed memory that begins at a cache line."""
    dtype = np.dtype(dtype)
    raw = np.zeros(n_numbers * dtype.itemsize + 64, np.uint8)
    start = -address_of(raw) % 64
    return raw[start : start + n_numbers * dtype.itemsize].view(dtype)
