"""Depthwise correlation: each channel of an image with a filter of its own, vectors of channels."""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper, kernel
from ...engine.lanes import load, multiply_add, spread, store
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real
from ...engine.shares import share_begin, share_end
from ...engine.tiles import LANES
from .._partial_sums import begins_sum, partial_sum
from .correlation import (
    CHANNELS,
    DILATION_X,
    DILATION_Y,
    KERNEL_HEIGHT,
    KERNEL_WIDTH,
    OUT_HEIGHT,
    OUT_WIDTH,
    PADDED_WIDTH,
    SIZES,
    STRIDE_X,
    STRIDE_Y,
    Correlation,
    pad,
)


def suits(sizes: Correlation) -> bool:
    """Whether every channel has one filter, and that one for itself."""
    return sizes.n_groups > 1 and sizes.channels == sizes.n_groups == sizes.filters


@helper
def _place(taps, n_taps, pixel, image, weights, start, output, n):
    """Find an output of n channels; ``start`` is what its sums begin with."""
    total = start
    for tap in range(n_taps):
        w = load(weights + tap * pixel, n)
        total = multiply_add(load(image + taps[tap], n), w, total)
    store(output, total, n)


@helper
def _four_places(taps, n_taps, pixel, step, image, weights, start, output):
    """Find four outputs beside one another, of as many channels as a vector has numbers."""
    a = b = c = d = start
    for tap in range(n_taps):
        at, w = image + taps[tap], load(weights + tap * pixel, LANES)
        a = multiply_add(load(at, LANES), w, a)
        b = multiply_add(load(at + step, LANES), w, b)
        c = multiply_add(load(at + 2 * step, LANES), w, c)
        d = multiply_add(load(at + 3 * step, LANES), w, d)
    store(output, a, LANES)
    store(output + pixel, b, LANES)
    store(output + 2 * pixel, c, LANES)
    store(output + 3 * pixel, d, LANES)


@helper
def _start(bias, c, n):
    """Return what the sums of some channels begin with."""
    start = spread(real(0.0))
    if bias != 0:
        start = load(bias + c, n)
    return start


@helper
def _line(s, taps, image, weights, bias, output):
    """Find a row of outputs."""
    pixel, whole = s[CHANNELS] * ITEMSIZE, s[CHANNELS] // LANES * LANES * ITEMSIZE
    step, n_taps = s[STRIDE_X] * pixel, s[KERNEL_HEIGHT] * s[KERNEL_WIDTH]
    fours, width = s[OUT_WIDTH] // 4 * 4, LANES * ITEMSIZE
    for x in range(0, fours, 4):
        for c in range(0, whole, width):
            _four_places(taps, n_taps, pixel, step, image + x * step + c, weights + c,
                         _start(bias, c, LANES), output + x * pixel + c)
    for x in range(fours, s[OUT_WIDTH]):
        for c in range(0, whole, width):
            _place(taps, n_taps, pixel, image + x * step + c, weights + c,
                   _start(bias, c, LANES), output + x * pixel + c, LANES)
    if whole < pixel:
        n = s[CHANNELS] - whole // ITEMSIZE
        for x in range(s[OUT_WIDTH]):
            _place(taps, n_taps, pixel, image + x * step + whole, weights + whole,
                   _start(bias, whole, n), output + x * pixel + whole, n)


def taps_address(plan: Plan, sizes: Correlation) -> int:
    """Return the address of how many bytes each tap lies behind the first in a padded image."""
    numbers = plan.memory(sizes.kernel_height * sizes.kernel_width, np.int64)
    down = np.arange(sizes.kernel_height) * sizes.dilation_y * sizes.padded_width
    places = down[:, None] + np.arange(sizes.kernel_width) * sizes.dilation_x
    numbers[:] = places.ravel() * sizes.channels * plan.dtype.itemsize
    return numbers.ctypes.data


@kernel
def correlate_channels(row, run):
    """Y (rows, out height, out width, channels) = X (rows, height, width, channels) * W + bias."""
    field = integers(row, 10)
    s, n_rows = integers(field[2], SIZES), integers(run, RUN_FIELDS)[ROWS]
    taps = integers(field[9], s[KERNEL_HEIGHT] * s[KERNEL_WIDTH])
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    pixel = s[CHANNELS] * ITEMSIZE
    for i in range(begin, end):
        image = pad(s, field[3] + i * field[4] * ITEMSIZE, run, i == begin)
        output = field[7] + i * field[8] * ITEMSIZE
        for y in range(s[OUT_HEIGHT]):
            line = image + y * s[STRIDE_Y] * s[PADDED_WIDTH] * pixel
            _line(s, taps, line, field[5], field[6], output + y * s[OUT_WIDTH] * pixel)


@helper
def _tap(s, image, gradient, target, begins, n):
    """Add the gradient of one tap of n channels over all outputs of an image."""
    pixel, total = s[CHANNELS] * ITEMSIZE, spread(real(0.0))
    if not begins:
        total = load(target, n)
    for y in range(s[OUT_HEIGHT]):
        at = image + y * s[STRIDE_Y] * s[PADDED_WIDTH] * pixel
        of = gradient + y * s[OUT_WIDTH] * pixel
        for x in range(s[OUT_WIDTH]):
            inputs = load(at + x * s[STRIDE_X] * pixel, n)
            total = multiply_add(inputs, load(of + x * pixel, n), total)
    store(target, total, n)


@helper
def _three_taps(s, image, gradient, target, begins):
    """Add the gradients of three taps side by side, of as many channels as a vector has."""
    pixel = s[CHANNELS] * ITEMSIZE
    a = b = c = spread(real(0.0))
    if not begins:
        a, b = load(target, LANES), load(target + pixel, LANES)
        c = load(target + 2 * pixel, LANES)
    step = s[DILATION_X] * pixel
    for y in range(s[OUT_HEIGHT]):
        at = image + y * s[STRIDE_Y] * s[PADDED_WIDTH] * pixel
        of = gradient + y * s[OUT_WIDTH] * pixel
        for x in range(s[OUT_WIDTH]):
            g, place = load(of + x * pixel, LANES), at + x * s[STRIDE_X] * pixel
            a = multiply_add(load(place, LANES), g, a)
            b = multiply_add(load(place + step, LANES), g, b)
            c = multiply_add(load(place + 2 * step, LANES), g, c)
    store(target, a, LANES)
    store(target + pixel, b, LANES)
    store(target + 2 * pixel, c, LANES)


@kernel
def channels_gradient(row, run):
    """G (kernel height, kernel width, channels) = sums of X times dY by span."""
    field = integers(row, 10)
    s, n_rows = integers(field[2], SIZES), integers(run, RUN_FIELDS)[ROWS]
    begin, end = share_begin(n_rows, run), share_end(n_rows, run)
    pixel, whole = s[CHANNELS] * ITEMSIZE, s[CHANNELS] // LANES * LANES
    threes = s[KERNEL_WIDTH] // 3 * 3
    for i in range(begin, end):
        image = pad(s, field[3] + i * field[4] * ITEMSIZE, run, i == begin)
        gradient = field[5] + i * field[6] * ITEMSIZE
        target = partial_sum(field[7], field[8], field[9], i, n_rows)
        begins = begins_sum(field[9], i, n_rows)
        for first in range(0, s[CHANNELS], LANES):
            c = first * ITEMSIZE
            for y in range(s[KERNEL_HEIGHT]):
                line = image + y * s[DILATION_Y] * s[PADDED_WIDTH] * pixel + c
                to = target + y * s[KERNEL_WIDTH] * pixel + c
                x = 0
                while x < s[KERNEL_WIDTH]:
                    at = line + x * s[DILATION_X] * pixel
                    if first == whole:
                        _tap(s, at, gradient + c, to + x * pixel, begins, s[CHANNELS] - whole)
                        x += 1
                    elif x < threes:
                        _three_taps(s, at, gradient + c, to + x * pixel, begins)
                        x += 3
                    else:
                        _tap(s, at, gradient + c, to + x * pixel, begins, LANES)
                        x += 1
