"""Adaptive piecewise linear units."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper, kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real, reals
from ...engine.shares import share_begin, share_end
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import add_to_channels, fill, pattern, pattern_size, spread
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, partial_sum


class APL(Layer, name="apl"):
    """Rectifier with learned hinges: ``max(0, z) + sum_s slopes[s] * max(0, hinges[s] - z)``.

    Each channel, along the last axis, has slopes and hinges of its own. Agostinelli, Hoffman,
    Sadowski and Baldi 2014, "Learning activation functions to improve deep neural networks",
    arXiv 1412.6830. Slopes begin at zero, so that the layer begins as a plain rectifier, and
    hinges at standard normal numbers.

    Parameters
    ----------
    pieces : int, default=2
        Hinges of a channel, beside the one at zero.
    trainable : bool, default=True
        False keeps slopes and hinges as they are.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "pieces": [Interval(Integral, 1, None, closed="left")],
        "trainable": ["boolean"],
    }
    steps_alone = True

    def __init__(self, pieces: int = 2, *, trainable: bool = True):
        self.pieces = pieces
        self.trainable = trainable

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = (self.pieces, input_shape[-1])
        return [Variable("slopes", shape), Variable("hinges", shape)]

    def initialize(self, values, random_state, activation):
        values["slopes"][...] = 0
        values["hinges"][...] = random_state.normal(size=values["hinges"].shape)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        slopes, hinges = slots["slopes"], slots["hinges"]
        outputs = plan.buffer(inputs.shape)
        size = pattern_size(plan, inputs.shape, 2 * self.pieces + 2)
        fields = (inputs.address, inputs.stride, inputs.columns, inputs.shape[-1], size,
                  self.pieces, slopes.address, hinges.address)
        plan.by_rows(bend, outputs.address, outputs.stride, *fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            if slopes.trained:
                sums = [PartialSums.of(plan, slot) for slot in (slopes, hinges)]
                plan.by_rows(sum_bend_gradients, gradient.address, gradient.stride, *fields,
                             sums[0].address, *sums[1].fields)
            if wanted:
                plan.by_rows(bend_backward, gradient.address, gradient.stride, *fields)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(3), (3, 4, 5)), (cls(1, trainable=False), (6, 3))]


@helper
def _spread_pieces(field, run):
    """Spread slopes and hinges, each piece's next to each other, over the thread's patterns."""
    channels, size = field[7], field[8]
    for piece in range(field[9]):
        place = piece * channels * ITEMSIZE
        spread(pattern(2 * piece, size, run), size, reals(field[10] + place, channels), channels)
        spread(pattern(2 * piece + 1, size, run), size, reals(field[11] + place, channels),
               channels)


@kernel
def bend(row, run):
    """Y (rows, n) = max(0, Z) + sum over pieces of slope * max(0, hinge - Z)."""
    field = integers(row, 12)
    n_rows, columns, size = integers(run, RUN_FIELDS)[ROWS], field[6], field[8]
    y_stride, z_stride = field[3], field[5]
    y, z = reals(field[2], n_rows * y_stride), reals(field[4], n_rows * z_stride)
    _spread_pieces(field, run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, size):
            to, of, count = i * y_stride + begin, i * z_stride + begin, min(size, columns - begin)
            for j in range(count):
                y[to + j] = real(0.0) if z[of + j] < real(0.0) else z[of + j]
            for piece in range(field[9]):
                slope, hinge = pattern(2 * piece, size, run), pattern(2 * piece + 1, size, run)
                for j in range(count):
                    depth = hinge[j] - z[of + j]
                    y[to + j] += slope[j] * (depth if depth > real(0.0) else real(0.0))


@kernel
def bend_backward(row, run):
    """Turn dY (rows, n) into dZ in place: times 1 above zero, less the slopes below the hinges."""
    field = integers(row, 12)
    n_rows, columns, size = integers(run, RUN_FIELDS)[ROWS], field[6], field[8]
    stride, z_stride = field[3], field[5]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    _spread_pieces(field, run)
    rise = pattern(2 * field[9], size, run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, size):
            at, of, count = i * stride + begin, i * z_stride + begin, min(size, columns - begin)
            for j in range(count):
                rise[j] = real(1.0) if z[of + j] > real(0.0) else real(0.0)
            for piece in range(field[9]):
                slope, hinge = pattern(2 * piece, size, run), pattern(2 * piece + 1, size, run)
                for j in range(count):
                    rise[j] -= slope[j] if z[of + j] < hinge[j] else real(0.0)
            for j in range(count):
                gradient[at + j] *= rise[j]


@kernel
def sum_bend_gradients(row, run):
    """Sum the gradients of slopes and hinges, both (pieces, channels), over each span."""
    field = integers(row, 16)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[6]
    stride, z_stride, channels, size = field[3], field[5], field[7], field[8]
    gradient, z = reals(field[2], n_rows * stride), reals(field[4], n_rows * z_stride)
    slope, hinge = pattern(0, size, run), pattern(1, size, run)
    of_slope, of_hinge = pattern(2, size, run), pattern(3, size, run)
    fill(of_slope, size, real(0.0))
    fill(of_hinge, size, real(0.0))
    for piece in range(field[9]):
        place = piece * channels * ITEMSIZE
        spread(slope, size, reals(field[10] + place, channels), channels)
        spread(hinge, size, reals(field[11] + place, channels), channels)
        for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
            for begin in range(0, columns, size):
                at, of = i * stride + begin, i * z_stride + begin
                for j in range(min(size, columns - begin)):
                    depth = hinge[j] - z[of + j]
                    active = gradient[at + j] if depth > real(0.0) else real(0.0)
                    of_slope[j] += active * depth
                    of_hinge[j] += active * slope[j]
            of_slopes = partial_sum(field[12], field[14], field[15], i, n_rows) + place
            of_hinges = partial_sum(field[13], field[14], field[15], i, n_rows) + place
            slopes, hinges = reals(of_slopes, channels), reals(of_hinges, channels)
            if begins_sum(field[15], i, n_rows):
                fill(slopes, channels, real(0.0))
                fill(hinges, channels, real(0.0))
            add_to_channels(slopes, of_slope, size, channels, real(1.0))
            add_to_channels(hinges, of_hinge, size, channels, real(1.0))
