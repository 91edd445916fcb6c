"""Correlation with filters of 3 x 3 by Winograd's minimal filtering, and the filters' gradient.

Tiles of images, of outputs' gradients and filters are transformed to 36 planes; what is left are
36 contractions over channels, or over tiles, which are a quarter of the multiplications. Rows of
tiles of one image after the other are worked on in blocks that stay in the second cache, whose
bounds leave no trace: each number is one chain of multiply-adds, and samples stay apart.
"""

from ....engine.compile.jit import helper, kernel
from ....engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N
from ....engine.lanes import load, plus, spread, store
from ....engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, SCRATCH, call, integers, real
from ....engine.scratch import block_gradient
from ....engine.shares import SPANS, share_begin, share_end, span_begin
from ....engine.tiles import (
    BIAS,
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
)
from ..._partial_sums import begins_sum, partial_sum
from ..correlation import (
    CHANNELS,
    FILTERS,
    OUT_HEIGHT,
    OUT_WIDTH,
    PADDED_HEIGHT,
    PADDED_WIDTH,
    SIZES,
)
from ..correlation import pad_by_fields as pad
from .transforms import (
    OUTPUTS,
    PLACES,
    TAPS,
    find_filter_gradient,
    find_outputs,
    transform_filter,
    transform_gradients,
    transform_window,
)

PLANES = PLACES * PLACES
LINE = 16  # numbers between planes, lest they fall into the same sets of the cache


@kernel
def transform_filters(row, run):
    """U (36, channels, filters) = transform of W (3, 3, channels, filters), some channels."""
    field = integers(row, 8)
    channels, filters = field[4], field[5]
    between, tap = block_gradient(0, run), channels * filters * ITEMSIZE
    plane = tap + LINE * ITEMSIZE
    for c in range(field[6], field[7]):
        for f in range(0, filters, LANES):
            at = (c * filters + f) * ITEMSIZE
            transform_filter(field[2] + at, TAPS * tap, tap, field[3] + at, plane, between)


@helper
def tiles_down(s):
    """Return the rows of tiles of an image."""
    return (s[OUT_HEIGHT] + OUTPUTS - 1) // OUTPUTS


@helper
def tiles_across(s):
    """Return the tiles in a row of them."""
    return (s[OUT_WIDTH] + OUTPUTS - 1) // OUTPUTS


@helper
def _layout(s, block, run):
    """Return where a block's planes of windows are, those of outputs, and room for a tile.

    With them come the numbers of a plane of either.
    """
    most = block * tiles_across(s)
    of_windows, of_outputs = most * s[CHANNELS] + LINE, most * s[FILTERS] + LINE
    padded = s[PADDED_HEIGHT] * s[PADDED_WIDTH] * s[CHANNELS]
    windows = block_gradient(0, run) + (padded + 63) // 64 * 64 * ITEMSIZE
    outputs = windows + PLANES * of_windows * ITEMSIZE
    return windows, outputs, outputs + PLANES * of_outputs * ITEMSIZE, of_windows, of_outputs


@helper
def transform_row(s, image, y, at, plane, between):
    """Transform the windows of a row of tiles, to planes that begin at an address."""
    channels, pixel = s[CHANNELS], s[CHANNELS] * ITEMSIZE
    line = s[PADDED_WIDTH] * pixel
    for x in range(0, s[OUT_WIDTH], OUTPUTS):
        for c in range(0, pixel, LANES * ITEMSIZE):
            window = image + y * line + x * pixel + c
            transform_window(window, line, pixel, at + c, plane, between)
        at += channels * ITEMSIZE


@helper
def transform_gradient_row(s, gradient, y, at, plane, between):
    """Transform the gradients of a row of tiles."""
    pixel = s[FILTERS] * ITEMSIZE
    line, rows = s[OUT_WIDTH] * pixel, min(OUTPUTS, s[OUT_HEIGHT] - y)
    for x in range(0, s[OUT_WIDTH], OUTPUTS):
        columns = min(OUTPUTS, s[OUT_WIDTH] - x)
        for f in range(0, pixel, LANES * ITEMSIZE):
            tile = gradient + y * line + x * pixel + f
            transform_gradients(tile, line, pixel, rows, columns, at + f, plane, between)
        at += pixel


@helper
def _find_row(s, at, plane, bias, output, y, between):
    """Find the outputs of a row of tiles from their planes."""
    pixel = s[FILTERS] * ITEMSIZE
    line, rows = s[OUT_WIDTH] * pixel, min(OUTPUTS, s[OUT_HEIGHT] - y)
    for x in range(0, s[OUT_WIDTH], OUTPUTS):
        columns = min(OUTPUTS, s[OUT_WIDTH] - x)
        for f in range(0, pixel, LANES * ITEMSIZE):
            start = spread(real(0.0))
            if bias != 0:
                start = load(bias + f, LANES)
            tile = output + y * line + x * pixel + f
            find_outputs(at + f, plane, tile, line, pixel, rows, columns, start, between)
        at += pixel


@kernel
def correlate_tiles(row, run):
    """Y (rows, out height, out width, filters) = X (rows, height, width, channels) * W + bias."""
    field = integers(row, 11)
    s, block = integers(field[3], SIZES), field[10]
    n_rows, description = integers(run, RUN_FIELDS)[ROWS], integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    windows, outputs, between, of_windows, of_outputs = _layout(s, block, run)
    channels, filters = s[CHANNELS], s[FILTERS]
    per_image, per_row = tiles_down(s), tiles_across(s)
    g[RSA], g[LDC], g[SB2], g[N] = channels, filters, filters, filters
    g[SA2], g[K1], g[SA1], g[SB1], g[K2] = 1, 1, 0, 0, channels
    g[GROUPS], g[START], g[BIAS] = 1, FROM_ZERO, 0
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    padded, image = -1, field[4]
    for first in range(begin * per_image, end * per_image, block):
        n = min(block, end * per_image - first)
        for k in range(n):
            i, y = (first + k) // per_image, (first + k) % per_image * OUTPUTS
            if i != padded:
                image = pad(s, field[4] + i * field[5] * ITEMSIZE, run, padded < 0)
                padded = i
            at = windows + k * per_row * channels * ITEMSIZE
            transform_row(s, image, y, at, of_windows * ITEMSIZE, between)
        g[M] = n * per_row
        for place in range(PLANES):
            g[A] = windows + place * of_windows * ITEMSIZE
            g[B] = field[6] + place * (channels * filters + LINE) * ITEMSIZE
            g[C] = outputs + place * of_outputs * ITEMSIZE
            call(field[2], description, run)
        for k in range(n):
            i, y = (first + k) // per_image, (first + k) % per_image * OUTPUTS
            at = outputs + k * per_row * filters * ITEMSIZE
            output = field[8] + i * field[9] * ITEMSIZE
            _find_row(s, at, of_outputs * ITEMSIZE, field[7], output, y, between)


@helper
def _block_end(first, last, per_image, address, stride, together, n_rows):
    """Return where a block that begins with a row of tiles ends: all of it goes to one sum."""
    target = partial_sum(address, stride, together, first // per_image, n_rows)
    while partial_sum(address, stride, together, (last - 1) // per_image, n_rows) != target:
        last = (last - 1) // per_image * per_image
    return last


@kernel
def correlation_gradient_of_tiles(row, run):
    """G (36, channels, filters) = sums of X times dY by span, all three transformed."""
    field = integers(row, 12)
    s, block, n_rows = integers(field[3], SIZES), field[11], integers(run, RUN_FIELDS)[ROWS]
    description = integers(run, RUN_FIELDS)[SCRATCH]
    g = integers(description, GEMM_FIELDS)
    windows, outputs, between, of_windows, of_outputs = _layout(s, block, run)
    channels, filters = s[CHANNELS], s[FILTERS]
    per_image, per_row = tiles_down(s), tiles_across(s)
    g[M], g[N], g[RSA], g[SA2] = channels, filters, 1, channels
    g[LDC], g[SB2], g[K1], g[SA1], g[SB1] = filters, filters, 1, 0, 0
    g[GROUPS], g[BIAS] = 1, 0
    begin, end = share_begin(n_rows, run) * per_image, share_end(n_rows, run) * per_image
    padded, image = -1, field[4]
    first = begin
    while first < end:
        last = _block_end(first, min(end, first + block), per_image, field[8], field[9], field[10],
                          n_rows)
        for k in range(first, last):
            i, y = k // per_image, k % per_image * OUTPUTS
            if i != padded:
                image = pad(s, field[4] + i * field[5] * ITEMSIZE, run, padded < 0)
                padded = i
            at = windows + (k - first) * per_row * channels * ITEMSIZE
            transform_row(s, image, y, at, of_windows * ITEMSIZE, between)
            at = outputs + (k - first) * per_row * filters * ITEMSIZE
            gradient = field[6] + i * field[7] * ITEMSIZE
            transform_gradient_row(s, gradient, y, at, of_outputs * ITEMSIZE, between)
        i = first // per_image
        begins = begins_sum(field[10], i, n_rows) and first % per_image == 0
        target = partial_sum(field[8], field[9], field[10], i, n_rows)
        g[START], g[K2] = FROM_ZERO if begins else FROM_C, (last - first) * per_row
        for place in range(PLANES):
            g[A] = windows + place * of_windows * ITEMSIZE
            g[B] = outputs + place * of_outputs * ITEMSIZE
            g[C] = target + place * (channels * filters + LINE) * ITEMSIZE
            call(field[2], description, run)
        first = last


@kernel
def sum_planes(row, run):
    """W' (3, 3, channels, filters) = gradient from the sums of G over spans, some channels."""
    field = integers(row, 10)
    n_rows, together = integers(run, RUN_FIELDS)[ROWS], field[4]
    channels, filters = field[5], field[6]
    tap, step = channels * filters * ITEMSIZE, LANES * ITEMSIZE
    plane = tap + LINE * ITEMSIZE
    total = block_gradient(0, run)
    for c in range(field[8], field[9]):
        for f in range(0, filters, LANES):
            at = (c * filters + f) * ITEMSIZE
            for place in range(PLANES):
                value = spread(real(0.0))
                for span in range(0, SPANS, together):
                    if span_begin(span, n_rows) < span_begin(span + together, n_rows):
                        sums = field[2] + span // together * field[3] * ITEMSIZE
                        value = plus(value, load(sums + at + place * plane, LANES))
                store(total + place * step, value, LANES)
            find_filter_gradient(total, step, field[7] + at, TAPS * tap, tap,
                                 total + PLANES * step)
