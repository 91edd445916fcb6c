"""Sequences of unequal lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...engine.buffers import address_of
from ...engine.gathering import gather_sequences
from ...engine.plan import Buffer, Plan
from ...layers import Layer
from ...layers._sequences import SequenceBuffer
from .base import Shape, Source
from .dense import address_of_factor

_FINENESS = 8  # lengths of plans are whole eighths of powers of two: few plans for many lengths


class Sequences(Source):
    """Samples of shape (time, features) of different lengths.

    A batch of them is padded with zeros to one length, which does not affect results.

    Parameters
    ----------
    X : sequence of ndarray of shape (time, features)
        None of them empty.
    longest : int, default=0
        Steps that are at least filled up to.

    Raises
    ------
    ValueError
        If they have other dimensions or differ in their features.
    """

    readers = {gather_sequences: {2: 0, 3: 1}}
    varies = True

    def __init__(self, X: Sequence[np.ndarray], longest: int = 0):
        shapes = {x.shape[1:] if x.ndim == 2 and len(x) else None for x in X}
        if len(shapes) != 1 or None in shapes:
            raise ValueError(
                "sequences need the shape (time, features), a time of at least 1 and all as many"
                f" features; got {sorted({x.shape for x in X})[:4]}"
            )
        self.X = X
        self.n_samples = len(X)
        lengths = [len(x) for x in X]
        self.lengths = np.array(lengths, np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self.features = X[0].shape[1]
        step = max(1, (1 << max(lengths).bit_length() - 1) // _FINENESS)
        self.longest = max(longest, -(-max(lengths) // step) * step)
        self.shape = (self.longest, self.features)
        self.shortest = (min(lengths), self.features)
        self._numbers: dict[np.dtype, np.ndarray] = {}

    @property
    def dtype(self) -> np.dtype:
        """That of the numbers."""
        return self.X[0].dtype

    @property
    def columns(self) -> int:  # type: ignore[override]
        """Numbers of the longest sample."""
        return int(self.lengths.max()) * self.features

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        if dtype not in self._numbers:
            self._numbers[dtype] = np.concatenate(self.X).astype(dtype, copy=False)
        return address_of(self._numbers[dtype]), address_of(self._starts)

    def add_input(
        self, plan: Plan, shape: Shape, layers: Sequence[Layer], scale: float = 1.0
    ) -> Any:
        whole, lengths = plan.buffer(shape), plan.memory_of_rows(1, np.int64)
        buffer = SequenceBuffer(whole.array, shape, whole.stride, lengths)
        self.add_gathering(plan, buffer, scale)
        return buffer

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        if not isinstance(buffer, SequenceBuffer):
            raise TypeError("sequences of unequal lengths can only be gathered with their lengths")
        plan.by_rows(
            gather_sequences, *self.addresses(plan.dtype, scale), self.features, buffer.address,
            buffer.stride, buffer.shape[0], buffer.lengths.ctypes.data,
            address_of_factor(plan, scale),
        )

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        return np.asarray(self.X[0], dtype).ravel()

    def take(self, indices: np.ndarray) -> Source:
        return Sequences([self.X[i] for i in indices], self.longest)
