"""Products of a batch with a matrix, and the matrix's gradient and transposition."""

from __future__ import annotations

from ..engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from ..engine.jit import helper, kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import (
    ITEMSIZE,
    ROWS,
    RUN_FIELDS,
    SCRATCH,
    call,
    integers,
    reals,
)
from ..engine.scratch import block_gradient
from ..engine.shares import column_begin, column_end, part_begin, part_end, share_begin, share_end
from ..engine.tiles import (
    BIAS,
    FROM_BIAS,
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



def add_product(
    plan: Plan, left: Buffer, right: int, right_stride: int, bias: int, result: Buffer
) -> None:
    """Add the product of a batch with a matrix.

    Threads share the rows of the batch, or the columns of a matrix so large that each reading
    all of it would cost more than two barriers.
    """
    fields = (gemm, left.address, left.stride, right, right_stride, bias,
              result.address, result.stride, left.columns, result.columns)
    if left.columns * result.columns * plan.dtype.itemsize < LARGE_BYTES:
        plan.by_rows(multiply, *fields, whole=True)
    else:
        plan.by_all(multiply_columns, *fields)


def row_blocks(n_rows: int, n_columns: int) -> list[tuple[int, int]]:
    """Cut the rows of a kernel into blocks that shapes alone decide."""
    rows = min(BLOCK_NUMBERS // n_columns, -(-n_rows // 4))
    rows = min(max(8, rows // 8 * 8), BLOCK_ROWS)
    return [(begin, min(n_rows, begin + rows)) for begin in range(0, n_rows, rows)]


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
def _multiply(row, run, begin, end, first, last):
    """Rows begin to end and columns first to last of X @ W + bias."""
    field = integers(row, 12)
    if begin < end and first < last:
        x = field[3] + begin * field[4] * ITEMSIZE
        y = field[8] + (begin * field[9] + first) * ITEMSIZE
        w = field[5] + first * ITEMSIZE
        g = _matrix_product(run, x, field[4], 1, w, field[6], y, field[9])
        if field[7] != 0:
            g[START], g[BIAS] = FROM_BIAS, field[7] + first * ITEMSIZE
        g[M], g[N], g[K2] = end - begin, last - first, field[10]
        call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


@kernel
def multiply(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's rows."""
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, share_begin(n_rows, run), share_end(n_rows, run), 0, columns)


@kernel
def multiply_columns(row, run):
    """Y (rows, n) = X (rows, k) @ W (k, n) + bias, this thread's columns."""
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], integers(row, 12)[11]
    _multiply(row, run, part_begin(n_rows, run), part_end(n_rows, run),
              column_begin(columns, run), column_end(columns, run))


@kernel
def weight_gradient(row, run):
    """G (k, n) = X (rows, k) transposed @ dY (rows, n), one block of G's rows."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    target = block_gradient(field[9], run)
    g = _matrix_product(run, field[3], 1, field[4], field[5], field[6], target, field[8])
    g[M], g[N], g[K2] = field[7], field[8], n_rows
    call(field[2], integers(run, RUN_FIELDS)[SCRATCH], run)


@kernel
def transpose(row, run):
    """T (n, k) = W (k, n) transposed, a block of W's rows."""
    field = integers(row, 7)
    n_rows, columns, stride = field[3], field[4], field[6]
    weights = reals(field[2], n_rows * columns)
    transposed = reals(field[5], (columns - 1) * stride + n_rows)
    whole_rows, whole_columns = n_rows // LANES * LANES, columns // LANES * LANES
    for j in range(0, whole_columns, LANES):
        for i in range(0, whole_rows, LANES):
            transpose_square(field[5] + (j * stride + i) * ITEMSIZE, stride,
                             field[2] + (i * columns + j) * ITEMSIZE, columns)
    for i in range(n_rows):
        for j in range(whole_columns if i < whole_rows else 0, columns):
            transposed[j * stride + i] = weights[i * columns + j]
