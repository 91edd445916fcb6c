"""Sums over the batch that batch normalisation needs, forward and backward, channel by channel.

Each span of the batch is summed by the thread that has its rows, while they are at hand; then the
spans are put together in order. So a batch is read once for its statistics, and the order of all
additions follows from the shapes alone.
"""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Address, Count, Double, Doubles, OptionalAddress, Reals, Rows
from ...engine.kernels import kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, SHARED, WEIGHT_SUM, doubles, integers, real
from ...engine.shares import SPANS, span_begin, span_of
from ...engine.weights import row_weight
from .._base import Slot
from .._channels import add_to_channels, fill, pattern, spread
from .._partial_sums import begins_sum
from .running import (
    NOTED,
    own_positions,
    positions_that_count,
    rows_that_count,
    share_of_batch,
    unbiasing,
    update_running,
)

_WIDTH = 64  # channels put together at a time


class BatchSums:
    """Adds the steps that sum a batch up, and has the memory for what they find.

    Parameters
    ----------
    plan : Plan
    inputs : Buffer
        What is normalised; left as it is.
    size : int
        Of a pattern of the channels.
    lengths : ndarray of shape (batch_size,), int64, or None
        Of sequences, of which the steps that are their own are summed.

    Attributes
    ----------
    mean, factor, inverse : ndarray of shape (channels,)
        Of the batch: mean, scale / deviation, 1 / deviation.
    scale_gradient, shift_gradient : ndarray of shape (channels,)
    level, slope : ndarray of shape (channels,)
        The terms that all rows have in the gradient of the input.
    """

    def __init__(self, plan: Plan, inputs: Buffer, size: int, lengths: np.ndarray | None = None):
        self._plan, self._inputs, self._size, self._lengths = plan, inputs, size, lengths
        self._channels = inputs.shape[-1]
        (
            self.mean, self.factor, self.inverse, self.scale_gradient, self.shift_gradient,
            self.level, self.slope,
        ) = plan.memory(7 * self._channels).reshape(7, self._channels)
        self._spans = plan.sums_of_spans(3 * self._channels, dtype=np.float64)
        self._totals = plan.memory(2 * self._channels, np.float64).reshape(2, self._channels)
        plan.weights_of_rows()

    def add_forward(self, slots: dict[str, Slot], epsilon: float, momentum: float) -> None:
        """Find mean and deviation, and keep the running statistics up.

        Each use of the variables in a batch counts for the running statistics as a batch does.
        """
        plan, inputs = self._plan, self._inputs
        running_mean = slots["running_mean"]
        n_noted = NOTED * -(-self._channels // _WIDTH)
        noted = plan.lasting_memory(n_noted, of=running_mean.address)
        plan.by_rows(sum_values, x=inputs, columns=inputs.columns, channels=self._channels,
                     size=self._size, spans=self._spans, weights=plan.row_weights,
                     lengths=self._lengths)
        plan.by_columns(
            find_statistics, self._channels, columns=inputs.columns, channels=self._channels,
            spans=self._spans, weights=plan.row_weights, mean=self._totals[0],
            variance=self._totals[1], centre=self.mean, factor=self.factor, inverse=self.inverse,
            scale=slots["scale"], running_mean=running_mean,
            running_variance=slots["running_variance"], epsilon=epsilon, momentum=momentum,
            noted=noted, lengths=self._lengths, width=_WIDTH,
        )

    def add_backward(self, gradient: Buffer) -> None:
        """Find the gradients of scale and shift, and the terms that all rows have."""
        plan, inputs = self._plan, self._inputs
        plan.by_rows(sum_gradients, gradient=gradient, x=inputs, columns=inputs.columns,
                     channels=self._channels, size=self._size, spans=self._spans, mean=self.mean,
                     lengths=self._lengths)
        plan.by_columns(
            find_terms, self._channels, channels=self._channels, spans=self._spans,
            weights=plan.row_weights, total=self._totals[0], along=self._totals[1],
            factor=self.factor, inverse=self.inverse, of_scale=self.scale_gradient,
            of_shift=self.shift_gradient, level=self.level, slope=self.slope, width=_WIDTH,
        )


@helper
def weight_total(weights, run):
    """Return the weight of the batch: its number of rows, if none has any."""
    r = integers(run, RUN_FIELDS)
    total = doubles(r[SHARED], 3)[WEIGHT_SUM]
    return total if weights != 0 and total > 0.0 else float(r[ROWS])


@helper
def positions_total(weights, lengths, positions, run):
    """Return the weight of the own positions of the batch."""
    if lengths == 0:
        return weight_total(weights, run) * positions
    total = 0.0
    for i in range(integers(run, RUN_FIELDS)[ROWS]):
        total += row_weight(weights, i, run) * own_positions(lengths, i, positions)
    return total


@helper
def _span(address, span, place, channels):
    """Return the place-th of three sums of a span, a number for each channel."""
    return doubles(address + (3 * span + place) * channels * 8, channels)


@kernel
def sum_values(
    x: Rows, columns: Count, channels: Count, size: Count, spans: Address,
    weights: OptionalAddress, lengths: OptionalAddress, begin: int, end: int, n_rows: int,
    run: int,
) -> None:
    """Sum X (rows, n) and its squares over each span, less the span's first values."""
    origin, sums, squares = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    fill(sums, size, real(0.0))
    fill(squares, size, real(0.0))
    for i in range(begin, end):
        span, values = span_of(i, n_rows), row_of(x, i)
        first, total = _span(spans, span, 0, channels), _span(spans, span, 1, channels)
        total_squares = _span(spans, span, 2, channels)
        if begins_sum(1, i, n_rows):
            for c in range(channels):
                first[c] = values[c]
                total[c] = total_squares[c] = 0.0
        if i == begin or begins_sum(1, i, n_rows):
            spread(origin, size, first, channels)
        filled = own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                distance = values[at + j] - origin[j]
                sums[j] += distance
                squares[j] += distance * distance
        weight = row_weight(weights, i, run)
        add_to_channels(total, sums, size, channels, weight)
        add_to_channels(total_squares, squares, size, channels, weight)


@helper
def _weight_of_span(span, weights, lengths, positions, run):
    """Return the weight of the own positions of the rows of a span."""
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    begin, end = span_begin(span, n_rows), span_begin(span + 1, n_rows)
    if weights == 0 and lengths == 0:
        return float(end - begin) * positions
    total = 0.0
    for i in range(begin, end):
        total += row_weight(weights, i, run) * own_positions(lengths, i, positions)
    return total


@kernel
def find_statistics(
    begin: Count, end: Count, columns: Count, channels: Count, spans: Address,
    weights: OptionalAddress, mean: Doubles, variance: Doubles, centre: Reals, factor: Reals,
    inverse: Reals, scale: Reals, running_mean: Reals, running_variance: Reals, epsilon: Double,
    momentum: Double, noted: Doubles, lengths: OptionalAddress, run: int,
) -> None:
    """Find mean and deviation for channels begin to end, and keep the running statistics up.

    A single row has no variance to be normalised by: the running statistics stand for its own.
    """
    positions = columns // channels
    if rows_that_count(weights, run) > 1:
        weight = positions_total(weights, lengths, positions, run)
        _add_spans(spans, weights, lengths, begin, end, channels, positions, weight, mean, variance,
                   run)
        count = positions_that_count(weights, lengths, positions, run)
        share = share_of_batch(noted, begin // _WIDTH * NOTED, weight, momentum)
        update_running(running_mean, mean, begin, end, share, 1.0)
        unbiased = unbiasing(max(weight, float(count)))
        update_running(running_variance, variance, begin, end, share, unbiased)
    else:
        for c in range(begin, end):
            mean[c], variance[c] = float(running_mean[c]), float(running_variance[c])
    for c in range(begin, end):
        deviation = np.sqrt(variance[c] + epsilon)
        centre[c], inverse[c] = real(mean[c]), real(1.0 / deviation)
        factor[c] = real(scale[c] / deviation)


@helper
def _add_spans(
    spans, weights, lengths, begin, end, channels, positions, total, mean, variance, run
):
    """Put the spans' sums together, to mean and variance."""
    scale = 1.0 / total
    for c in range(begin, end):
        mean[c] = variance[c] = 0.0
    for span in range(SPANS):
        weight = _weight_of_span(span, weights, lengths, positions, run)
        first, sums = _span(spans, span, 0, channels), _span(spans, span, 1, channels)
        if weight > 0.0:
            for c in range(begin, end):
                mean[c] += scale * (weight * first[c] + sums[c])
    for span in range(SPANS):
        weight = _weight_of_span(span, weights, lengths, positions, run)
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
def sum_gradients(
    gradient: Rows, x: Rows, columns: Count, channels: Count, size: Count, spans: Address,
    mean: Reals, lengths: OptionalAddress, begin: int, end: int, n_rows: int, run: int,
) -> None:
    """Sum dY (rows, n), and its products with X less the mean, over each span."""
    centre, sums, along = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, mean, channels)
    fill(sums, size, real(0.0))
    fill(along, size, real(0.0))
    for i in range(begin, end):
        span, values, slopes = span_of(i, n_rows), row_of(x, i), row_of(gradient, i)
        total, total_along = _span(spans, span, 1, channels), _span(spans, span, 2, channels)
        if begins_sum(1, i, n_rows):
            for c in range(channels):
                total[c] = total_along[c] = 0.0
        filled = own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                sums[j] += slopes[at + j]
                along[j] += slopes[at + j] * (values[at + j] - centre[j])
        add_to_channels(total, sums, size, channels, 1.0)
        add_to_channels(total_along, along, size, channels, 1.0)


@kernel
def find_terms(
    begin: Count, end: Count, channels: Count, spans: Address, weights: OptionalAddress,
    total: Doubles, along: Doubles, factor: Reals, inverse: Reals, of_scale: Reals,
    of_shift: Reals, level: Reals, slope: Reals, n_rows: int, run: int,
) -> None:
    """Put the spans' sums of gradients together, for channels begin to end."""
    for c in range(begin, end):
        total[c] = along[c] = 0.0
    for span in range(SPANS):
        if span_begin(span, n_rows) < span_begin(span + 1, n_rows):
            part, part_along = _span(spans, span, 1, channels), _span(spans, span, 2, channels)
            for c in range(begin, end):
                total[c] += part[c]
                along[c] += part_along[c]
    of_batch = 1.0 if rows_that_count(weights, run) > 1 else 0.0  # not where they are running
    for c in range(begin, end):
        of_shift[c], of_scale[c] = real(total[c]), real(along[c] * inverse[c])
        level[c] = real(of_batch * factor[c] * total[c])
        slope[c] = real(of_batch * factor[c] * inverse[c] * inverse[c] * along[c])
