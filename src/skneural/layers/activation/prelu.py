"""A rectifier that learns its slope below zero."""

from __future__ import annotations

from typing import Any, ClassVar

from ...engine.fields import Count, Reals, Rows
from ...engine.kernels import kernel, row_of
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from .._base import Backward, Layer, Shape, Slot, Variable
from .._channels import add_to_channels, fill, pattern, pattern_size, spread
from .._memory import own
from .._partial_sums import NO_SUMS, PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor


class PReLU(Layer, name="prelu"):
    """Parametric rectifier: z above zero, ``slope * z`` below, with a slope for each channel.

    He, Zhang, Ren and Sun 2015, "Delving deep into rectifiers", arXiv 1502.01852. Slopes begin at
    0.25 and do not decay, as there. Channels are the last axis.

    Parameters
    ----------
    trainable : bool, default=True
        False freezes the slopes.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"slope": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "trainable": ["boolean"], "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(
        self, *, trainable: bool = True, learning_rate_factor: RateFactor = 1.0
    ):
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("slope", input_shape[-1:])]

    def initialize(self, values, random_state, activation):
        values["slope"][...] = 0.25

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        slope = slots["slope"]
        outputs = plan.buffer(inputs.shape)
        fields = {
            "z": inputs, "slope": slope, "columns": inputs.columns, "channels": inputs.shape[-1],
            "size": pattern_size(plan, inputs.shape, 2),
        }
        plan.by_rows(leak, y=outputs, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if slope.trained or wanted:
                gradient = own(plan, gradient)
                sums = PartialSums.of(plan, slope) if slope.trained else NO_SUMS
                plan.by_rows(leak_backward, gradient=gradient, sums=sums, **fields)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(), (3, 4, 5)), (cls(trainable=False), (6, 3))]


@kernel
def leak(
    z: Rows, y: Rows, slope: Reals, columns: Count, channels: Count, size: Count, begin: int,
    end: int, run: int,
) -> None:
    """Y (rows, n) = Z where Z is above zero, else slope * Z."""
    slopes = pattern(0, size, run)
    spread(slopes, size, slope, channels)
    for i in range(begin, end):
        of, to = row_of(z, i), row_of(y, i)
        for first in range(0, columns, size):
            for j in range(min(size, columns - first)):
                value = of[first + j]
                to[first + j] = slopes[j] * value if value <= real(0.0) else value


@kernel
def leak_backward(
    gradient: Rows, z: Rows, slope: Reals, sums: PartialSums, columns: Count, channels: Count,
    size: Count, begin: int, end: int, n_rows: int, run: int,
) -> None:
    """Turn dY (rows, n) into dZ in place, and sum the gradient of the slopes over each span."""
    slopes, of_slopes = pattern(0, size, run), pattern(1, size, run)
    spread(slopes, size, slope, channels)
    fill(of_slopes, size, real(0.0))
    for i in range(begin, end):
        at, of = row_of(gradient, i), row_of(z, i)
        for first in range(0, columns, size):
            for j in range(min(size, columns - first)):
                value, from_above = of[first + j], at[first + j]
                below = value <= real(0.0)
                of_slopes[j] += from_above * value if below else real(0.0)
                at[first + j] = from_above * slopes[j] if below else from_above
        if sums.address != 0:
            total = reals(sum_of_row(sums, i, n_rows), channels)
            if begins_sum(sums.together, i, n_rows):
                fill(total, channels, real(0.0))
            add_to_channels(total, of_slopes, size, channels, real(1.0))
