"""Batch normalisation."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper, kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ...engine.shares import share_begin, share_end
from .._base import STATISTIC, Backward, Layer, Shape, Slot, Variable
from .._channels import pattern, pattern_size, repeat, spread
from .._memory import own
from .._partial_sums import add_copied_gradient
from .batch_sums import (
    FACTOR,
    LEVEL,
    MEAN,
    SCALE_GRADIENT,
    SHIFT_GRADIENT,
    SLOPE,
    BatchSums,
    found,
    row_weight,
    weight_total,
)


class BatchNorm(Layer, name="batch"):
    """Normalise each channel over the batch, then scale and shift it.

    Ioffe and Szegedy 2015, arXiv 1502.03167. Channels are the last axis: the features of flat
    samples; those of images are normalised over all positions. Sample weights weigh the batch's
    mean and variance, so a row of weight two counts as two rows. In prediction the running mean
    and variance stand for the batch's.

    The running statistics are averages over batches, each counted by its rows, and the variance
    among them is the unbiased one (algorithm 2 of the paper). A batch of a single row has no
    variance: it is normalised by the running statistics, and leaves them as they are.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Share of the running statistics kept at an update, for batches of equal size; the first
        updates average evenly.
    epsilon : float, default=1e-5
        Added to the variance.
    trainable : bool, default=True
        False keeps scale, shift and running statistics as they are, and takes the running
        statistics in training too.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "trainable": ["boolean"],
    }

    def __init__(self, momentum: float = 0.9, epsilon: float = 1e-5, *, trainable: bool = True):
        self.momentum = momentum
        self.epsilon = epsilon
        self.trainable = trainable

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
        inputs = own(plan, inputs)  # its gradient's memory to be
        names = ("scale", "shift", "running_mean", "running_variance")
        variables = [slots[name].address for name in names]
        numbers = plan.memory(2, float)
        numbers[:] = self.epsilon, self.momentum
        sizes = (inputs.columns, inputs.shape[-1], pattern_size(plan, inputs.shape, 4))
        if not plan.training or not slots["scale"].trained:
            return self._build_fixed(plan, inputs, variables, numbers, sizes)
        outputs = plan.buffer(inputs.shape)
        sums = BatchSums(plan, inputs, sizes)
        sums.add_forward(variables, numbers)
        plan.by_rows(normalise, inputs.address, inputs.stride, outputs.address, outputs.stride,
                     *sizes, sums.address, variables[1])

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            sums.add_backward(gradient)
            for name, place in (("scale", SCALE_GRADIENT), ("shift", SHIFT_GRADIENT)):
                source = sums.found[place].ctypes.data
                add_copied_gradient(plan, slots[name], source, sizes[1])
            if not wanted:
                return None
            plan.by_rows(normalise_backward, gradient.address, gradient.stride, inputs.address,
                         inputs.stride, *sizes, sums.address, plan.row_weights)
            return inputs

        return outputs, backward

    def _build_fixed(self, plan, inputs, variables, numbers, sizes):
        fields = (*sizes, *variables, numbers.ctypes.data)
        plan.by_rows(normalise_by_running, inputs.address, inputs.stride, *fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if wanted:
                gradient = own(plan, gradient)
                plan.by_rows(scale_by_running, gradient.address, gradient.stride, *fields)
            return gradient

        return inputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (5,)), (cls(0.5), (3, 4, 5)), (cls(), (40, 9)),
            (cls(trainable=False), (5,)), (cls(trainable=False), (3, 4, 5)),
        ]


@helper
def _running_factor(row, run):
    """Spread scale / deviation by the running variance as the thread's first pattern."""
    field = integers(row, 12)
    channels, size = field[5], field[6]
    scale, variance = reals(field[7], channels), reals(field[10], channels)
    epsilon = doubles(field[11], 1)[0]
    factor = pattern(0, size, run)
    for c in range(channels):
        factor[c] = real(scale[c] / np.sqrt(variance[c] + epsilon))
    repeat(factor, size, channels)
    return factor


@kernel
def normalise_by_running(row, run):
    """X (rows, n) = scale * (X - mean) / deviation + shift by the running statistics, in place."""
    field = integers(row, 12)
    n_rows, stride, columns = integers(run, RUN_FIELDS)[ROWS], field[3], field[4]
    channels, size = field[5], field[6]
    x = reals(field[2], n_rows * stride)
    factor = _running_factor(row, run)
    centre, lift = pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, reals(field[9], channels), channels)
    spread(lift, size, reals(field[8], channels), channels)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(i * stride, i * stride + columns, size):
            for j in range(min(size, i * stride + columns - begin)):
                x[begin + j] = (x[begin + j] - centre[j]) * factor[j] + lift[j]


@kernel
def scale_by_running(row, run):
    """dX (rows, n) = dY * scale / deviation by the running variance, in place."""
    field = integers(row, 12)
    n_rows, stride, columns, size = integers(run, RUN_FIELDS)[ROWS], field[3], field[4], field[6]
    gradient = reals(field[2], n_rows * stride)
    factor = _running_factor(row, run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(i * stride, i * stride + columns, size):
            for j in range(min(size, i * stride + columns - begin)):
                gradient[begin + j] *= factor[j]


@kernel
def normalise(row, run):
    """Y (rows, n) = factor * (X - mean) + shift, of what was found over the batch."""
    field = integers(row, 11)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    x_stride, y_stride, channels, size = field[3], field[5], field[7], field[8]
    x, y = reals(field[2], n_rows * x_stride), reals(field[4], n_rows * y_stride)
    centre, factor, lift = pattern(0, size, run), pattern(1, size, run), pattern(2, size, run)
    spread(centre, size, found(field[9], MEAN, channels), channels)
    spread(factor, size, found(field[9], FACTOR, channels), channels)
    spread(lift, size, reals(field[10], channels), channels)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, size):
            of, to = i * x_stride + begin, i * y_stride + begin
            for j in range(min(size, columns - begin)):
                y[to + j] = (x[of + j] - centre[j]) * factor[j] + lift[j]


@kernel
def normalise_backward(row, run):
    """Turn X (rows, n) into dX in place, from dY and what was found over the batch."""
    field = integers(row, 11)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    stride, x_stride, channels, size = field[3], field[5], field[7], field[8]
    gradient, x = reals(field[2], n_rows * stride), reals(field[4], n_rows * x_stride)
    centre, factor = pattern(0, size, run), pattern(1, size, run)
    level, slope = pattern(2, size, run), pattern(3, size, run)
    spread(centre, size, found(field[9], MEAN, channels), channels)
    spread(factor, size, found(field[9], FACTOR, channels), channels)
    spread(level, size, found(field[9], LEVEL, channels), channels)
    spread(slope, size, found(field[9], SLOPE, channels), channels)
    total = weight_total(field[10], run) * (columns // channels)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        share = real(row_weight(field[10], i, run) / total)
        for begin in range(0, columns, size):
            at, of = i * stride + begin, i * x_stride + begin
            for j in range(min(size, columns - begin)):
                common = level[j] + slope[j] * (x[of + j] - centre[j])
                x[of + j] = factor[j] * gradient[at + j] - share * common
