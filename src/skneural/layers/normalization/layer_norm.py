"""Layer normalisation."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, doubles, integers, real, reals
from ...engine.shares import share_begin, share_end
from .._base import Backward, Layer, Shape, Slot, Variable
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, partial_sum


class LayerNorm(Layer, name="layer"):
    """Normalise each position over its channels, then scale and shift them.

    Ba, Kiros and Hinton 2016, arXiv 1607.06450. Channels are the last axis: all features of flat
    samples; images are normalised at each position apart.

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
        return [Variable("scale", input_shape[-1:]), Variable("shift", input_shape[-1:])]

    def initialize(self, values, random_state, activation):
        values["scale"][...] = 1
        values["shift"][...] = 0

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        inputs = own(plan, inputs)
        scale, shift = slots["scale"], slots["shift"]
        sizes = (inputs.columns, inputs.shape[-1])
        outputs = plan.buffer(inputs.shape)
        epsilon = plan.memory(1, float)
        inverse = plan.memory_of_rows(sizes[0] // sizes[1])  # one a position
        epsilon[0] = self.epsilon
        plan.by_rows(standardise, inputs.address, inputs.stride, outputs.address, outputs.stride,
                     *sizes, scale.address, shift.address, epsilon.ctypes.data,
                     inverse.ctypes.data)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            fields = (gradient.address, gradient.stride, inputs.address, inputs.stride, *sizes)
            if scale.trained:
                of_scale, of_shift = (PartialSums.of(plan, slot) for slot in (scale, shift))
                plan.by_rows(sum_scale_gradients, *fields, of_scale.address, *of_shift.fields)
            if not wanted:
                return None
            plan.by_rows(standardise_backward, *fields, scale.address, inverse.ctypes.data)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (5,)), (cls(0.1), (3, 4, 5)), (cls(trainable=False), (6, 3))]


@kernel(summing=True)
def standardise(row, run):
    """Y = scale * Z + shift, Z (rows, n) X standardised at each position, which it overwrites."""
    field = integers(row, 12)
    n_rows, columns, channels = integers(run, RUN_FIELDS)[ROWS], field[6], field[7]
    x_stride, y_stride, positions = field[3], field[5], columns // channels
    x, y = reals(field[2], n_rows * x_stride), reals(field[4], n_rows * y_stride)
    scale, shift = reals(field[8], channels), reals(field[9], channels)
    epsilon, inverse = doubles(field[10], 1)[0], reals(field[11], n_rows * positions)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for position in range(positions):
            of, to = i * x_stride + position * channels, i * y_stride + position * channels
            mean, variance = 0.0, 0.0
            for c in range(channels):
                mean += x[of + c]
            mean /= channels
            for c in range(channels):
                variance += (x[of + c] - mean) ** 2
            factor = real(1.0 / np.sqrt(variance / channels + epsilon))
            centre = real(mean)
            inverse[i * positions + position] = factor
            for c in range(channels):
                z = (x[of + c] - centre) * factor
                x[of + c] = z
                y[to + c] = scale[c] * z + shift[c]


@kernel(summing=True)
def standardise_backward(row, run):
    """Turn dY (rows, n) into dX in place, by the standardised Z."""
    field = integers(row, 10)
    n_rows, columns, channels = integers(run, RUN_FIELDS)[ROWS], field[6], field[7]
    stride, z_stride, positions = field[3], field[5], columns // channels
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    scale, inverse = reals(field[8], channels), reals(field[9], n_rows * positions)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for position in range(positions):
            at, of = i * stride + position * channels, i * z_stride + position * channels
            along, total = 0.0, 0.0
            for c in range(channels):
                scaled = gradient[at + c] * scale[c]
                along += scaled * z[of + c]
                total += scaled
            slope, mean = real(along / channels), real(total / channels)
            factor = inverse[i * positions + position]
            for c in range(channels):
                scaled = gradient[at + c] * scale[c]
                gradient[at + c] = factor * (scaled - mean - z[of + c] * slope)


@kernel
def sum_scale_gradients(row, run):
    """Sum dY * Z and dY (rows, n) over each span, for each channel."""
    field = integers(row, 12)
    n_rows, columns, channels = integers(run, RUN_FIELDS)[ROWS], field[6], field[7]
    stride, z_stride, part_stride, together = field[3], field[5], field[10], field[11]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        of_scale = reals(partial_sum(field[8], part_stride, together, i, n_rows), channels)
        of_shift = reals(partial_sum(field[9], part_stride, together, i, n_rows), channels)
        if begins_sum(together, i, n_rows):
            for c in range(channels):
                of_scale[c] = of_shift[c] = real(0.0)
        for begin in range(0, columns, channels):
            at, of = i * stride + begin, i * z_stride + begin
            for c in range(channels):
                of_scale[c] += gradient[at + c] * z[of + c]
                of_shift[c] += gradient[at + c]
