"""Depthwise correlation: each channel of an image with a filter of its own, vectors of channels."""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Address, Integers, OptionalAddress, RowAddress
from ...engine.kernels import row_kernel
from ...engine.lanes import load, multiply_add, spread, store
from ...engine.plan import Plan
from ...engine.primitives import ITEMSIZE, real
from ...engine.tiles import LANES
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .correlation import Correlation, pad


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
    pixel, whole = s.channels * ITEMSIZE, s.channels // LANES * LANES * ITEMSIZE
    step, n_taps = s.stride_x * pixel, s.kernel_height * s.kernel_width
    fours, width = s.out_width // 4 * 4, LANES * ITEMSIZE
    for x in range(0, fours, 4):
        for c in range(0, whole, width):
            _four_places(taps, n_taps, pixel, step, image + x * step + c, weights + c,
                         _start(bias, c, LANES), output + x * pixel + c)
    for x in range(fours, s.out_width):
        for c in range(0, whole, width):
            _place(taps, n_taps, pixel, image + x * step + c, weights + c,
                   _start(bias, c, LANES), output + x * pixel + c, LANES)
    if whole < pixel:
        n = s.channels - whole // ITEMSIZE
        for x in range(s.out_width):
            _place(taps, n_taps, pixel, image + x * step + whole, weights + whole,
                   _start(bias, whole, n), output + x * pixel + whole, n)


def taps(plan: Plan, sizes: Correlation) -> np.ndarray:
    """Return how many bytes each tap lies behind the first in a padded image."""
    numbers = plan.memory(sizes.kernel_height * sizes.kernel_width, np.int64)
    down = np.arange(sizes.kernel_height) * sizes.dilation_y * sizes.padded_width
    places = down[:, None] + np.arange(sizes.kernel_width) * sizes.dilation_x
    numbers[:] = places.ravel() * sizes.channels * plan.dtype.itemsize
    return numbers


@row_kernel
def correlate_channels(
    sizes: Correlation, image: RowAddress, weights: Address, bias: OptionalAddress,
    output: RowAddress, taps: Integers, i: int, begin: int, run: int,
) -> None:
    """Y (out height, out width, channels) = X (height, width, channels) * W + bias."""
    pixel = sizes.channels * ITEMSIZE
    padded = pad(sizes, image, run, i == begin)
    for y in range(sizes.out_height):
        line = padded + y * sizes.stride_y * sizes.padded_width * pixel
        _line(sizes, taps, line, weights, bias, output + y * sizes.out_width * pixel)


@helper
def _tap(s, image, gradient, target, begins, n):
    """Add the gradient of one tap of n channels over all outputs of an image."""
    pixel, total = s.channels * ITEMSIZE, spread(real(0.0))
    if not begins:
        total = load(target, n)
    for y in range(s.out_height):
        at = image + y * s.stride_y * s.padded_width * pixel
        of = gradient + y * s.out_width * pixel
        for x in range(s.out_width):
            inputs = load(at + x * s.stride_x * pixel, n)
            total = multiply_add(inputs, load(of + x * pixel, n), total)
    store(target, total, n)


@helper
def _three_taps(s, image, gradient, target, begins):
    """Add the gradients of three taps side by side, of as many channels as a vector has."""
    pixel = s.channels * ITEMSIZE
    a = b = c = spread(real(0.0))
    if not begins:
        a, b = load(target, LANES), load(target + pixel, LANES)
        c = load(target + 2 * pixel, LANES)
    step = s.dilation_x * pixel
    for y in range(s.out_height):
        at = image + y * s.stride_y * s.padded_width * pixel
        of = gradient + y * s.out_width * pixel
        for x in range(s.out_width):
            g, place = load(of + x * pixel, LANES), at + x * s.stride_x * pixel
            a = multiply_add(load(place, LANES), g, a)
            b = multiply_add(load(place + step, LANES), g, b)
            c = multiply_add(load(place + 2 * step, LANES), g, c)
    store(target, a, LANES)
    store(target + pixel, b, LANES)
    store(target + 2 * pixel, c, LANES)


@row_kernel
def channels_gradient(
    sizes: Correlation, image: RowAddress, gradient: RowAddress, sums: PartialSums, i: int,
    begin: int, n_rows: int, run: int,
) -> None:
    """G (kernel height, kernel width, channels) += X times dY, summed by span."""
    pixel, whole = sizes.channels * ITEMSIZE, sizes.channels // LANES * LANES
    threes = sizes.kernel_width // 3 * 3
    padded, target = pad(sizes, image, run, i == begin), sum_of_row(sums, i, n_rows)
    begins = begins_sum(sums.together, i, n_rows)
    for first in range(0, sizes.channels, LANES):
        c = first * ITEMSIZE
        for y in range(sizes.kernel_height):
            line = padded + y * sizes.dilation_y * sizes.padded_width * pixel + c
            to = target + y * sizes.kernel_width * pixel + c
            x = 0
            while x < sizes.kernel_width:
                at = line + x * sizes.dilation_x * pixel
                if first == whole:
                    _tap(sizes, at, gradient + c, to + x * pixel, begins, sizes.channels - whole)
                    x += 1
                elif x < threes:
                    _three_taps(sizes, at, gradient + c, to + x * pixel, begins)
                    x += 3
                else:
                    _tap(sizes, at, gradient + c, to + x * pixel, begins, LANES)
                    x += 1
