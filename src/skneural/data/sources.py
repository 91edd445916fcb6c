"""How a plan comes by the rows of X: gathered to a buffer, or read where they lie."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import sparse

from ..engine import batch
from ..engine.plan import Buffer, Plan
from ..layers import Layer
from ..layers._product import SampleRows, multiply_samples, multiply_samples_columns
from ..layers.dense.sparse import SparseRows

# kernels whose X may be another array the next time, and where in their rows its address is
READERS = {
    batch.gather: 2, batch.gather_times: 2, batch.gather_bytes: 2,
    multiply_samples: 3, multiply_samples_columns: 3,
}


def as_input(X, batch_size: int, dtype, scale: float = 1.0) -> SparseRows | None:
    """Return the sparse rows that kernels read, times a factor; None for dense X."""
    if not sparse.issparse(X):
        return None
    data = np.ascontiguousarray(X.data, dtype)
    indptr = np.ascontiguousarray(X.indptr, np.int64)
    counts = np.sort(np.diff(indptr))[-batch_size:]
    return SparseRows(
        data if scale == 1 else data * np.dtype(dtype).type(scale),
        np.ascontiguousarray(X.indices, np.int32),
        indptr,
        X.shape[1],
        int(counts.sum()),
    )


def add_input(
    plan: Plan, X, shape: tuple[int, ...], layers: Sequence[Layer], scale: float = 1.0
) -> Buffer | SparseRows:
    """Add the gathering of a batch's rows and return what the first of some layers reads.

    Rows are multiplied by a factor, those of uint8 become numbers of the plan's dtype, and sparse
    ones dense where no dense layer reads them, a batch at a time. A dense layer that predicts
    reads rows of its dtype where they lie, if there is nothing to multiply.
    """
    if sparse.issparse(X) and layers and layers[0].reads_sparse:
        rows = as_input(X, plan.batch_size, plan.dtype, scale)
        plan.keep.append(rows)
        return rows
    lies = not plan.training and not sparse.issparse(X) and X.dtype == plan.dtype and scale == 1
    if lies and layers and layers[0].reads_samples:
        return SampleRows(X, shape, math.prod(shape))
    buffer = plan.buffer(shape)
    add_gathering(plan, X, buffer, scale)
    return buffer


def add_gathering(plan: Plan, X, buffer: Buffer, scale: float = 1.0) -> None:
    """Add the step that brings a batch's rows of X, times a factor, to a buffer of numbers."""
    target = (buffer.columns, buffer.address, buffer.stride)
    if sparse.issparse(X):
        rows = as_input(X, plan.batch_size, plan.dtype, scale)
        plan.keep.append(rows)
        plan.by_rows(batch.gather_sparse, *rows.addresses, *target)
        return
    factor = plan.memory(1, np.float64)
    factor[0] = scale
    if X.dtype == np.uint8:
        plan.by_rows(batch.gather_bytes, X.ctypes.data, *target, factor.ctypes.data)
    elif scale != 1:
        plan.by_rows(batch.gather_times, X.ctypes.data, *target, factor.ctypes.data)
    else:
        plan.by_rows(batch.gather, X.ctypes.data, *target)
