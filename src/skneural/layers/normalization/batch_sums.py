"""Sums over the batch that batch normalisation needs, forward and backward, channel by channel.

Each span of the batch is summed by the thread that has its rows, while they are at hand; then the
spans are put together in order. So a batch is read once for its statistics, and the order of all
additions follows from the shapes alone.
"""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper, kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import (
    ITEMSIZE,
    ROWS,
    RUN_FIELDS,
    SHARED,
    WEIGHT_SUM,
    doubles,
    integers,
    real,
    reals,
)
from ...engine.shares import SPANS, share_begin, share_end, span_begin, span_of
from .._channels import add_to_channels, fill, pattern, spread
from .._partial_sums import begins_sum
from .running import NOTED, rows_that_count, share_of_batch, unbiasing, update_running

# what is found for each channel of a batch: mean, scale / deviation, 1 / deviation, the gradients
# of scale and shift, and the terms that all rows have in the gradient of the input
MEAN, FACTOR, INVERSE, SCALE_GRADIENT, SHIFT_GRADIENT, LEVEL, SLOPE = range(7)
_WIDTH = 64  # channels put together at a time


class BatchSums:
    """Adds the steps that sum a batch up, and has the memory for what they find.

    Parameters
    ----------
    plan : Plan
    inputs : Buffer
        What is normalised; left as it is.
    sizes : tuple of int
        Numbers of a sample, its channels, size of a pattern.
    """

    def __init__(self, plan: Plan, inputs: Buffer, sizes: tuple[int, int, int]):
        self._plan, self._inputs, self._sizes = plan, inputs, sizes
        channels = sizes[1]
        self.found = plan.memory(7 * channels).reshape(7, channels)
        self._spans = plan.sums_of_spans(3 * channels, dtype=np.float64)
        self._totals = plan.memory(2 * channels, np.float64).ctypes.data
        plan.weights_of_rows()

    @property
    def address(self) -> int:
        """Address of what was found, an array of shape (7, channels)."""
        return self.found.ctypes.data

    def add_forward(self, variables: list[int], numbers: np.ndarray) -> None:
        """Find mean and deviation, and keep the running statistics up.

        ``variables`` are the addresses of scale, shift, running mean and running variance. Each
        use of them in a batch counts for the running statistics as a batch does.
        """
        plan, inputs = self._plan, self._inputs
        noted = plan.lasting_memory(NOTED * -(-self._sizes[1] // _WIDTH), of=variables[2])
        plan.by_rows(sum_values, inputs.address, inputs.stride, *self._sizes, self._spans,
                     plan.row_weights)
        plan.by_columns(find_statistics, self._sizes[1], *self._sizes[:2], self._spans,
                        self.address, plan.row_weights, self._totals, *variables,
                        numbers.ctypes.data, noted.ctypes.data, width=_WIDTH)

    def add_backward(self, gradient: Buffer) -> None:
        """Find the gradients of scale and shift, and the terms that all rows have."""
        plan, inputs = self._plan, self._inputs
        plan.by_rows(sum_gradients, gradient.address, gradient.stride, inputs.address,
                     inputs.stride, *self._sizes, self._spans, self.address)
        plan.by_columns(find_terms, self._sizes[1], self._sizes[1], self._spans, self.address,
                        self._totals, plan.row_weights, width=_WIDTH)


@helper
def found(address, name, channels):
    """Return one of the numbers found for each channel."""
    return reals(address + name * channels * ITEMSIZE, channels)


@helper
def weight_total(weights, run):
    """Return the weight of the batch: its number of rows, if none has any."""
    r = integers(run, RUN_FIELDS)
    total = doubles(r[SHARED], 3)[WEIGHT_SUM]
    return total if weights != 0 and total > 0.0 else float(r[ROWS])


@helper
def row_weight(weights, i, run):
    """Return the weight of a row of the batch."""
    r = integers(run, RUN_FIELDS)
    if weights == 0 or doubles(r[SHARED], 3)[WEIGHT_SUM] <= 0.0:
        return 1.0
    return float(reals(weights, r[ROWS])[i])


@helper
def _span(address, span, place, channels):
    """Return the place-th of three sums of a span, a number for each channel."""
    return doubles(address + (3 * span + place) * channels * 8, channels)


@kernel
def sum_values(row, run):
    """Sum X (rows, n) and its squares over each span, less the span's first values."""
    field = integers(row, 9)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    channels, size = field[5], field[6]
    x = reals(field[2], n_rows * stride)
    origin, sums, squares = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    fill(sums, size, real(0.0))
    fill(squares, size, real(0.0))
    start = share_begin(n_rows, run)
    for i in range(start, share_end(n_rows, run)):
        span = span_of(i, n_rows)
        first, total = _span(field[7], span, 0, channels), _span(field[7], span, 1, channels)
        total_squares = _span(field[7], span, 2, channels)
        if begins_sum(1, i, n_rows):
            for c in range(channels):
                first[c] = x[i * stride + c]
                total[c] = total_squares[c] = 0.0
        if i == start or begins_sum(1, i, n_rows):
            spread(origin, size, first, channels)
        for begin in range(i * stride, i * stride + columns, size):
            for j in range(min(size, i * stride + columns - begin)):
                distance = x[begin + j] - origin[j]
                sums[j] += distance
                squares[j] += distance * distance
        weight = row_weight(field[8], i, run)
        add_to_channels(total, sums, size, channels, weight)
        add_to_channels(total_squares, squares, size, channels, weight)


@helper
def _weight_of_span(span, weights, run):
    """Return the weight of the rows of a span."""
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    begin, end = span_begin(span, n_rows), span_begin(span + 1, n_rows)
    total = 0.0 if weights != 0 else float(end - begin)
    for i in range(begin, end if weights != 0 else begin):
        total += row_weight(weights, i, run)
    return total


@kernel
def find_statistics(row, run):
    """Find mean and deviation for channels begin to end, and keep the running statistics up.

    A single row has no variance to be normalised by: the running statistics stand for its own.
    """
    field = integers(row, 16)
    channels = field[5]
    mean, variance = doubles(field[9], channels), doubles(field[9] + channels * 8, channels)
    running_mean, running_variance = reals(field[12], channels), reals(field[13], channels)
    n_rows, begin, end = rows_that_count(field[8], run), field[2], field[3]
    if n_rows > 1:
        _add_spans(row, run, mean, variance)
        weight = weight_total(field[8], run)
        noted = field[15] + begin // _WIDTH * NOTED * 8
        share = share_of_batch(noted, weight, doubles(field[14], 2)[1])
        update_running(running_mean, mean, begin, end, share, 1.0)
        unbiased = unbiasing(max(weight, float(n_rows)) * (field[4] // channels))
        update_running(running_variance, variance, begin, end, share, unbiased)
    else:
        for c in range(begin, end):
            mean[c], variance[c] = float(running_mean[c]), float(running_variance[c])
    scale, epsilon = reals(field[10], channels), doubles(field[14], 2)[0]
    centre, factor = found(field[7], MEAN, channels), found(field[7], FACTOR, channels)
    inverse = found(field[7], INVERSE, channels)
    for c in range(begin, end):
        deviation = np.sqrt(variance[c] + epsilon)
        centre[c], inverse[c] = real(mean[c]), real(1.0 / deviation)
        factor[c] = real(scale[c] / deviation)


@helper
def _add_spans(row, run, mean, variance):
    """Put the spans' sums together, to mean and variance."""
    field = integers(row, 16)
    begin, end, channels, spans = field[2], field[3], field[5], field[6]
    positions = field[4] // channels
    scale = 1.0 / (weight_total(field[8], run) * positions)
    for c in range(begin, end):
        mean[c] = variance[c] = 0.0
    for span in range(SPANS):
        weight = _weight_of_span(span, field[8], run) * positions
        first, sums = _span(spans, span, 0, channels), _span(spans, span, 1, channels)
        if weight > 0.0:
            for c in range(begin, end):
                mean[c] += scale * (weight * first[c] + sums[c])
    for span in range(SPANS):
        weight = _weight_of_span(span, field[8], run) * positions
        first, sums = _span(spans, span, 0, channels), _span(spans, span, 1, channels)
        squares = _span(spans, span, 2, channels)
        if weight > 0.0:
            for c in range(begin, end):
                shift = first[c] - mean[c]
                squared = squares[c] + shift * (2.0 * sums[c] + weight * shift)
                variance[c] += scale * squared
    for c in range(begin, end):
        variance[c] = variance[c] if variance[c] > 0.0 else 0.0


@kernel
def sum_gradients(row, run):
    """Sum dY (rows, n), and its products with X less the mean, over each span."""
    field = integers(row, 11)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    stride, x_stride, channels, size = field[3], field[5], field[7], field[8]
    gradient, x = reals(field[2], n_rows * stride), reals(field[4], n_rows * x_stride)
    centre, sums, along = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, found(field[10], MEAN, channels), channels)
    fill(sums, size, real(0.0))
    fill(along, size, real(0.0))
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        span = span_of(i, n_rows)
        total, total_along = _span(field[9], span, 1, channels), _span(field[9], span, 2, channels)
        if begins_sum(1, i, n_rows):
            for c in range(channels):
                total[c] = total_along[c] = 0.0
        for begin in range(0, columns, size):
            at, of = i * stride + begin, i * x_stride + begin
            for j in range(min(size, columns - begin)):
                sums[j] += gradient[at + j]
                along[j] += gradient[at + j] * (x[of + j] - centre[j])
        add_to_channels(total, sums, size, channels, 1.0)
        add_to_channels(total_along, along, size, channels, 1.0)


@kernel
def find_terms(row, run):
    """Put the spans' sums of gradients together, for channels begin to end."""
    field = integers(row, 9)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    begin, end, channels, spans, result = field[2], field[3], field[4], field[5], field[6]
    total, along = doubles(field[7], channels), doubles(field[7] + channels * 8, channels)
    for c in range(begin, end):
        total[c] = along[c] = 0.0
    for span in range(SPANS):
        if span_begin(span, n_rows) < span_begin(span + 1, n_rows):
            part, part_along = _span(spans, span, 1, channels), _span(spans, span, 2, channels)
            for c in range(begin, end):
                total[c] += part[c]
                along[c] += part_along[c]
    factor, inverse = found(result, FACTOR, channels), found(result, INVERSE, channels)
    of_scale = found(result, SCALE_GRADIENT, channels)
    of_shift = found(result, SHIFT_GRADIENT, channels)
    level, slope = found(result, LEVEL, channels), found(result, SLOPE, channels)
    of_batch = 1.0 if rows_that_count(field[8], run) > 1 else 0.0  # not where they are running
    for c in range(begin, end):
        of_shift[c], of_scale[c] = real(total[c]), real(along[c] * inverse[c])
        level[c] = real(of_batch * factor[c] * total[c])
        slope[c] = real(of_batch * factor[c] * inverse[c] * inverse[c] * along[c])
