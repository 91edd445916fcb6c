"""The gradient of large filters done by tiles: slices of it summed over the whole batch.

Sums over spans of the batch, as `correlation_gradient_of_tiles` has, would be many times as large
as the images where there are many channels and few pixels. There the transformed images and
outputs' gradients of all rows are kept instead, and each thread finds slices of the filters'
gradient, some channels by some filters, from all of them.
"""

from __future__ import annotations

import numpy as np

from ....engine.fields import Address, Callee, Count, RowAddress
from ....engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from ....engine.kernels import kernel, row_kernel
from ....engine.plan import Buffer, Plan
from ....engine.primitives import ITEMSIZE, call, integers
from ....engine.scratch import block_gradient
from ....engine.steps import Step
from ....engine.tiles import BIAS, FROM_ZERO, K1, K2, LANES, LDC, RSA, SA1, SA2, SB1, SB2, START
from ..correlation import Correlation, pad
from .kernels import (
    LINE,
    PLANES,
    padded_bytes,
    tiles_across,
    tiles_down,
    transform_gradient_row,
    transform_row,
)
from .transforms import OUTPUTS, TAPS, find_filter_gradient

SLICE_CHANNELS, SLICE_FILTERS = 64, 48  # so that a slice's planes stay in the second cache
SLICE_PLANE = SLICE_CHANNELS * SLICE_FILTERS + LINE


def slice_bytes(itemsize: int) -> int:
    """Return the bytes of scratch that a slice needs."""
    return (PLANES * SLICE_PLANE + 64 + 3 * PLANES * LINE) * itemsize


def add_sliced_gradients(
    plan: Plan, sizes: Correlation, tiles: int, images: Buffer, outputs: Buffer,
    gradient: np.ndarray,
) -> None:
    """Add the gradient of filters, ``tiles`` of them an image, to be found in memory."""
    channels, filters = sizes.channels, sizes.filters

    def planes_of(depth):
        """Return the memory of transformed tiles, and the numbers of a plane of it."""
        memory = plan.memory_of_rows(PLANES * tiles * depth, beside=PLANES * LINE)
        return memory, plan.batch_size * tiles * depth + LINE

    windows, window_plane = planes_of(channels)
    plan.by_rows(transform_windows, sizes=sizes, x=images, planes=windows, plane=window_plane)
    slopes, slope_plane = planes_of(filters)
    plan.by_rows(transform_gradients_of_rows, sizes=sizes, gradient=outputs, planes=slopes,
                 plane=slope_plane)
    plan.before_all_blocks(
        Step.of(
            sliced_gradient, gemm=gemm, windows=windows, window_plane=window_plane, slopes=slopes,
            slope_plane=slope_plane, channels=channels, filters=filters, tiles=tiles,
            result=gradient, first=c, last=min(channels, c + SLICE_CHANNELS),
            first_filter=f, last_filter=min(filters, f + SLICE_FILTERS),
        )
        for c in range(0, channels, SLICE_CHANNELS)
        for f in range(0, filters, SLICE_FILTERS)
    )


@row_kernel
def transform_windows(
    sizes: Correlation, x: RowAddress, planes: Address, plane: Count, i: int, begin: int, run: int
) -> None:
    """U (36, tiles, channels) = transform of X (height, width, channels)."""
    image = pad(sizes, x, run, i == begin)
    between = block_gradient(0, run) + padded_bytes(sizes)
    line = tiles_across(sizes) * sizes.channels * ITEMSIZE
    at = planes + i * tiles_down(sizes) * line
    for y in range(0, sizes.out_height, OUTPUTS):
        transform_row(sizes, image, y, at, plane * ITEMSIZE, between)
        at += line


@row_kernel
def transform_gradients_of_rows(
    sizes: Correlation, gradient: RowAddress, planes: Address, plane: Count, i: int, run: int
) -> None:
    """V (36, tiles, filters) = transform of dY (height, width, filters)."""
    line = tiles_across(sizes) * sizes.filters * ITEMSIZE
    at = planes + i * tiles_down(sizes) * line
    for y in range(0, sizes.out_height, OUTPUTS):
        transform_gradient_row(sizes, gradient, y, at, plane * ITEMSIZE, block_gradient(0, run))
        at += line


@kernel
def sliced_gradient(
    gemm: Callee, windows: Address, window_plane: Count, slopes: Address, slope_plane: Count,
    channels: Count, filters: Count, tiles: Count, result: Address, first: Count, last: Count,
    first_filter: Count, last_filter: Count, n_rows: int, scratch: int, run: int,
) -> None:
    """W' (3, 3, channels, filters) from U and V, some channels and filters of it."""
    total, wide, plane = block_gradient(0, run), last_filter - first_filter, SLICE_PLANE * ITEMSIZE
    g = integers(scratch, GEMM_FIELDS)
    g[M], g[N], g[RSA], g[SA2] = last - first, wide, 1, channels
    g[LDC], g[SB2], g[K1], g[SA1], g[SB1] = wide, filters, 1, 0, 0
    g[GROUPS], g[BIAS], g[START], g[K2] = 1, 0, FROM_ZERO, n_rows * tiles
    for place in range(PLANES):
        g[A] = windows + (place * window_plane + first) * ITEMSIZE
        g[B] = slopes + (place * slope_plane + first_filter) * ITEMSIZE
        g[C] = total + place * plane
        call(gemm, scratch, run)
    tap = channels * filters * ITEMSIZE
    for c in range(first, last):
        for f in range(0, wide, LANES):
            find_filter_gradient(
                total + ((c - first) * wide + f) * ITEMSIZE, plane,
                result + (c * filters + first_filter + f) * ITEMSIZE, TAPS * tap, tap,
                total + PLANES * plane,
            )
