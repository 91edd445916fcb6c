"""Products of sparse input, compressed by rows, with the first dense layer's kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...engine.compile.jit import kernel
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, indices, integers, real, reals
from ...engine.scratch import block_gradient
from ...engine.shares import sample_at, share_begin, share_end


@dataclass(frozen=True)
class SparseRows:
    """A CSR matrix as kernels see it; stands where a dense layer's input would.

    Parameters
    ----------
    data : ndarray of shape (nnz,), the network's dtype
    indices : ndarray of shape (nnz,), int32
    indptr : ndarray of shape (n_rows + 1,), int64
    columns : int
    most : int
        Most entries that the rows of one batch can have.
    """

    data: np.ndarray
    indices: np.ndarray
    indptr: np.ndarray
    columns: int
    most: int

    @property
    def shape(self) -> tuple[int]:
        """Shape of a sample."""
        return (self.columns,)

    @property
    def addresses(self) -> tuple[int, int, int]:
        """Addresses of the three arrays."""
        return self.data.ctypes.data, self.indices.ctypes.data, self.indptr.ctypes.data


@kernel
def sparse_multiply(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, X sparse, this thread's rows."""
    field = integers(row, 10)
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    stride, columns, has_bias = field[8], field[9], field[6] != 0
    bias, y = reals(field[6], columns), reals(field[7], n_rows * stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        sample = sample_at(i, run)
        span = integers(field[4] + sample * 8, 2)
        count = span[1] - span[0]
        values = reals(field[2] + span[0] * ITEMSIZE, count)
        features = indices(field[3] + span[0] * 4, count)
        for j in range(columns):
            y[i * stride + j] = bias[j] if has_bias else real(0.0)
        for entry in range(count):
            weights = reals(field[5] + features[entry] * columns * ITEMSIZE, columns)
            value = values[entry]
            for j in range(columns):
                y[i * stride + j] += value * weights[j]


@kernel
def by_feature(row, run):
    """List the batch's entries feature by feature.

    Starts (columns + 1), then rows and places of the entries; a counting sort, so entries of a
    feature keep the order of the batch's rows.
    """
    field = integers(row, 7)
    r = integers(run, RUN_FIELDS)
    n_rows, n_features, most = r[ROWS], field[4], field[6]
    base = field[5]
    starts = integers(base, n_features + 2)
    rows = integers(base + 8 * (n_features + 2), most)
    places = integers(base + 8 * (n_features + 2 + most), most)
    for feature in range(n_features + 2):
        starts[feature] = 0
    for i in range(n_rows):
        sample = sample_at(i, run)
        span = integers(field[3] + sample * 8, 2)
        features = indices(field[2] + span[0] * 4, span[1] - span[0])
        for entry in range(span[1] - span[0]):
            starts[features[entry] + 2] += 1
    for feature in range(1, n_features + 2):
        starts[feature] += starts[feature - 1]
    for i in range(n_rows):
        sample = sample_at(i, run)
        span = integers(field[3] + sample * 8, 2)
        features = indices(field[2] + span[0] * 4, span[1] - span[0])
        for entry in range(span[1] - span[0]):
            place = starts[features[entry] + 1]
            starts[features[entry] + 1] = place + 1
            rows[place] = i
            places[place] = span[0] + entry


@kernel
def sparse_weight_gradient(row, run):
    """G (k, n) (+)= X (rows, k) transposed @ dY (rows, n), X sparse, features begin to end."""
    field = integers(row, 13)
    n_features, most, begin, end = field[3], field[5], field[6], field[7]
    stride, columns = field[9], field[10]
    base = field[4]
    starts = integers(base, n_features + 2)
    rows = integers(base + 8 * (n_features + 2), most)
    places = integers(base + 8 * (n_features + 2 + most), most)
    target = reals(block_gradient(field[11], run), (end - begin) * columns)
    for place in range((end - begin) * columns if field[12] == 0 else 0):
        target[place] = real(0.0)
    for feature in range(begin, end):
        into = (feature - begin) * columns
        for entry in range(starts[feature], starts[feature + 1]):
            value = reals(field[2] + places[entry] * ITEMSIZE, 1)[0]
            gradient = reals(field[8] + rows[entry] * stride * ITEMSIZE, columns)
            for j in range(columns):
                target[into + j] += value * gradient[j]
