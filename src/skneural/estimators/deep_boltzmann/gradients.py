"""Gradients of a machine's log-likelihood: what data and model have in common, subtracted."""

from __future__ import annotations

from ...engine.fields import BlockGradient, Callee, Count, Rows
from ...engine.gemm import M, N
from ...engine.kernels import kernel
from ...engine.primitives import ITEMSIZE, call, real
from ...engine.primitives import reals as numbers_at
from ...engine.tiles import FROM_C, FROM_ZERO, K2, START
from ...layers._product import matrix_product


@kernel
def contrast_weights(
    gemm: Callee, left: Rows, right: Rows, model_left: Rows, model_right: Rows, count: Count,
    begin: Count, end: Count, columns: Count, block: BlockGradient, n_rows: int, scratch: int,
    run: int,
) -> None:
    """G (k, n) = model's X' Y times n_rows / count, less the data's, rows begin to end of G.

    ``count`` is how many rows of the model there are.
    """
    values, scale = numbers_at(block, (end - begin) * columns), real(n_rows) / real(count)
    g = matrix_product(scratch, model_left.address + begin * ITEMSIZE, 1, model_left.stride,
                       model_right.address, model_right.stride, block, columns)
    g[M], g[N], g[K2], g[START] = end - begin, columns, count, FROM_ZERO
    call(gemm, scratch, run)
    for j in range((end - begin) * columns):
        values[j] *= -scale
    g = matrix_product(scratch, left.address + begin * ITEMSIZE, 1, left.stride, right.address,
                       right.stride, block, columns)
    g[M], g[N], g[K2], g[START] = end - begin, columns, n_rows, FROM_C
    call(gemm, scratch, run)
    for j in range((end - begin) * columns):
        values[j] = -values[j]


@kernel
def contrast_bias(
    data: Rows, model: Rows, count: Count, columns: Count, block: BlockGradient, n_rows: int
) -> None:
    """g (n) = the model's sums times n_rows / count, less the data's."""
    total, scale = numbers_at(block, columns), real(n_rows) / real(count)
    for j in range(columns):
        total[j] = real(0.0)
    for i in range(count):
        values = numbers_at(model.address + i * model.stride * ITEMSIZE, columns)
        for j in range(columns):
            total[j] += values[j]
    for j in range(columns):
        total[j] *= scale
    for i in range(n_rows):
        values = numbers_at(data.address + i * data.stride * ITEMSIZE, columns)
        for j in range(columns):
            total[j] -= values[j]
