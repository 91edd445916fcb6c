"""Batch normalisation."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine.jit import kernel
from ..engine.plan import Buffer, Plan, Step
from ..engine.primitives import (
    ROWS,
    RUN_FIELDS,
    SHARED,
    STEP,
    WEIGHT_SUM,
    doubles,
    integers,
    real,
    reals,
)
from ..engine.scratch import block_gradient
from ..engine.shares import share_begin, share_end
from ._base import STATISTIC, Backward, Layer, Shape, Slot, Variable


class BatchNorm(Layer, name="batch"):
    """Normalise each feature over the batch, then scale and shift it.

    Ioffe and Szegedy 2015, arXiv 1502.03167. Sample weights weigh the batch's mean and variance,
    so a row of weight two counts as two rows. In prediction the running mean and variance stand
    for the batch's.

    Parameters
    ----------
    momentum : float in [0, 1), default=0.9
        Share of the running statistics kept at an update; the first updates average evenly.
    epsilon : float, default=1e-5
        Added to the variance.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, momentum: float = 0.9, epsilon: float = 1e-5):
        self.momentum = momentum
        self.epsilon = epsilon

    def variables(self, input_shape: Shape) -> list[Variable]:
        n_inputs = math.prod(input_shape)
        return [
            Variable("scale", (n_inputs,)),
            Variable("shift", (n_inputs,)),
            Variable("running_mean", (n_inputs,), STATISTIC),
            Variable("running_variance", (n_inputs,), STATISTIC),
        ]

    def initialize(self, values, random_state, activation):
        values["scale"][...] = values["running_variance"][...] = 1
        values["shift"][...] = values["running_mean"][...] = 0

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        names = ("scale", "shift", "running_mean", "running_variance")
        addresses = [slots[name].address for name in names]
        numbers = plan.memory(2, float)
        numbers[:] = self.epsilon, self.momentum
        if not plan.training:
            plan.by_rows(standardise_running, inputs.address, inputs.stride, inputs.columns,
                         *addresses, numbers.ctypes.data)
            return inputs, lambda gradient, wanted: gradient
        outputs = plan.buffer(inputs.shape)
        kept = plan.memory(3 * inputs.columns)  # 1 / deviation, then both parameters' gradients
        plan.by_columns(standardise_batch, inputs.columns, inputs.address, inputs.stride,
                        outputs.address, outputs.stride, *addresses, numbers.ctypes.data,
                        plan.row_weights, kept.ctypes.data)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            plan.by_columns(standardise_batch_backward, inputs.columns, gradient.address,
                            gradient.stride, inputs.address, inputs.stride, addresses[0],
                            plan.row_weights, kept.ctypes.data, inputs.columns)
            for place, name in enumerate(("scale", "shift"), start=1):
                source = kept[place * inputs.columns :].ctypes.data
                fields = (source, inputs.columns, slots[name].gradient_at(0))
                plan.block(slots[name].offset, inputs.columns, Step(copy_gradient, fields))
            return gradient

        return outputs, backward


@kernel
def standardise_running(row, run):
    """X (rows, n) = scale * (X - mean) / deviation + shift by the running statistics, in place."""
    field = integers(row, 10)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, columns = field[3], field[4]
    x = reals(field[2], n_rows * stride)
    scale, shift = reals(field[5], columns), reals(field[6], columns)
    mean, variance = reals(field[7], columns), reals(field[8], columns)
    epsilon = doubles(field[9], 2)[0]
    for j in range(columns):
        factor = real(scale[j] / np.sqrt(variance[j] + epsilon))
        centre, lift = mean[j], shift[j]
        for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
            x[i * stride + j] = (x[i * stride + j] - centre) * factor + lift


@kernel
def standardise_batch(row, run):
    """Y = scale * Z + shift, Z (rows, n) the standardised X, which it overwrites; some columns."""
    field = integers(row, 15)
    r = integers(run, RUN_FIELDS)
    n_rows, begin, end = r[ROWS], field[2], field[3]
    x_stride, y_stride = field[5], field[7]
    x, y = reals(field[4], n_rows * x_stride), reals(field[6], n_rows * y_stride)
    scale, shift = reals(field[8], end), reals(field[9], end)
    running_mean, running_variance = reals(field[10], end), reals(field[11], end)
    numbers = doubles(field[12], 2)
    inverse = reals(field[14], end)
    keep = min(numbers[1], r[STEP] / (r[STEP] + 1.0))
    total = doubles(r[SHARED], 3)[WEIGHT_SUM]
    weighted = field[13] != 0 and total > 0
    for j in range(begin, end):
        mean, variance = 0.0, 0.0
        for i in range(n_rows):
            share = reals(field[13], n_rows)[i] / total if weighted else 1.0 / n_rows
            mean += share * x[i * x_stride + j]
        for i in range(n_rows):
            share = reals(field[13], n_rows)[i] / total if weighted else 1.0 / n_rows
            variance += share * (x[i * x_stride + j] - mean) ** 2
        factor = 1.0 / np.sqrt(variance + numbers[0])
        inverse[j] = real(factor)
        running_mean[j] = real(keep * running_mean[j] + (1.0 - keep) * mean)
        running_variance[j] = real(keep * running_variance[j] + (1.0 - keep) * variance)
        for i in range(n_rows):
            z = real((x[i * x_stride + j] - mean) * factor)
            x[i * x_stride + j] = z
            y[i * y_stride + j] = scale[j] * z + shift[j]


@kernel
def standardise_batch_backward(row, run):
    """Turn dY (rows, n) into dX in place, and keep the gradients of scale and shift."""
    field = integers(row, 12)
    r = integers(run, RUN_FIELDS)
    n_rows, begin, end = r[ROWS], field[2], field[3]
    stride, z_stride, columns = field[5], field[7], field[11]
    gradient, z = reals(field[4], n_rows * stride), reals(field[6], n_rows * z_stride)
    scale, kept = reals(field[8], end), reals(field[10], 3 * columns)
    total = doubles(r[SHARED], 3)[WEIGHT_SUM]
    weighted = field[9] != 0 and total > 0
    for j in range(begin, end):
        along, sum_ = 0.0, 0.0
        for i in range(n_rows):
            along += gradient[i * stride + j] * z[i * z_stride + j]
            sum_ += gradient[i * stride + j]
        kept[columns + j], kept[2 * columns + j] = real(along), real(sum_)
        factor = scale[j] * kept[j]
        for i in range(n_rows):
            share = reals(field[9], n_rows)[i] / total if weighted else 1.0 / n_rows
            common = real(share * (sum_ + z[i * z_stride + j] * along))
            gradient[i * stride + j] = factor * (gradient[i * stride + j] - common)


@kernel
def copy_gradient(row, run):
    """g (n) = what the backward pass kept."""
    field = integers(row, 5)
    columns = field[3]
    source, target = reals(field[2], columns), reals(block_gradient(field[4], run), columns)
    for j in range(columns):
        target[j] = source[j]
