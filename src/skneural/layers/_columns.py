"""The columns of a table as a first layer gets them: numbers, and codes of categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.plan import Buffer


@dataclass(frozen=True)
class CodesBuffer:
    """Memory of a batch: the codes of a sample a row.

    Parameters
    ----------
    array : ndarray of shape (batch_size * columns,), int32
    columns : int
    """

    array: np.ndarray
    columns: int

    @property
    def address(self) -> int:
        return self.array.ctypes.data


@dataclass(frozen=True)
class ColumnsInput:
    """A batch of rows of a table; stands where a buffer of inputs would.

    Parameters
    ----------
    numbers : Buffer
    codes : CodesBuffer
    n_categories : tuple of int
        Of each column of codes: these are from 0 to before it.
    """

    numbers: Buffer
    codes: CodesBuffer
    n_categories: tuple[int, ...]

    @property
    def shape(self) -> tuple[int]:
        """Shape of a sample: numbers first, then codes."""
        return (self.numbers.columns + self.codes.columns,)
