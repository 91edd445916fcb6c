"""Kernels of piecewise-linear encoding: the codes of bins, and a map of each feature's codes."""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.fields import Address, Count, Integers, Reals, Row, RowAddress
from ...engine.kernels import row_kernel
from ...engine.lanes import load, multiply_add, plus, spread, store
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.tiles import LANES
from .._partial_sums import PartialSums, begins_sum, sum_of_row


@row_kernel
def encode(
    x: Row, codes: Row, starts: Integers, lower: Reals, inverse: Reals, n_features: Count
) -> None:
    """Codes (bins of all features): the share of each bin below X (features)."""
    for j in range(n_features):
        begin, end = starts[j], starts[j + 1]
        for k in range(begin, end):
            share = (x[j] - lower[k]) * inverse[k]
            share = real(0.0) if share < real(0.0) else share
            codes[k] = real(1.0) if share > real(1.0) else share
        first, last = (x[j] - lower[begin]) * inverse[begin], end - 1
        if first < real(0.0):
            codes[begin] = first
        if (x[j] - lower[last]) * inverse[last] > real(1.0):
            codes[last] = (x[j] - lower[last]) * inverse[last]


@helper
def _bin_of(x, lower, begin, end):
    """Return the bin that a number is in: the last one whose lower edge is not above it."""
    place = begin
    for k in range(begin + 1, end):
        place = k if lower[k] <= x else place
    return place


@row_kernel
def encode_backward(
    gradient: Row, x: Row, result: Row, starts: Integers, lower: Reals, inverse: Reals,
    n_features: Count,
) -> None:
    """dX (features) by the gradient of codes (bins): that of the bin that X is in."""
    for j in range(n_features):
        k = _bin_of(x[j], lower, starts[j], starts[j + 1])
        result[j] = gradient[k] * inverse[k]


@row_kernel(summing=True)
def through_map_backward(
    gradient: Row, x: Row, result: Row, starts: Integers, lower: Reals, inverse: Reals,
    kernel: Reals, n_features: Count, units: Count,
) -> None:
    """dX (features) by dY (features, n): through the map of the bin that X is in."""
    for j in range(n_features):
        k = _bin_of(x[j], lower, starts[j], starts[j + 1])
        total = real(0.0)
        for u in range(units):
            total += gradient[j * units + u] * kernel[k * units + u]
        result[j] = total * inverse[k]


@row_kernel
def map_codes(
    codes: Row, kernel: Address, bias: Address, y: RowAddress, starts: Integers,
    n_features: Count, units: Count,
) -> None:
    """Y (features, n) = codes of each feature @ its rows of kernel (bins, n) + bias."""
    for j in range(n_features):
        for u in range(0, units, LANES):
            n, place = min(LANES, units - u), (j * units + u) * ITEMSIZE
            total = load(bias + place, n)
            for k in range(starts[j], starts[j + 1]):
                if codes[k] == real(0.0):
                    break  # so are the bins above
                weights = load(kernel + (k * units + u) * ITEMSIZE, n)
                total = multiply_add(spread(codes[k]), weights, total)
            store(y + place, total, n)


@row_kernel
def sum_map_gradients(
    gradient: RowAddress, codes: Row, of_kernel: PartialSums, of_bias: PartialSums,
    starts: Integers, n_features: Count, units: Count, i: int, n_rows: int,
) -> None:
    """Sum the gradients of kernel (bins, n) and bias (features, n) over each span."""
    kernel, bias = sum_of_row(of_kernel, i, n_rows), sum_of_row(of_bias, i, n_rows)
    if begins_sum(of_kernel.together, i, n_rows):
        _clear(kernel, starts[n_features] * units)
    if begins_sum(of_bias.together, i, n_rows):
        _clear(bias, n_features * units)
    for j in range(n_features):
        for u in range(0, units, LANES):
            n, place = min(LANES, units - u), (j * units + u) * ITEMSIZE
            slopes = load(gradient + place, n)
            store(bias + place, plus(load(bias + place, n), slopes), n)
            for k in range(starts[j], starts[j + 1]):
                if codes[k] == real(0.0):
                    break  # so are the bins above
                to = kernel + (k * units + u) * ITEMSIZE
                store(to, multiply_add(spread(codes[k]), slopes, load(to, n)), n)


@helper
def _clear(address, size):
    numbers = reals(address, size)
    for k in range(size):
        numbers[k] = real(0.0)
