"""Correlation with filters of 3 x 3 by Winograd's minimal filtering, and the filters' gradient.

Tiles of images, of outputs' gradients and filters are transformed to 36 planes; what is left are
36 contractions over channels, or over tiles, which are a quarter of the multiplications. Rows of
tiles of one image after the other are worked on in blocks that stay in the L2 cache. The bounds of
blocks do not affect results: each number is one chain of multiply-adds, samples are independent.
"""

from __future__ import annotations

from ....engine.compile.jit import helper
from ....engine.fields import Address, Callee, Count, OptionalAddress, Rows
from ....engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N
from ....engine.kernels import kernel
from ....engine.lanes import load, plus, spread, store
from ....engine.primitives import ITEMSIZE, call, integers, real
from ....engine.scratch import block_gradient
from ....engine.shares import SPANS, span_begin
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
from ..._partial_sums import PartialSums, begins_sum, sum_of_row
from ..correlation import Correlation, pad
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
def transform_filters(
    weights: Address, planes: Address, channels: Count, filters: Count, first: Count, last: Count,
    run: int,
) -> None:
    """U (36, channels, filters) = transform of W (3, 3, channels, filters), some channels."""
    between, tap = block_gradient(0, run), channels * filters * ITEMSIZE
    plane = tap + LINE * ITEMSIZE
    for c in range(first, last):
        for f in range(0, filters, LANES):
            at = (c * filters + f) * ITEMSIZE
            transform_filter(weights + at, TAPS * tap, tap, planes + at, plane, between)


@helper
def tiles_down(s):
    """Return the rows of tiles of an image."""
    return (s.out_height + OUTPUTS - 1) // OUTPUTS


@helper
def tiles_across(s):
    """Return the tiles in a row of them."""
    return (s.out_width + OUTPUTS - 1) // OUTPUTS


@helper
def padded_bytes(s):
    """Return the bytes of a padded image, whole cache lines."""
    return (s.padded_height * s.padded_width * s.channels + 63) // 64 * 64 * ITEMSIZE


@helper
def _layout(s, block, run):
    """Return where a block's planes of windows are, those of outputs, and room for a tile.

    With them come the numbers of a plane of either.
    """
    most = block * tiles_across(s)
    of_windows, of_outputs = most * s.channels + LINE, most * s.filters + LINE
    windows = block_gradient(0, run) + padded_bytes(s)
    outputs = windows + PLANES * of_windows * ITEMSIZE
    return windows, outputs, outputs + PLANES * of_outputs * ITEMSIZE, of_windows, of_outputs


@helper
def transform_row(s, image, y, at, plane, between):
    """Transform the windows of a row of tiles, to planes that begin at an address."""
    channels, pixel = s.channels, s.channels * ITEMSIZE
    line = s.padded_width * pixel
    for x in range(0, s.out_width, OUTPUTS):
        for c in range(0, pixel, LANES * ITEMSIZE):
            window = image + y * line + x * pixel + c
            transform_window(window, line, pixel, at + c, plane, between)
        at += channels * ITEMSIZE


@helper
def transform_gradient_row(s, gradient, y, at, plane, between):
    """Transform the gradients of a row of tiles."""
    pixel = s.filters * ITEMSIZE
    line, rows = s.out_width * pixel, min(OUTPUTS, s.out_height - y)
    for x in range(0, s.out_width, OUTPUTS):
        columns = min(OUTPUTS, s.out_width - x)
        for f in range(0, pixel, LANES * ITEMSIZE):
            tile = gradient + y * line + x * pixel + f
            transform_gradients(tile, line, pixel, rows, columns, at + f, plane, between)
        at += pixel


@helper
def _find_row(s, at, plane, bias, output, y, between):
    """Find the outputs of a row of tiles from their planes."""
    pixel = s.filters * ITEMSIZE
    line, rows = s.out_width * pixel, min(OUTPUTS, s.out_height - y)
    for x in range(0, s.out_width, OUTPUTS):
        columns = min(OUTPUTS, s.out_width - x)
        for f in range(0, pixel, LANES * ITEMSIZE):
            start = spread(real(0.0))
            if bias != 0:
                start = load(bias + f, LANES)
            tile = output + y * line + x * pixel + f
            find_outputs(at + f, plane, tile, line, pixel, rows, columns, start, between)
        at += pixel


@kernel
def correlate_tiles(
    gemm: Callee, sizes: Correlation, x: Rows, planes: Address, bias: OptionalAddress, y: Rows,
    block: Count, begin: int, end: int, scratch: int, run: int,
) -> None:
    """Y (rows, out height, out width, filters) = X (rows, height, width, channels) * W + bias."""
    g = integers(scratch, GEMM_FIELDS)
    windows, outputs, between, of_windows, of_outputs = _layout(sizes, block, run)
    channels, filters = sizes.channels, sizes.filters
    per_image, per_row = tiles_down(sizes), tiles_across(sizes)
    g[RSA], g[LDC], g[SB2], g[N] = channels, filters, filters, filters
    g[SA2], g[K1], g[SA1], g[SB1], g[K2] = 1, 1, 0, 0, channels
    g[GROUPS], g[START], g[BIAS] = 1, FROM_ZERO, 0
    padded, image = -1, x.address
    for first in range(begin * per_image, end * per_image, block):
        n = min(block, end * per_image - first)
        for k in range(n):
            i, top = (first + k) // per_image, (first + k) % per_image * OUTPUTS
            if i != padded:
                image = pad(sizes, x.address + i * x.stride * ITEMSIZE, run, padded < 0)
                padded = i
            at = windows + k * per_row * channels * ITEMSIZE
            transform_row(sizes, image, top, at, of_windows * ITEMSIZE, between)
        g[M] = n * per_row
        for place in range(PLANES):
            g[A] = windows + place * of_windows * ITEMSIZE
            g[B] = planes + place * (channels * filters + LINE) * ITEMSIZE
            g[C] = outputs + place * of_outputs * ITEMSIZE
            call(gemm, scratch, run)
        for k in range(n):
            i, top = (first + k) // per_image, (first + k) % per_image * OUTPUTS
            at = outputs + k * per_row * filters * ITEMSIZE
            output = y.address + i * y.stride * ITEMSIZE
            _find_row(sizes, at, of_outputs * ITEMSIZE, bias, output, top, between)


@helper
def _block_end(first, last, per_image, sums, n_rows):
    """Return where a block that begins with a row of tiles ends: all of it goes to one sum."""
    target = sum_of_row(sums, first // per_image, n_rows)
    while sum_of_row(sums, (last - 1) // per_image, n_rows) != target:
        last = (last - 1) // per_image * per_image
    return last


@kernel
def correlation_gradient_of_tiles(
    gemm: Callee, sizes: Correlation, x: Rows, gradient: Rows, sums: PartialSums, block: Count,
    begin: int, end: int, n_rows: int, scratch: int, run: int,
) -> None:
    """G (36, channels, filters) = sums of X times dY by span, all three transformed."""
    g = integers(scratch, GEMM_FIELDS)
    windows, outputs, between, of_windows, of_outputs = _layout(sizes, block, run)
    channels, filters = sizes.channels, sizes.filters
    per_image, per_row = tiles_down(sizes), tiles_across(sizes)
    g[M], g[N], g[RSA], g[SA2] = channels, filters, 1, channels
    g[LDC], g[SB2], g[K1], g[SA1], g[SB1] = filters, filters, 1, 0, 0
    g[GROUPS], g[BIAS] = 1, 0
    padded, image = -1, x.address
    first, end_of_tiles = begin * per_image, end * per_image
    while first < end_of_tiles:
        last = _block_end(first, min(end_of_tiles, first + block), per_image, sums, n_rows)
        for k in range(first, last):
            i, y = k // per_image, k % per_image * OUTPUTS
            if i != padded:
                image = pad(sizes, x.address + i * x.stride * ITEMSIZE, run, padded < 0)
                padded = i
            at = windows + (k - first) * per_row * channels * ITEMSIZE
            transform_row(sizes, image, y, at, of_windows * ITEMSIZE, between)
            at = outputs + (k - first) * per_row * filters * ITEMSIZE
            slopes = gradient.address + i * gradient.stride * ITEMSIZE
            transform_gradient_row(sizes, slopes, y, at, of_outputs * ITEMSIZE, between)
        i = first // per_image
        begins = begins_sum(sums.together, i, n_rows) and first % per_image == 0
        target = sum_of_row(sums, i, n_rows)
        g[START], g[K2] = FROM_ZERO if begins else FROM_C, (last - first) * per_row
        for place in range(PLANES):
            g[A] = windows + place * of_windows * ITEMSIZE
            g[B] = outputs + place * of_outputs * ITEMSIZE
            g[C] = target + place * (channels * filters + LINE) * ITEMSIZE
            call(gemm, scratch, run)
        first = last


@kernel
def sum_planes(
    sums: PartialSums, channels: Count, filters: Count, result: Address, first: Count,
    last: Count, n_rows: int, run: int,
) -> None:
    """W' (3, 3, channels, filters) = gradient from the sums of G over spans, some channels."""
    tap, step = channels * filters * ITEMSIZE, LANES * ITEMSIZE
    plane, together = tap + LINE * ITEMSIZE, sums.together
    total = block_gradient(0, run)
    for c in range(first, last):
        for f in range(0, filters, LANES):
            at = (c * filters + f) * ITEMSIZE
            for place in range(PLANES):
                value = spread(real(0.0))
                for span in range(0, SPANS, together):
                    if span_begin(span, n_rows) < span_begin(span + together, n_rows):
                        of_span = sums.address + span // together * sums.stride * ITEMSIZE
                        value = plus(value, load(of_span + at + place * plane, LANES))
                store(total + place * step, value, LANES)
            find_filter_gradient(total, step, result + at, TAPS * tap, tap,
                                 total + PLANES * step)
