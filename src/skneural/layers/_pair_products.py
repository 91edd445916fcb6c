"""Products of two batches of the same rows with one matrix, and the matrix's gradient from both.

The matrix is then read once for both, and its gradient written once. Two batches make a pair in one
piece of memory, such as the states of units given the data and those drawn from a model.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..engine.buffers import Buffer
from ..engine.choices import PANEL_DEPTH
from ..engine.fields import BlockGradient, Callee, Count
from ..engine.gemm import GROUPS, GSA, GSC, M, N, gemm
from ..engine.kernels import kernel
from ..engine.plan import Plan
from ..engine.primitives import ITEMSIZE, call
from ..engine.shares import column_begin, column_end, part_begin, part_end
from ..engine.steps import Step
from ..engine.tiles import FROM_C, FROM_ZERO, K1, K2, SA1, SB1, START
from ._base import Slot
from ._product import Weights, kernel_blocks, matrix_product

_BLOCK_ROWS = 32  # of a gradient: what follows an update finds them in the nearest caches


@dataclass(frozen=True)
class Pair:
    """Two batches, as kernels see them.

    Parameters
    ----------
    address : int
        Of the first one's rows.
    stride : int
        Numbers from one row to the next.
    apart : int
        Numbers from a row of the first to that of the second.
    """

    address: int
    stride: int
    apart: int


def pair_of_buffers(plan: Plan, n_columns: int) -> tuple[Buffer, Buffer]:
    """Return memory for two batches that make a `Pair`."""
    stride = plan.stride(n_columns)
    apart = plan.batch_size * stride
    array = plan.memory_of_rows(2 * stride)
    buffers = Buffer(array, (n_columns,), stride), Buffer(array[apart:], (n_columns,), stride)
    for buffer in buffers:
        plan.row_bytes[buffer.address] = stride * plan.dtype.itemsize
    return buffers


def pair_of(first: Buffer, second: Buffer) -> Pair:
    """Return the pair of two buffers that `pair_of_buffers` made."""
    apart = (second.address - first.address) // first.array.itemsize
    return Pair(first.address, first.stride, apart)


def add_pair_product(plan: Plan, pair: Pair, weights: Weights, result: Pair) -> None:
    """Add the product of both batches with a matrix; threads share its columns."""
    plan.by_all(multiply_pair, gemm=gemm, x=pair, weights=weights, y=result)


def add_pair_gradient(
    plan: Plan, left: Pair, right: Pair, matrix: Slot
) -> None:
    """Add the gradient of a matrix: products of the numbers of both batches, summed over rows."""
    n_rows, columns = matrix.values.shape

    def step(first: int, last: int, adds: bool) -> Step:
        return Step.of(
            pair_gradient, gemm=gemm, left=left, right=right, begin=first // columns,
            end=last // columns, columns=columns, start=FROM_C if adds else FROM_ZERO,
            block=matrix.gradient_at(first),
        )

    plan.gradient(matrix.offset, kernel_blocks(n_rows, columns, _BLOCK_ROWS), step)


@kernel
def multiply_pair(
    gemm: Callee, x: Pair, weights: Weights, y: Pair, n_rows: int, scratch: int, run: int
) -> None:
    """Y (rows, n) = X (rows, k) @ W (k, n) of both batches, this thread's columns."""
    begin, end = part_begin(n_rows, run), part_end(n_rows, run)
    first, last = column_begin(weights.columns, run), column_end(weights.columns, run)
    if begin < end and first < last:
        g = matrix_product(
            scratch, x.address + begin * x.stride * ITEMSIZE, x.stride, 1,
            weights.address + first * ITEMSIZE, weights.stride,
            y.address + (begin * y.stride + first) * ITEMSIZE, y.stride,
        )
        g[M], g[N], g[K2] = end - begin, last - first, weights.depth
        g[GROUPS], g[GSA], g[GSC] = 2, x.apart, y.apart
        call(gemm, scratch, run)


@kernel
def pair_gradient(
    gemm: Callee, left: Pair, right: Pair, begin: Count, end: Count, columns: Count,
    start: Count, block: BlockGradient, n_rows: int, scratch: int, run: int,
) -> None:
    """G (k, n) (+)= X (rows, k) transposed @ Z (rows, n), summed over both batches, some rows of G.

    Sums over many rows go panel by panel, as `gemm` cuts them, those over few in one go.
    """
    together = n_rows <= PANEL_DEPTH // 2
    for batch in range(1 if together else 2):
        g = matrix_product(
            scratch, left.address + (batch * left.apart + begin) * ITEMSIZE, 1, left.stride,
            right.address + batch * right.apart * ITEMSIZE, right.stride, block, columns,
        )
        g[M], g[N], g[K2] = end - begin, columns, n_rows
        g[START] = start if batch == 0 else FROM_C
        if together:
            g[K1], g[SA1], g[SB1] = 2, left.apart, right.apart
        call(gemm, scratch, run)
