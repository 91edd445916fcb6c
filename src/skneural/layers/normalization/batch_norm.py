"""Batch normalisation."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper
from ...engine.fields import Count, Double, OptionalAddress, Reals, Rows
from ...engine.kernels import kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from .._base import STATISTIC, Backward, Layer, Shape, Slot, Variable
from .._channels import pattern, pattern_size, repeat, spread
from .._memory import own
from .._partial_sums import add_copied_gradient
from .._rates import RATE_FACTOR, RateFactor
from .._sequences import lengths_of, with_lengths
from .batch_sums import BatchSums, positions_total, row_weight
from .running import own_positions


class BatchNorm(Layer, name="batch"):
    """Normalise each channel over the batch, then scale and shift it.

    Ioffe and Szegedy 2015, arXiv 1502.03167. Channels are the last axis: the features of flat
    samples; those of images and series are normalised over all positions. Of series of unequal
    lengths, the steps that are their own count; what follows a series stays zero. The batch's mean
    and variance use sample weights, so a row of weight two counts as two rows. Prediction uses the
    running mean and variance instead.

    The running statistics are averages over batches, weighted by their numbers of rows, of series
    by those of their steps, with the unbiased variance (algorithm 2 of the paper). A batch of a
    single row has no variance: it is normalised by the running statistics, and does not change
    them.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Share of the running statistics kept at an update, for batches of equal size; the first
        updates average evenly.
    epsilon : float, default=1e-5
        Added to the variance.
    trainable : bool, default=True
        False freezes scale, shift and running statistics, and uses the running statistics in
        training too.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"scale": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }

    reads_sequences = True

    def __init__(
        self, momentum: float = 0.9, epsilon: float = 1e-5, *, trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.momentum = momentum
        self.epsilon = epsilon
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = input_shape[-1:]
        return [
            Variable("scale", shape),
            Variable("shift", shape),
            Variable("running_mean", shape, STATISTIC),
            Variable("running_variance", shape, STATISTIC),
        ]

    def initialize(self, values, random_state, activation):
        values["scale"][...] = values["running_variance"][...] = 1
        values["shift"][...] = values["running_mean"][...] = 0

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        lengths = lengths_of(inputs)
        inputs = own(plan, inputs)  # its gradient's memory to be
        size = pattern_size(plan, inputs.shape, 4)
        sizes: dict[str, Any] = {"columns": inputs.columns, "channels": inputs.shape[-1],
                                 "size": size, "lengths": lengths}
        if not plan.learning or not slots["scale"].trained:
            return self._build_fixed(plan, inputs, slots, sizes)
        outputs = plan.buffer(inputs.shape)
        sums = BatchSums(plan, inputs, size, lengths)
        sums.add_forward(slots, self.epsilon, self.momentum)
        plan.by_rows(normalise, x=inputs, y=outputs, mean=sums.mean, factor=sums.factor,
                     shift=slots["shift"], **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            sums.add_backward(gradient)
            gradients = {"scale": sums.scale_gradient, "shift": sums.shift_gradient}
            for name, found in gradients.items():
                add_copied_gradient(plan, slots[name], found.ctypes.data, inputs.shape[-1])
            if not wanted:
                return None
            plan.by_rows(normalise_backward, gradient=gradient, x=inputs, mean=sums.mean,
                         factor=sums.factor, level=sums.level, slope=sums.slope,
                         weights=plan.row_weights, **sizes)
            return inputs

        return with_lengths(outputs, lengths), backward

    def _build_fixed(self, plan, inputs, slots, sizes):
        scaling = {**sizes, "scale": slots["scale"], "variance": slots["running_variance"],
                   "epsilon": self.epsilon}
        plan.by_rows(normalise_by_running, x=inputs, shift=slots["shift"],
                     mean=slots["running_mean"], **scaling)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if wanted:
                gradient = own(plan, gradient)
                plan.by_rows(scale_by_running, gradient=gradient, **scaling)
            return gradient

        return with_lengths(inputs, sizes["lengths"]), backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (5,)), (cls(0.5), (3, 4, 5)), (cls(), (40, 9)),
            (cls(trainable=False), (5,)), (cls(trainable=False), (3, 4, 5)),
        ]


@helper
def _clear_from(values, first, columns):
    """Write zeros behind the steps of a sequence."""
    for j in range(first, columns):
        values[j] = real(0.0)


@helper
def _running_factor(scale, variance, epsilon, channels, size, run):
    """Spread scale / deviation by the running variance as the thread's first pattern."""
    factor = pattern(0, size, run)
    for c in range(channels):
        factor[c] = real(scale[c] / np.sqrt(variance[c] + epsilon))
    repeat(factor, size, channels)
    return factor


@kernel
def normalise_by_running(
    x: Rows, scale: Reals, shift: Reals, mean: Reals, variance: Reals, epsilon: Double,
    columns: Count, channels: Count, size: Count, lengths: OptionalAddress, begin: int, end: int,
    run: int,
) -> None:
    """X (rows, n) = scale * (X - mean) / deviation + shift by the running statistics, in place."""
    factor = _running_factor(scale, variance, epsilon, channels, size, run)
    centre, lift = pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, mean, channels)
    spread(lift, size, shift, channels)
    for i in range(begin, end):
        values, filled = row_of(x, i), own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                values[at + j] = (values[at + j] - centre[j]) * factor[j] + lift[j]
        _clear_from(values, filled, columns)


@kernel
def scale_by_running(
    gradient: Rows, scale: Reals, variance: Reals, epsilon: Double, columns: Count,
    channels: Count, size: Count, lengths: OptionalAddress, begin: int, end: int, run: int,
) -> None:
    """dX (rows, n) = dY * scale / deviation by the running variance, in place."""
    factor = _running_factor(scale, variance, epsilon, channels, size, run)
    for i in range(begin, end):
        values = row_of(gradient, i)
        filled = own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                values[at + j] *= factor[j]
        _clear_from(values, filled, columns)


@kernel
def normalise(
    x: Rows, y: Rows, mean: Reals, factor: Reals, shift: Reals, columns: Count, channels: Count,
    size: Count, lengths: OptionalAddress, begin: int, end: int, run: int,
) -> None:
    """Y (rows, n) = factor * (X - mean) + shift, of what was found over the batch."""
    centre, scale, lift = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, mean, channels)
    spread(scale, size, factor, channels)
    spread(lift, size, shift, channels)
    for i in range(begin, end):
        values, outputs = row_of(x, i), row_of(y, i)
        filled = own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                outputs[at + j] = (values[at + j] - centre[j]) * scale[j] + lift[j]
        _clear_from(outputs, filled, columns)


@kernel
def normalise_backward(
    gradient: Rows, x: Rows, mean: Reals, factor: Reals, level: Reals, slope: Reals,
    weights: OptionalAddress, columns: Count, channels: Count, size: Count,
    lengths: OptionalAddress, begin: int, end: int, run: int,
) -> None:
    """Turn X (rows, n) into dX in place, from dY and what was found over the batch."""
    centre, scale = pattern(0, size, run), pattern(1, size, run)
    flat, steep = pattern(2, size, run), pattern(3, size, run)
    spread(centre, size, mean, channels)
    spread(scale, size, factor, channels)
    spread(flat, size, level, channels)
    spread(steep, size, slope, channels)
    total = positions_total(weights, lengths, columns // channels, run)
    for i in range(begin, end):
        values, slopes = row_of(x, i), row_of(gradient, i)
        share = real(row_weight(weights, i, run) / total)
        filled = own_positions(lengths, i, columns // channels) * channels
        for at in range(0, filled, size):
            for j in range(min(size, filled - at)):
                common = flat[j] + steep[j] * (values[at + j] - centre[j])
                values[at + j] = scale[j] * slopes[at + j] - share * common
        _clear_from(values, filled, columns)
