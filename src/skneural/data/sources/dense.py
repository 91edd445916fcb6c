"""Dense rows, of the network's dtype or of bytes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...engine import batch
from ...engine.buffers import address_of
from ...engine.compile.jit import Kernel
from ...engine.plan import Buffer, Plan
from ...layers import Layer
from ...layers._product import SampleRows, multiply_samples, multiply_samples_columns
from .base import Shape, Source


class DenseRows(Source):
    """An array of numbers of the network's dtype.

    Parameters
    ----------
    X : ndarray of shape (n_samples, ...), C order
    """

    readers = {
        batch.gather: {2: 0}, batch.gather_times: {2: 0},
        **{k: {k.place_of("x"): 0} for k in (multiply_samples, multiply_samples_columns)},
    }  # fmt: skip

    def __init__(self, X: np.ndarray):
        self.X = X
        self.n_samples = X.shape[0]
        if X.ndim > 2:
            self.shape = X.shape[1:]

    @property
    def columns(self) -> int:  # type: ignore[override]
        """Numbers of a sample."""
        return math.prod(self.X.shape[1:])

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        return (address_of(self.X),)

    def add_input(
        self, plan: Plan, shape: Shape, layers: Sequence[Layer], scale: float = 1.0
    ) -> Any:
        """Add the gathering of a batch's rows; return what the first of some layers reads.

        In prediction a dense layer reads flat rows without a copy, if there is no factor.
        """
        lies = not plan.training and self.address_of_numbers(plan.dtype, scale) is not None
        if lies and len(shape) == 1 and layers and layers[0].reads_samples:
            return SampleRows(self.X, shape, math.prod(shape))
        return super().add_input(plan, shape, layers, scale)

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        if scale == 1:
            self._add(plan, batch.gather, buffer)
        else:
            self._add(plan, batch.gather_times, buffer, address_of_factor(plan, scale))

    def _add(self, plan: Plan, kernel: Kernel, buffer: Buffer, *more: int) -> None:
        target = (buffer.columns, buffer.address, buffer.stride)
        plan.by_rows(kernel, address_of(self.X), *target, *more)

    def address_of_numbers(self, dtype: np.dtype, scale: float) -> int | None:
        return address_of(self.X) if scale == 1 and self.X.dtype == dtype else None

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        return np.array(self.X[:1], dtype).ravel()

    def take(self, indices: np.ndarray) -> Source:
        return type(self)(self.X[indices])


class ByteRows(DenseRows):
    """An array of uint8, converted to the plan's dtype batch by batch."""

    readers = {batch.gather_bytes: {2: 0}}

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        self._add(plan, batch.gather_bytes, buffer, address_of_factor(plan, scale))

    def address_of_numbers(self, dtype: np.dtype, scale: float) -> int | None:
        return None


def address_of_factor(plan: Plan, scale: float) -> int:
    """Return the address of a factor."""
    factor = plan.memory(1, np.float64)
    factor[0] = scale
    return factor.ctypes.data
