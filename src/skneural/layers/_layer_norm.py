"""Layer normalisation."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine.jit import kernel
from ..engine.plan import Buffer, Plan, Step
from ..engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ..engine.scratch import block_gradient
from ..engine.shares import share_begin, share_end
from ._base import Backward, Layer, Shape, Slot, Variable
from ._column_sums import bias_gradient


class LayerNorm(Layer, name="layer"):
    """Normalise each row over its features, then scale and shift them.

    Ba, Kiros and Hinton 2016, arXiv 1607.06450.

    Parameters
    ----------
    epsilon : float, default=1e-5
        Added to the variance.
    trainable : bool, default=True
        False keeps scale and shift as they are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "trainable": ["boolean"],
    }

    def __init__(self, epsilon: float = 1e-5, *, trainable: bool = True):
        self.epsilon = epsilon
        self.trainable = trainable

    def variables(self, input_shape: Shape) -> list[Variable]:
        n_inputs = math.prod(input_shape)
        return [Variable("scale", (n_inputs,)), Variable("shift", (n_inputs,))]

    def initialize(self, values, random_state, activation):
        values["scale"][...] = 1
        values["shift"][...] = 0

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        scale, shift = slots["scale"], slots["shift"]
        columns = inputs.columns
        outputs = plan.buffer(inputs.shape)
        inverse, epsilon = plan.memory(plan.batch_size), plan.memory(1, float)
        epsilon[0] = self.epsilon
        plan.by_rows(standardise_rows, inputs.address, inputs.stride, outputs.address,
                     outputs.stride, columns, scale.address, shift.address, epsilon.ctypes.data,
                     inverse.ctypes.data)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            fields = (gradient.address, gradient.stride, inputs.address, inputs.stride, columns,
                      scale.gradient_at(0))
            plan.block(scale.offset, columns, Step(scale_gradient, fields))
            bias_gradient(plan, gradient, shift)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            plan.by_rows(standardise_rows_backward, gradient.address, gradient.stride,
                         inputs.address, inputs.stride, result.address, result.stride, columns,
                         scale.address, inverse.ctypes.data)
            return result

        return outputs, backward


@kernel
def standardise_rows(row, run):
    """Y = scale * Z + shift, Z (rows, n) the standardised X, which it overwrites."""
    field = integers(row, 11)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    x_stride, y_stride, columns = field[3], field[5], field[6]
    x, y = reals(field[2], n_rows * x_stride), reals(field[4], n_rows * y_stride)
    scale, shift = reals(field[7], columns), reals(field[8], columns)
    epsilon, inverse = doubles(field[9], 1)[0], reals(field[10], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        mean, variance = 0.0, 0.0
        for j in range(columns):
            mean += x[i * x_stride + j]
        mean /= columns
        for j in range(columns):
            variance += (x[i * x_stride + j] - mean) ** 2
        factor = real(1.0 / np.sqrt(variance / columns + epsilon))
        centre = real(mean)
        inverse[i] = factor
        for j in range(columns):
            z = (x[i * x_stride + j] - centre) * factor
            x[i * x_stride + j] = z
            y[i * y_stride + j] = scale[j] * z + shift[j]


@kernel
def standardise_rows_backward(row, run):
    """dX (rows, n) from dY (rows, n) and the standardised Z."""
    field = integers(row, 11)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, z_stride, x_stride, columns = field[3], field[5], field[7], field[8]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    result = reals(field[6], n_rows * x_stride)
    scale, inverse = reals(field[9], columns), reals(field[10], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        along, total = 0.0, 0.0
        for j in range(columns):
            scaled = gradient[i * stride + j] * scale[j]
            along += scaled * z[i * z_stride + j]
            total += scaled
        slope, mean = real(along / columns), real(total / columns)
        for j in range(columns):
            scaled = gradient[i * stride + j] * scale[j]
            result[i * x_stride + j] = inverse[i] * (scaled - mean - z[i * z_stride + j] * slope)


@kernel
def scale_gradient(row, run):
    """g (n) = sum over rows of dY * Z, both (rows, n)."""
    field = integers(row, 8)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, z_stride, columns = field[3], field[5], field[6]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    total = reals(block_gradient(field[7], run), columns)
    for j in range(columns):
        total[j] = real(0.0)
    for i in range(n_rows):
        for j in range(columns):
            total[j] += gradient[i * stride + j] * z[i * z_stride + j]
