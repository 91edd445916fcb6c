"""Adaptive piecewise linear units."""

from __future__ import annotations

from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import helper
from ...engine.fields import Address, Count, Rows
from ...engine.kernels import kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ITEMSIZE, real, reals
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import add_to_channels, fill, pattern, pattern_size, spread
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor


class APL(Layer, name="apl"):
    """Rectifier with learned hinges: ``max(0, z) + sum_s slopes[s] * max(0, hinges[s] - z)``.

    Each channel, along the last axis, has slopes and hinges of its own. Agostinelli, Hoffman,
    Sadowski and Baldi 2014, "Learning activation functions to improve deep neural networks",
    arXiv 1412.6830. Slopes are initially zero, so that the layer begins as a plain rectifier;
    hinges are initially standard normal.

    Parameters
    ----------
    pieces : int, default=2
        Hinges of a channel, beside the one at zero.
    trainable : bool, default=True
        False freezes slopes and hinges.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"hinges": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "pieces": [Interval(Integral, 1, None, closed="left")],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(
        self, pieces: int = 2, *, trainable: bool = True, learning_rate_factor: RateFactor = 1.0
    ):
        self.pieces = pieces
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

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
        fields = {
            "z": inputs, "slopes": slopes, "hinges": hinges, "pieces": self.pieces,
            "columns": inputs.columns, "channels": inputs.shape[-1],
            "size": pattern_size(plan, inputs.shape, 2 * self.pieces + 2),
        }
        plan.by_rows(bend, y=outputs, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            if slopes.trained:
                of_slopes, of_hinges = (PartialSums.of(plan, slot) for slot in (slopes, hinges))
                plan.by_rows(sum_bend_gradients, gradient=gradient, of_slopes=of_slopes,
                             of_hinges=of_hinges, **fields)
            if wanted:
                plan.by_rows(bend_backward, gradient=gradient, **fields)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(3), (3, 4, 5)), (cls(1, trainable=False), (6, 3))]


@helper
def _spread_pieces(slopes, hinges, pieces, channels, size, run):
    """Spread slopes and hinges, each piece's next to each other, over the thread's patterns."""
    for piece in range(pieces):
        _spread_piece(slopes, pattern(2 * piece, size, run), piece, channels, size)
        _spread_piece(hinges, pattern(2 * piece + 1, size, run), piece, channels, size)


@helper
def _spread_piece(address, target, piece, channels, size):
    """Spread one piece's numbers, of those (pieces, channels) at an address, over a pattern."""
    place = piece * channels * ITEMSIZE
    spread(target, size, reals(address + place, channels), channels)


@kernel
def bend(
    z: Rows, y: Rows, slopes: Address, hinges: Address, pieces: Count, columns: Count,
    channels: Count, size: Count, begin: int, end: int, run: int,
) -> None:
    """Y (rows, n) = max(0, Z) + sum over pieces of slope * max(0, hinge - Z)."""
    _spread_pieces(slopes, hinges, pieces, channels, size, run)
    for i in range(begin, end):
        of, to = row_of(z, i), row_of(y, i)
        for at in range(0, columns, size):
            count = min(size, columns - at)
            for j in range(count):
                to[at + j] = real(0.0) if of[at + j] < real(0.0) else of[at + j]
            for piece in range(pieces):
                slope, hinge = pattern(2 * piece, size, run), pattern(2 * piece + 1, size, run)
                for j in range(count):
                    depth = hinge[j] - of[at + j]
                    to[at + j] += slope[j] * (depth if depth > real(0.0) else real(0.0))


@kernel
def bend_backward(
    gradient: Rows, z: Rows, slopes: Address, hinges: Address, pieces: Count, columns: Count,
    channels: Count, size: Count, begin: int, end: int, run: int,
) -> None:
    """Turn dY (rows, n) into dZ in place: times 1 above zero, less the slopes below the hinges."""
    _spread_pieces(slopes, hinges, pieces, channels, size, run)
    rise = pattern(2 * pieces, size, run)
    for i in range(begin, end):
        of, to = row_of(z, i), row_of(gradient, i)
        for at in range(0, columns, size):
            count = min(size, columns - at)
            for j in range(count):
                rise[j] = real(1.0) if of[at + j] > real(0.0) else real(0.0)
            for piece in range(pieces):
                slope, hinge = pattern(2 * piece, size, run), pattern(2 * piece + 1, size, run)
                for j in range(count):
                    rise[j] -= slope[j] if of[at + j] < hinge[j] else real(0.0)
            for j in range(count):
                to[at + j] *= rise[j]


@kernel
def sum_bend_gradients(
    gradient: Rows, z: Rows, slopes: Address, hinges: Address, of_slopes: PartialSums,
    of_hinges: PartialSums, pieces: Count, columns: Count, channels: Count, size: Count,
    begin: int, end: int, n_rows: int, run: int,
) -> None:
    """Sum the gradients of slopes and hinges, both (pieces, channels), over each span."""
    slope, hinge = pattern(0, size, run), pattern(1, size, run)
    of_slope, of_hinge = pattern(2, size, run), pattern(3, size, run)
    fill(of_slope, size, real(0.0))
    fill(of_hinge, size, real(0.0))
    for piece in range(pieces):
        _spread_piece(slopes, slope, piece, channels, size)
        _spread_piece(hinges, hinge, piece, channels, size)
        place = piece * channels * ITEMSIZE
        for i in range(begin, end):
            values, from_above = row_of(z, i), row_of(gradient, i)
            for at in range(0, columns, size):
                for j in range(min(size, columns - at)):
                    depth = hinge[j] - values[at + j]
                    active = from_above[at + j] if depth > real(0.0) else real(0.0)
                    of_slope[j] += active * depth
                    of_hinge[j] += active * slope[j]
            slope_sums = reals(sum_of_row(of_slopes, i, n_rows) + place, channels)
            hinge_sums = reals(sum_of_row(of_hinges, i, n_rows) + place, channels)
            if begins_sum(of_slopes.together, i, n_rows):
                fill(slope_sums, channels, real(0.0))
                fill(hinge_sums, channels, real(0.0))
            add_to_channels(slope_sums, of_slope, size, channels, real(1.0))
            add_to_channels(hinge_sums, of_hinge, size, channels, real(1.0))
