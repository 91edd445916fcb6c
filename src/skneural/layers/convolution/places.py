"""Correlation of images of few places with large filters: each place is a product over the batch.

Row by row, the filters would pass through the caches for each image, and tiles of products would be
as low as an image is wide. Here an output's place is one product of all rows of the batch with
those taps that lie in the image, so that nothing is padded. The gradient of a tap is one too, over
the places that it takes part in.
"""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Address, BlockGradient, Callee, Count, OptionalAddress, Rows
from ...engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N
from ...engine.kernels import kernel
from ...engine.primitives import ITEMSIZE, call, integers
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
from .correlation import Correlation

MOST_PLACES = 16  # of the output
FEWEST_CHANNELS = 16  # fewer make low tiles of the gradient


def suits(sizes: Correlation, dtype: np.dtype) -> bool:
    """Whether a correlation is done place by place; it follows from sizes alone."""
    rows, columns, channels, filters = sizes.kernel_shape
    must_be_one = (
        sizes.input_dilation_y, sizes.input_dilation_x, sizes.dilation_x, sizes.n_groups
    )
    if {*must_be_one} != {1}:
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
def correlate_places(
    gemm: Callee, sizes: Correlation, images: Rows, weights: Address, bias: OptionalAddress,
    outputs: Rows, begin: int, end: int, scratch: int, run: int,
) -> None:
    """Y (rows, out height, out width, filters) = X (rows, height, width, channels) * W + bias."""
    g, channels, filters = integers(scratch, GEMM_FIELDS), sizes.channels, sizes.filters
    g[M], g[N], g[RSA], g[SA2] = end - begin, filters, images.stride, 1
    g[LDC], g[SB2], g[BIAS], g[GROUPS] = outputs.stride, filters, bias, 1
    g[K1], g[SA1], g[SB1] = 1, 0, 0
    for place in range(sizes.out_height * sizes.out_width):
        y, x = place // sizes.out_width, place % sizes.out_width
        down, across = y * sizes.stride_y, x * sizes.stride_x
        left = _first(sizes.left, across, 1)
        wide = _after(sizes.width, sizes.left, across, 1, sizes.kernel_width) - left
        first = _first(sizes.top, down, sizes.dilation_y)
        last = _after(sizes.height, sizes.top, down, sizes.dilation_y, sizes.kernel_height)
        g[C] = outputs.address + (begin * outputs.stride + place * filters) * ITEMSIZE
        g[START] = FROM_ZERO if bias == 0 else FROM_BIAS
        g[A] = g[B] = g[K2] = 0
        if wide <= 0 or last <= first:
            call(gemm, scratch, run)  # the bias is left
            last = first
        for tap in range(first, last):
            line = down - sizes.top + tap * sizes.dilation_y
            pixel = line * sizes.width + across - sizes.left + left
            g[A] = images.address + (begin * images.stride + pixel * channels) * ITEMSIZE
            g[B] = weights + (tap * sizes.kernel_width + left) * channels * filters * ITEMSIZE
            g[K2] = wide * channels
            call(gemm, scratch, run)
            g[START] = FROM_C


@kernel
def places_gradient(
    gemm: Callee, sizes: Correlation, images: Rows, gradients: Rows, tap: Count,
    first_channel: Count, last_channel: Count, start: Count, total: BlockGradient, n_rows: int,
    scratch: int, run: int,
) -> None:
    """G (channels, filters) (+)= sums of X times dY of one tap over the batch, some channels."""
    g, channels, filters = integers(scratch, GEMM_FIELDS), sizes.channels, sizes.filters
    down = tap // sizes.kernel_width * sizes.dilation_y
    across = tap % sizes.kernel_width
    left = _first(sizes.left, across, sizes.stride_x)
    wide = _after(sizes.width, sizes.left, across, sizes.stride_x, sizes.out_width) - left
    first = _first(sizes.top, down, sizes.stride_y)
    last = _after(sizes.height, sizes.top, down, sizes.stride_y, sizes.out_height)
    g[M], g[N], g[C] = last_channel - first_channel, filters, total
    g[LDC], g[GROUPS], g[START], g[BIAS] = filters, 1, start, 0
    g[RSA], g[SA1], g[SB1] = 1, sizes.stride_x * channels, filters
    g[SA2], g[SB2] = images.stride, gradients.stride
    g[A] = g[B] = g[K2] = 0
    g[K1] = 1
    if wide <= 0 or last <= first:
        call(gemm, scratch, run)
        last = first
    g[K2] = n_rows
    for y in range(first, last):
        line = y * sizes.stride_y + down - sizes.top
        pixel = line * sizes.width + left * sizes.stride_x + across - sizes.left
        g[K1] = wide
        g[A] = images.address + (pixel * channels + first_channel) * ITEMSIZE
        g[B] = gradients.address + (y * sizes.out_width + left) * filters * ITEMSIZE
        call(gemm, scratch, run)
        g[START] = FROM_C
