"""Sparse rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from ...engine import batch
from ...engine.buffers import address_of
from ...engine.plan import Buffer, Plan
from ...layers import Layer
from ...layers.dense.sparse import SparseInput, sparse_multiply
from .base import Shape, Source


class SparseRows(Source):
    """A CSR matrix.

    A first layer that reads sparse rows gets them directly; for any other the rows of a batch are
    made dense.

    Parameters
    ----------
    X : CSR matrix or array of shape (n_samples, n_features)
    """

    varies = True
    readers = {
        batch.gather_sparse: {2: 0, 3: 1, 4: 2},
        sparse_multiply: {
            sparse_multiply.place_of(name): number
            for number, name in enumerate(("data", "features", "starts"))
        },
    }

    def __init__(self, X: Any):
        self.X = X
        self.n_samples, self.columns = X.shape
        self._arrays: dict[tuple, tuple[np.ndarray, ...]] = {}

    def needs(self, n_rows: int) -> Hashable:
        return SparseRows, self._most_stored(n_rows).bit_length()

    def _most_stored(self, n_rows: int) -> int:
        """Return the most stored numbers that this many rows can have."""
        counts = np.sort(np.diff(self.X.indptr))
        return int(counts[-n_rows:].sum())

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        return tuple(map(address_of, self.arrays(dtype, scale)))

    def arrays(self, dtype: np.dtype, scale: float) -> tuple[np.ndarray, ...]:
        """Return data, indices and indptr of the dtypes that kernels read, made once."""
        key = dtype, scale
        if key not in self._arrays:
            data = np.ascontiguousarray(self.X.data, dtype)
            self._arrays[key] = (
                data if scale == 1 else data * dtype.type(scale),
                np.ascontiguousarray(self.X.indices, np.int32),
                np.ascontiguousarray(self.X.indptr, np.int64),
            )
        return self._arrays[key]

    def as_input(self, dtype: np.dtype, n_rows: int, scale: float = 1.0) -> SparseInput:
        """Return what a layer reads, for batches of this many rows."""
        data, indices, indptr = self.arrays(dtype, scale)
        return SparseInput(data, indices, indptr, self.columns, self._most_stored(n_rows))

    def add_input(
        self, plan: Plan, shape: Shape, layers: Sequence[Layer], scale: float = 1.0
    ) -> Any:
        if layers and layers[0].reads_sparse:
            return self.as_input(plan.dtype, plan.batch_size, scale)
        return super().add_input(plan, shape, layers, scale)

    def add_gathering(self, plan: Plan, buffer: Buffer, scale: float = 1.0) -> None:
        plan.by_rows(batch.gather_sparse, *self.addresses(plan.dtype, scale), buffer.columns,
                     buffer.address, buffer.stride)

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        return np.asarray(self.X[:1].toarray(), dtype).ravel()

    def take(self, indices: np.ndarray) -> Source:
        return SparseRows(self.X[indices])
