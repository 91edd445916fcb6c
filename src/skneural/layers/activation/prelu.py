"""A rectifier that learns its slope below zero."""

from __future__ import annotations

from typing import Any, ClassVar

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, integers, real, reals
from ...engine.shares import share_begin, share_end
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import add_to_channels, fill, pattern, pattern_size, spread
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, partial_sum


class PReLU(Layer, name="prelu"):
    """Parametric rectifier: z above zero, ``slope * z`` below, with a slope for each channel.

    He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers", arXiv 1502.01852. Slopes begin at
    0.25 and do not decay, as there. Channels are the last axis.

    Parameters
    ----------
    trainable : bool, default=True
        False keeps the slopes as they are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"trainable": ["boolean"]}

    def __init__(self, *, trainable: bool = True):
        self.trainable = trainable

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("slope", input_shape[-1:])]

    def initialize(self, values, random_state, activation):
        values["slope"][...] = 0.25

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        slope = slots["slope"]
        outputs = plan.buffer(inputs.shape)
        sizes = (inputs.columns, inputs.shape[-1], pattern_size(plan, inputs.shape, 2))
        plan.by_rows(leak, inputs.address, inputs.stride, outputs.address, outputs.stride, *sizes,
                     slope.address)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if slope.trained or wanted:
                gradient = own(plan, gradient)
            fields = (gradient.address, gradient.stride, inputs.address, inputs.stride, *sizes)
            if slope.trained:
                sums = PartialSums.of(plan, slope)
                plan.by_rows(leak_backward, *fields, slope.address, *sums.fields)
            elif wanted:
                plan.by_rows(leak_backward, *fields, slope.address, 0)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(), (3, 4, 5)), (cls(trainable=False), (6, 3))]


@kernel
def leak(row, run):
    """Y (rows, n) = Z where Z is above zero, else slope * Z."""
    field = integers(row, 10)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    z_stride, y_stride, channels, size = field[3], field[5], field[7], field[8]
    z, y = reals(field[2], n_rows * z_stride), reals(field[4], n_rows * y_stride)
    slope = pattern(0, size, run)
    spread(slope, size, reals(field[9], channels), channels)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, size):
            of, to = i * z_stride + begin, i * y_stride + begin
            for j in range(min(size, columns - begin)):
                value = z[of + j]
                y[to + j] = slope[j] * value if value <= real(0.0) else value


@kernel
def leak_backward(row, run):
    """Turn dY (rows, n) into dZ in place, and sum the gradient of the slopes over each span."""
    field = integers(row, 13)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    stride, z_stride, channels, size = field[3], field[5], field[7], field[8]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    slope, sums = pattern(0, size, run), pattern(1, size, run)
    spread(slope, size, reals(field[9], channels), channels)
    fill(sums, size, real(0.0))
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, size):
            at, of = i * stride + begin, i * z_stride + begin
            for j in range(min(size, columns - begin)):
                value, from_above = z[of + j], gradient[at + j]
                below = value <= real(0.0)
                sums[j] += from_above * value if below else real(0.0)
                gradient[at + j] = from_above * slope[j] if below else from_above
        if field[10] != 0:
            total = reals(partial_sum(field[10], field[11], field[12], i, n_rows), channels)
            if begins_sum(field[12], i, n_rows):
                fill(total, channels, real(0.0))
            add_to_channels(total, sums, size, channels, real(1.0))
