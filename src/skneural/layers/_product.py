"""Products of a batch with a matrix, and the matrix's gradient and transposition."""

from __future__ import annotations

import numpy as np

from ..engine.choices import PANEL_DEPTH
from ..engine.compile.jit import helper, kernel
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
from ..engine.plan import Buffer, Plan
from ..engine.primitives import FIRST, ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers, reals
from ..engine.scratch import block_gradient
from ..engine.shares import column_begin, column_end, part_begin, part_end, share_begin, share_end
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

LARGE_BYTES = 262144  # of a matrix
BLOCK_ROWS = 256  # most rows in a block of a kernel
BLOCK_NUMBERS = 32768  # most numbers in one: few enough to stay in the cache


class SampleRows(Buffer):
    """All rows of the data, of which a product reads those of the batch where they lie."""


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
    fields = (gemm, left.address, left.stride, right, right_stride, bias,
              result.address, result.stride, left.columns, result.columns)
    if is_large(left.columns, result.columns, plan.dtype):
        plan.by_all(of_columns, *fields)
    else:
        plan.by_rows(of_rows, *fields, whole=True)


def add_transposed_product(
    plan: Plan, left: Buffer, right: int, right_stride: int, result: Buffer
) -> None:
    """Add the product of a batch with a large matrix transposed, which is nowhere kept so."""
    plan.by_all(multiply_transposed, gemm, left.address, left.stride, right, right_stride, 0,
                result.address, result.stride, left.columns, result.columns)


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


@helper
def _matrix_product(run, a, row_stride, column_stride, b, b_stride, c, c_stride):
    """Describe the contraction of two matrices in the thread's scratch, sizes left out."""
    description = integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    g[A], g[RSA], g[SA2] = a, row_stride, column_stride
    g[B], g[SB2] = b, b_stride
    g[C], g[LDC] = c, c_stride
    g[GROUPS], g[K1], g[SA1], g[SB1], g[START], g[BIAS] = 1, 1, 0, 0, FROM_ZERO, 0
    return g


@helper
def _multiply(row, run, before, begin, end, first, last):
    """Rows begin to end, after so many of X, and columns first to last of X @ W + bias."""
    field = integers(row, 12)
    if begin < end and first < last:
        x = field[3] + (before + begin) * field[4] * ITEMSIZE
        y = field[8] + (begin * field[9] + first) * ITEMSIZE
        w = field[5] + first * ITEMSIZE
        g = _matrix_product(run, x, field[4], 1, w, field[6], y, field[9])
        if field[7] != 0:
            g[START], g[BIAS] = FROM_BIAS, field[7] + first * ITEMSIZE
        g[M], g[N], g[K2] = end - begin, last - first, field[10]
        call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


@helper
def _multiply_rows(row, run, before):
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, before, share_begin(n_rows, run), share_end(n_rows, run), 0, columns)


@helper
def _multiply_columns(row, run, before):
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, before, part_begin(n_rows, run), part_end(n_rows, run),
              column_begin(columns, run), column_end(columns, run))


@kernel
def multiply(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's rows."""
    _multiply_rows(row, run, 0)


@kernel
def multiply_samples(row, run):
    """Y (rows, n) = this batch's rows of X (samples, k) @ W (k, n) + bias, this thread's rows."""
    _multiply_rows(row, run, integers(run, RUN_FIELDS)[FIRST])


@kernel
def multiply_columns(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's columns."""
    _multiply_columns(row, run, 0)


@kernel
def multiply_samples_columns(row, run):
    """Y (rows, n) = the batch's rows of X (samples, k) @ W (k, n) + bias, a thread's columns."""
    _multiply_columns(row, run, integers(run, RUN_FIELDS)[FIRST])


@kernel
def multiply_transposed(row, run):
    """Y (rows, n) = X (rows, k) @ W (n, k) transposed, this thread's columns.

    Some columns and rows of W transposed are put where `gemm` would pack them.
    """
    field = integers(row, 12)
    scratch, n_rows = integers(run, RUN_FIELDS)[SCRATCH], integers(run, RUN_FIELDS)[ROWS]
    begin, end = part_begin(n_rows, run), part_end(n_rows, run)
    first, last = column_begin(field[11], run), column_end(field[11], run)
    panel, depth = scratch + DESCRIPTION_BYTES, even_depth(field[10], PANEL_DEPTH)
    x, y = field[3] + begin * field[4] * ITEMSIZE, field[8] + begin * field[9] * ITEMSIZE
    k = 0
    while k < field[10] and begin < end:
        n_deep, j = min(depth, field[10] - k), first
        while j < last:
            vectors = strip_vectors(last - j)
            columns = min(last - j, vectors * LANES)
            w = field[5] + (j * field[6] + k) * ITEMSIZE
            transpose_matrix(panel, vectors * LANES, w, field[6], columns, n_deep)
            g = _matrix_product(run, x + k * ITEMSIZE, field[4], 1, panel, vectors * LANES,
                                y + j * ITEMSIZE, field[9])
            g[START] = FROM_ZERO if k == 0 else FROM_C
            g[M], g[N], g[K2] = end - begin, columns, n_deep
            call(field[2], scratch, run)
            j += columns
        k += depth


@kernel
def weight_gradient(row, run):
    """G (k, n) (+)= X (rows, k) transposed @ dY (rows, n), one block of G's rows."""
    field = integers(row, 11)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    target = block_gradient(field[9], run)
    g = _matrix_product(run, field[3], 1, field[4], field[5], field[6], target, field[8])
    g[M], g[N], g[K2], g[START] = field[7], field[8], n_rows, field[10]
    call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


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
def transpose(row, run):
    """T (n, k) = W (k, n) transposed, a block of W's rows."""
    field = integers(row, 7)
    transpose_matrix(field[5], field[6], field[2], field[4], field[3], field[4])
