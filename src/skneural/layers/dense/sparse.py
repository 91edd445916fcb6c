"""Products of sparse input, compressed by rows, with the first dense layer's kernel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Address, BlockGradient, Count, Flag, OptionalAddress, Row, Rows
from ...engine.kernels import kernel, row_kernel
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, indices, integers, real, reals
from ...engine.shares import sample_at


@dataclass(frozen=True)
class SparseInput:
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


@dataclass(frozen=True)
class FeatureLists:
    """Memory for the entries of a batch, listed feature by feature.

    Parameters
    ----------
    address : int
    n_features : int
    most : int
        Most entries that a batch can have.
    """

    address: int
    n_features: int
    most: int

    @classmethod
    def of(cls, plan: Plan, inputs: SparseInput) -> FeatureLists:
        """Take the memory."""
        n_numbers = inputs.columns + 2 + 2 * inputs.most
        return cls(plan.memory(n_numbers, np.int64).ctypes.data, inputs.columns, inputs.most)


@helper
def _parts(lists):
    """Return where the entries of each feature start, and the rows and places of the entries."""
    size = lists.n_features + 2
    rows = lists.address + 8 * size
    return (
        integers(lists.address, size),
        integers(rows, lists.most),
        integers(rows + 8 * lists.most, lists.most),
    )


@row_kernel
def sparse_multiply(
    data: Address, features: Address, starts: Address, weights: Address, bias: OptionalAddress,
    y: Row, columns: Count, sample: int,
) -> None:
    """Y (n) = X (k) @ W (k, n) + bias, X sparse."""
    span = integers(starts + sample * 8, 2)
    count = span[1] - span[0]
    values = reals(data + span[0] * ITEMSIZE, count)
    of_values = indices(features + span[0] * 4, count)
    b, has_bias = reals(bias, columns), bias != 0
    for j in range(columns):
        y[j] = b[j] if has_bias else real(0.0)
    for entry in range(count):
        w = reals(weights + of_values[entry] * columns * ITEMSIZE, columns)
        value = values[entry]
        for j in range(columns):
            y[j] += value * w[j]


@kernel
def by_feature(
    features: Address, starts: Address, lists: FeatureLists, n_rows: int, run: int
) -> None:
    """List the batch's entries feature by feature.

    A counting sort, so entries of a feature keep the order of the batch's rows.
    """
    begins, rows, places = _parts(lists)
    for feature in range(lists.n_features + 2):
        begins[feature] = 0
    for i in range(n_rows):
        span = integers(starts + sample_at(i, run) * 8, 2)
        of_row = indices(features + span[0] * 4, span[1] - span[0])
        for entry in range(span[1] - span[0]):
            begins[of_row[entry] + 2] += 1
    for feature in range(1, lists.n_features + 2):
        begins[feature] += begins[feature - 1]
    for i in range(n_rows):
        span = integers(starts + sample_at(i, run) * 8, 2)
        of_row = indices(features + span[0] * 4, span[1] - span[0])
        for entry in range(span[1] - span[0]):
            place = begins[of_row[entry] + 1]
            begins[of_row[entry] + 1] = place + 1
            rows[place] = i
            places[place] = span[0] + entry


@kernel
def sparse_weight_gradient(
    data: Address, lists: FeatureLists, begin: Count, end: Count, gradient: Rows,
    columns: Count, adds: Flag, block: BlockGradient,
) -> None:
    """G (k, n) (+)= X (rows, k) transposed @ dY (rows, n), X sparse, features begin to end."""
    begins, rows, places = _parts(lists)
    target = reals(block, (end - begin) * columns)
    for place in range(0 if adds else (end - begin) * columns):
        target[place] = real(0.0)
    for feature in range(begin, end):
        into = (feature - begin) * columns
        for entry in range(begins[feature], begins[feature + 1]):
            value = reals(data + places[entry] * ITEMSIZE, 1)[0]
            of_row = reals(gradient.address + rows[entry] * gradient.stride * ITEMSIZE, columns)
            for j in range(columns):
                target[into + j] += value * of_row[j]
