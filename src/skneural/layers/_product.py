"""Products of a batch with a matrix, and the matrix's gradient and transposition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..engine.choices import PANEL_DEPTH
from ..engine.compile.jit import helper
from ..engine.fields import Address, BlockGradient, Callee, Count, Rows
from ..engine.gemm import (
    DESCRIPTION_BYTES,
    GEMM_FIELDS,
    GROUPS,
    A,
    B,
    C,
    M,
    N,
    even_depth,
    gemm,
    strip_vectors,
)
from ..engine.gradients import Follow
from ..engine.kernels import kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, call, integers, reals
from ..engine.shares import column_begin, column_end, part_begin, part_end
from ..engine.steps import Step
from ..engine.tiles import (
    BIAS,
    FROM_BIAS,
    FROM_C,
    FROM_ZERO,
    K1,
    K2,
    LANES,
    LDC,
    RSA,
    SA1,
    SA2,
    SB1,
    SB2,
    START,
    transpose_square,
)
from ._base import Slot

LARGE_BYTES = 262144  # of a matrix
BLOCK_ROWS = 256  # most rows in a block of a kernel
BLOCK_NUMBERS = 32768  # most numbers in one: few enough to stay in the cache


class SampleRows(Buffer):
    """All rows of the data, of which a product reads those of the batch where they lie."""


@dataclass(frozen=True)
class Weights:
    """What a product multiplies by, as kernels see it.

    Parameters
    ----------
    address : int
        Of the matrix, of shape (depth, columns), or (columns, depth) where it is transposed.
    stride : int
        Numbers from one of its rows to the next.
    bias : int
        Address of the bias, of shape (columns,); 0 if there is none.
    depth, columns : int
    """

    address: int
    stride: int
    bias: int
    depth: int
    columns: int


def is_large(n_rows: int, n_columns: int, dtype: np.dtype) -> bool:
    """Whether a matrix is so large that threads share its columns rather than the batch's rows."""
    return n_rows * n_columns * dtype.itemsize >= LARGE_BYTES


def add_product(
    plan: Plan, left: Buffer, right: int, right_stride: int, bias: int, result: Buffer
) -> None:
    """Add the product of a batch with a matrix; threads share its rows, or columns of the matrix.

    Columns where each thread reading the whole matrix would cost more than two barriers.
    """
    of_rows, of_columns = multiply, multiply_columns
    if isinstance(left, SampleRows):
        of_rows, of_columns = multiply_samples, multiply_samples_columns
    plan.needed_kernels += [of_rows, of_columns]
    weights = Weights(right, right_stride, bias, left.columns, result.columns)
    if is_large(left.columns, result.columns, plan.dtype):
        plan.by_all(of_columns, gemm=gemm, x=left, weights=weights, y=result)
    else:
        plan.by_rows(of_rows, gemm=gemm, x=left, weights=weights, y=result, whole=True)


def add_transposed_product(
    plan: Plan, left: Buffer, right: int, right_stride: int, result: Buffer
) -> None:
    """Add the product of a batch with a large matrix transposed, without storing the transpose."""
    weights = Weights(right, right_stride, 0, left.columns, result.columns)
    plan.by_all(multiply_transposed, gemm=gemm, x=left, weights=weights, y=result)


def row_blocks(n_rows: int, n_columns: int, most: int = BLOCK_ROWS) -> list[tuple[int, int]]:
    """Cut the rows of a kernel into blocks, at most so many rows each, that shapes alone decide."""
    rows = min(BLOCK_NUMBERS // n_columns, -(-n_rows // 4))
    rows = min(max(8, rows // 8 * 8), most)
    return [(begin, min(n_rows, begin + rows)) for begin in range(0, n_rows, rows)]


def kernel_blocks(
    n_rows: int, n_columns: int, most: int = BLOCK_ROWS
) -> list[tuple[int, int]]:
    """Return the same blocks by the kernel's numbers."""
    blocks = row_blocks(n_rows, n_columns, most)
    return [(begin * n_columns, end * n_columns) for begin, end in blocks]


def transposed_copy(plan: Plan, matrix: Slot) -> Buffer:
    """Return a matrix transposed, filled before the first batch and after each update."""
    (n_rows, columns), size = matrix.values.shape, plan.dtype.itemsize
    stride = plan.stride(n_rows)
    copied = Buffer(plan.memory(columns * stride + 64), (n_rows,), stride)

    def steps(first: int, last: int) -> list[Step]:
        begin, end = first // columns, last // columns
        return [Step.of(
            transpose, w=matrix.address + first * size, rows=end - begin, columns=columns,
            transposed=copied.address + begin * size, stride=stride,
        )]

    plan.needed_kernels.append(transpose)
    follow_matrix(plan, matrix, steps)
    return copied


def follow_matrix(plan: Plan, matrix: Slot, steps: Follow) -> None:
    """Run steps for all rows of a matrix before the first batch, and after each update."""
    for begin, end in kernel_blocks(*matrix.values.shape):
        plan.prepare += steps(begin, end)
    plan.follow(matrix.offset, steps)


@helper
def matrix_product(description, a, row_stride, column_stride, b, b_stride, c, c_stride):
    """Describe the contraction of two matrices, sizes left out."""
    g = integers(description, GEMM_FIELDS)
    g[A], g[RSA], g[SA2] = a, row_stride, column_stride
    g[B], g[SB2] = b, b_stride
    g[C], g[LDC] = c, c_stride
    g[GROUPS], g[K1], g[SA1], g[SB1], g[START], g[BIAS] = 1, 1, 0, 0, FROM_ZERO, 0
    return g


@helper
def _multiply(gemm, x, weights, y, before, rows, columns, run):
    """Some rows, after so many of X, and some columns of X @ W + bias."""
    (begin, end), (first, last) = rows, columns
    if begin < end and first < last:
        description = integers(run, RUN_FIELDS)[SCRATCH]
        of = x.address + (before + begin) * x.stride * ITEMSIZE
        to = y.address + (begin * y.stride + first) * ITEMSIZE
        w = weights.address + first * ITEMSIZE
        g = matrix_product(description, of, x.stride, 1, w, weights.stride, to, y.stride)
        if weights.bias != 0:
            g[START], g[BIAS] = FROM_BIAS, weights.bias + first * ITEMSIZE
        g[M], g[N], g[K2] = end - begin, last - first, weights.depth
        call(gemm, description, run)


@helper
def _multiply_columns(gemm, x, weights, y, before, n_rows, run):
    rows = part_begin(n_rows, run), part_end(n_rows, run)
    columns = column_begin(weights.columns, run), column_end(weights.columns, run)
    _multiply(gemm, x, weights, y, before, rows, columns, run)


@kernel
def multiply(
    gemm: Callee, x: Rows, weights: Weights, y: Rows, begin: int, end: int, run: int
) -> None:
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's rows."""
    _multiply(gemm, x, weights, y, 0, (begin, end), (0, weights.columns), run)


@kernel
def multiply_samples(
    gemm: Callee, x: Rows, weights: Weights, y: Rows, first: int, begin: int, end: int, run: int
) -> None:
    """Y (rows, n) = this batch's rows of X (samples, k) @ W (k, n) + bias, this thread's rows."""
    _multiply(gemm, x, weights, y, first, (begin, end), (0, weights.columns), run)


@kernel
def multiply_columns(
    gemm: Callee, x: Rows, weights: Weights, y: Rows, n_rows: int, run: int
) -> None:
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's columns."""
    _multiply_columns(gemm, x, weights, y, 0, n_rows, run)


@kernel
def multiply_samples_columns(
    gemm: Callee, x: Rows, weights: Weights, y: Rows, first: int, n_rows: int, run: int
) -> None:
    """Y (rows, n) = the batch's rows of X (samples, k) @ W (k, n) + bias, a thread's columns."""
    _multiply_columns(gemm, x, weights, y, first, n_rows, run)


@kernel
def multiply_transposed(
    gemm: Callee, x: Rows, weights: Weights, y: Rows, n_rows: int, scratch: int, run: int
) -> None:
    """Y (rows, n) = X (rows, k) @ W (n, k) transposed, this thread's columns.

    Some columns and rows of W transposed are put where `gemm` would pack them.
    """
    begin, end = part_begin(n_rows, run), part_end(n_rows, run)
    first, last = column_begin(weights.columns, run), column_end(weights.columns, run)
    panel, depth = scratch + DESCRIPTION_BYTES, even_depth(weights.depth, PANEL_DEPTH)
    of = x.address + begin * x.stride * ITEMSIZE
    to = y.address + begin * y.stride * ITEMSIZE
    k = 0
    while k < weights.depth and begin < end:
        n_deep, j = min(depth, weights.depth - k), first
        while j < last:
            vectors = strip_vectors(last - j)
            columns = min(last - j, vectors * LANES)
            w = weights.address + (j * weights.stride + k) * ITEMSIZE
            transpose_matrix(panel, vectors * LANES, w, weights.stride, columns, n_deep)
            g = matrix_product(scratch, of + k * ITEMSIZE, x.stride, 1, panel, vectors * LANES,
                                to + j * ITEMSIZE, y.stride)
            g[START] = FROM_ZERO if k == 0 else FROM_C
            g[M], g[N], g[K2] = end - begin, columns, n_deep
            call(gemm, scratch, run)
            j += columns
        k += depth


@kernel
def weight_gradient(
    gemm: Callee, left: Rows, right: Rows, begin: Count, end: Count, columns: Count,
    start: Count, block: BlockGradient, n_rows: int, scratch: int, run: int,
) -> None:
    """G (k, n) (+)= X (rows, k) transposed @ Z (rows, n), rows begin to end of G."""
    of = left.address + begin * ITEMSIZE
    g = matrix_product(scratch, of, 1, left.stride, right.address, right.stride, block, columns)
    g[M], g[N], g[K2], g[START] = end - begin, columns, n_rows, start
    call(gemm, scratch, run)


@helper
def transpose_matrix(target, target_stride, source, source_stride, n_rows, columns):
    """T (columns, n_rows) = S (n_rows, columns) transposed."""
    numbers = reals(source, (n_rows - 1) * source_stride + columns)
    transposed = reals(target, (columns - 1) * target_stride + n_rows)
    whole_rows, whole_columns = n_rows // LANES * LANES, columns // LANES * LANES
    for j in range(0, whole_columns, LANES):
        for i in range(0, whole_rows, LANES):
            transpose_square(target + (j * target_stride + i) * ITEMSIZE, target_stride,
                             source + (i * source_stride + j) * ITEMSIZE, source_stride)
    for i in range(n_rows):
        for j in range(whole_columns if i < whole_rows else 0, columns):
            transposed[j * target_stride + i] = numbers[i * source_stride + j]


@kernel
def transpose(
    w: Address, rows: Count, columns: Count, transposed: Address, stride: Count
) -> None:
    """T (n, k) = W (k, n) transposed, a block of W's rows."""
    transpose_matrix(transposed, stride, w, columns, rows, columns)
