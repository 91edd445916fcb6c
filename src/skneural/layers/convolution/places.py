"""Correlation of images of few places with large filters: each place is a product over the batch.

Row by row, the filters would pass through the caches for each image, and tiles of products would be
as low as an image is wide. Here an output's place is one product of all rows of the batch with
those taps that lie in the image, so that nothing is padded. The gradient of a tap is one too, over
the places that it takes part in.
"""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper, kernel
from ...engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers
from ...engine.scratch import block_gradient
from ...engine.shares import share_begin, share_end
from ...engine.tiles import (
    BIAS,
    FROM_BIAS,
    FROM_C,
    FROM_ZERO,
    K1,
    K2,
    LDC,
    RSA,
    SA1,
    SA2,
    SB1,
    SB2,
    START,
)
from .._product import is_large
from .correlation import (
    CHANNELS,
    DILATION_Y,
    FILTERS,
    HEIGHT,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    LEFT,
    OUT_HEIGHT,
    OUT_WIDTH,
    SIZES,
    STRIDE_X,
    STRIDE_Y,
    TOP,
    WIDTH,
    Correlation,
)

MOST_PLACES = 16  # of the output
FEWEST_CHANNELS = 16  # fewer make low tiles of the gradient


def suits(sizes: Correlation, dtype: np.dtype) -> bool:
    """Whether a correlation is done place by place; it follows from sizes alone."""
    rows, columns, channels, filters = sizes.kernel_shape
    if (sizes.apart_y, sizes.apart_x, sizes.dilation_x, sizes.n_groups) != (1, 1, 1, 1):
        return False
    few = sizes.out_height * sizes.out_width <= MOST_PLACES and channels >= FEWEST_CHANNELS
    return few and is_large(rows * columns * channels, filters, dtype)


@helper
def _first(before, offset, step):
    """Return the first of some positions, ``step`` apart from an offset on, in the image."""
    return max(0, (before - offset + step - 1) // step)


@helper
def _after(size, before, offset, step, count):
    """Return the position after the last of ``count`` that is in the image."""
    return min(count, (size + before - offset + step - 1) // step)


@kernel
def correlate_places(row, run):
    """Y (rows, out height, out width, filters) = X (rows, height, width, channels) * W + bias."""
    field = integers(row, 10)
    s, description = integers(field[3], SIZES), integers(run, RUN_FIELDS)[SCRATCH]
    n_rows, g = integers(run, RUN_FIELDS)[ROWS], integers(description, GEMM_FIELDS)
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    channels, filters = s[CHANNELS], s[FILTERS]
    g[M], g[N], g[RSA], g[SA2] = end - begin, filters, field[5], 1
    g[LDC], g[SB2], g[BIAS], g[GROUPS] = field[9], filters, field[7], 1
    g[K1], g[SA1], g[SB1] = 1, 0, 0
    for place in range(s[OUT_HEIGHT] * s[OUT_WIDTH]):
        y, x = place // s[OUT_WIDTH], place % s[OUT_WIDTH]
        down, across = y * s[STRIDE_Y], x * s[STRIDE_X]
        left = _first(s[LEFT], across, 1)
        wide = _after(s[WIDTH], s[LEFT], across, 1, s[KERNEL_WIDTH]) - left
        first = _first(s[TOP], down, s[DILATION_Y])
        last = _after(s[HEIGHT], s[TOP], down, s[DILATION_Y], s[KERNEL_HEIGHT])
        g[C] = field[8] + (begin * field[9] + place * filters) * ITEMSIZE
        g[START] = FROM_ZERO if field[7] == 0 else FROM_BIAS
        g[A] = g[B] = g[K2] = 0
        if wide <= 0 or last <= first:
            call(field[2], description, run)  # the bias is left
            last = first
        for tap in range(first, last):
            line = down - s[TOP] + tap * s[DILATION_Y]
            pixel = line * s[WIDTH] + across - s[LEFT] + left
            g[A] = field[4] + (begin * field[5] + pixel * channels) * ITEMSIZE
            g[B] = field[6] + (tap * s[KERNEL_WIDTH] + left) * channels * filters * ITEMSIZE
            g[K2] = wide * channels
            call(field[2], description, run)
            g[START] = FROM_C


@kernel
def places_gradient(row, run):
    """G (channels, filters) (+)= sums of X times dY of one tap over the batch, some channels."""
    field = integers(row, 13)
    s, description = integers(field[3], SIZES), integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    channels, filters = s[CHANNELS], s[FILTERS]
    down = field[9] // s[KERNEL_WIDTH] * s[DILATION_Y]
    across = field[9] % s[KERNEL_WIDTH]
    left = _first(s[LEFT], across, s[STRIDE_X])
    wide = _after(s[WIDTH], s[LEFT], across, s[STRIDE_X], s[OUT_WIDTH]) - left
    first = _first(s[TOP], down, s[STRIDE_Y])
    last = _after(s[HEIGHT], s[TOP], down, s[STRIDE_Y], s[OUT_HEIGHT])
    g[M], g[N], g[C] = field[11] - field[10], filters, block_gradient(field[8], run)
    g[LDC], g[GROUPS], g[START], g[BIAS] = filters, 1, field[12], 0
    g[RSA], g[SA1], g[SB1] = 1, s[STRIDE_X] * channels, filters
    g[SA2], g[SB2] = field[5], field[7]
    g[A] = g[B] = g[K2] = 0
    g[K1] = 1
    if wide <= 0 or last <= first:
        call(field[2], description, run)
        last = first
    g[K2] = integers(run, RUN_FIELDS)[ROWS]
    for y in range(first, last):
        line = y * s[STRIDE_Y] + down - s[TOP]
        pixel = line * s[WIDTH] + left * s[STRIDE_X] + across - s[LEFT]
        g[K1] = wide
        g[A] = field[4] + (pixel * channels + field[10]) * ITEMSIZE
        g[B] = field[6] + (y * s[OUT_WIDTH] + left) * filters * ITEMSIZE
        call(field[2], description, run)
        g[START] = FROM_C
