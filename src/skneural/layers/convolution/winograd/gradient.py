"""The gradient of large filters done by tiles: slices of it summed over the whole batch.

Sums over spans of the batch, as `correlation_gradient_of_tiles` has, would be many times as large
as the images where there are many channels and few pixels. There the transformed images and
outputs' gradients of all rows are kept instead, and each thread finds slices of the filters'
gradient, some channels by some filters, from all of them.
"""

from __future__ import annotations

from ....engine.compile.jit import kernel
from ....engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from ....engine.plan import Buffer, Plan
from ....engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers
from ....engine.scratch import block_gradient
from ....engine.shares import share_begin, share_end
from ....engine.steps import Step
from ....engine.tiles import BIAS, FROM_ZERO, K1, K2, LANES, LDC, RSA, SA1, SA2, SB1, SB2, START
from ..correlation import CHANNELS, FILTERS, OUT_HEIGHT, PADDED_HEIGHT, PADDED_WIDTH, SIZES
from ..correlation import pad_by_fields as pad
from .kernels import LINE, PLANES, tiles_across, tiles_down, transform_gradient_row, transform_row
from .transforms import OUTPUTS, TAPS, find_filter_gradient

SLICE_CHANNELS, SLICE_FILTERS = 64, 48  # so that a slice's planes stay in the second cache
SLICE_PLANE = SLICE_CHANNELS * SLICE_FILTERS + LINE


def slice_bytes(itemsize: int) -> int:
    """Return the bytes of scratch that a slice needs."""
    return (PLANES * SLICE_PLANE + 64 + 3 * PLANES * LINE) * itemsize


def add_sliced_gradients(
    plan: Plan, sizes_address: int, channels: int, filters: int, tiles: int,
    images: Buffer, outputs: Buffer, gradient: int,
) -> None:
    """Add the gradient of filters, ``tiles`` of them an image, to be found at an address."""
    numbers = []
    for kernel_, buffer, depth in (
        (transform_windows, images, channels), (transform_gradients_of_rows, outputs, filters)
    ):
        plane = plan.batch_size * tiles * depth + LINE
        memory = plan.memory_of_rows(PLANES * tiles * depth, beside=PLANES * LINE)
        planes = memory.ctypes.data
        plan.by_rows(kernel_, sizes_address, buffer.address, buffer.stride, planes, plane)
        numbers += [planes, plane]
    plan.before_all_blocks(
        Step(sliced_gradient, (gemm, *numbers, channels, filters, tiles, gradient,
                               c, min(channels, c + SLICE_CHANNELS),
                               f, min(filters, f + SLICE_FILTERS)))
        for c in range(0, channels, SLICE_CHANNELS)
        for f in range(0, filters, SLICE_FILTERS)
    )


@kernel
def transform_windows(row, run):
    """U (36, rows * tiles, channels) = transform of X (rows, height, width, channels)."""
    field = integers(row, 7)
    s, n_rows = integers(field[2], SIZES), integers(run, RUN_FIELDS)[ROWS]
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    padded = s[PADDED_HEIGHT] * s[PADDED_WIDTH] * s[CHANNELS]
    between = block_gradient(0, run) + (padded + 63) // 64 * 64 * ITEMSIZE
    plane, line = field[6] * ITEMSIZE, tiles_across(s) * s[CHANNELS] * ITEMSIZE
    at = field[5] + begin * tiles_down(s) * line
    for i in range(begin, end):
        image = pad(s, field[3] + i * field[4] * ITEMSIZE, run, i == begin)
        for y in range(0, s[OUT_HEIGHT], OUTPUTS):
            transform_row(s, image, y, at, plane, between)
            at += line


@kernel
def transform_gradients_of_rows(row, run):
    """V (36, rows * tiles, filters) = transform of dY (rows, height, width, filters)."""
    field = integers(row, 7)
    s, n_rows = integers(field[2], SIZES), integers(run, RUN_FIELDS)[ROWS]
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    between = block_gradient(0, run)
    plane, line = field[6] * ITEMSIZE, tiles_across(s) * s[FILTERS] * ITEMSIZE
    at = field[5] + begin * tiles_down(s) * line
    for i in range(begin, end):
        for y in range(0, s[OUT_HEIGHT], OUTPUTS):
            gradient = field[3] + i * field[4] * ITEMSIZE
            transform_gradient_row(s, gradient, y, at, plane, between)
            at += line


@kernel
def sliced_gradient(row, run):
    """W' (3, 3, channels, filters) from U and V, some channels and filters of it."""
    field = integers(row, 15)
    channels, filters, n_rows = field[7], field[8], integers(run, RUN_FIELDS)[ROWS]
    first, last, first_filter, last_filter = field[11], field[12], field[13], field[14]
    description, total = integers(run, RUN_FIELDS)[SCRATCH], block_gradient(0, run)
    wide, plane = last_filter - first_filter, SLICE_PLANE * ITEMSIZE
    g = integers(description, GEMM_FIELDS)
    g[M], g[N], g[RSA], g[SA2] = last - first, wide, 1, channels
    g[LDC], g[SB2], g[K1], g[SA1], g[SB1] = wide, filters, 1, 0, 0
    g[GROUPS], g[BIAS], g[START], g[K2] = 1, 0, FROM_ZERO, n_rows * field[9]
    for place in range(PLANES):
        g[A] = field[3] + (place * field[4] + first) * ITEMSIZE
        g[B] = field[5] + (place * field[6] + first_filter) * ITEMSIZE
        g[C] = total + place * plane
        call(field[2], description, run)
    tap = channels * filters * ITEMSIZE
    for c in range(first, last):
        for f in range(0, wide, LANES):
            find_filter_gradient(
                total + ((c - first) * wide + f) * ITEMSIZE, plane,
                field[10] + (c * filters + first_filter + f) * ITEMSIZE, TAPS * tap, tap,
                total + PLANES * plane,
            )
