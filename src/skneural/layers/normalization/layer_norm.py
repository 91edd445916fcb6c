"""Layer normalisation."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Double, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from .._base import Backward, Layer, Shape, Slot, Variable
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor


class LayerNorm(Layer, name="layer"):
    """Normalise each position over its channels, then scale and shift them.

    Ba, Kiros and Hinton 2016, arXiv 1607.06450. Channels are the last axis: all features of flat
    samples; images are normalised separately at each position.

    Parameters
    ----------
    epsilon : float, default=1e-5
        Added to the variance.
    trainable : bool, default=True
        False freezes scale and shift.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"scale": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(
        self, epsilon: float = 1e-5, *, trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.epsilon = epsilon
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

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
        sizes = {"columns": inputs.columns, "channels": inputs.shape[-1]}
        outputs = plan.buffer(inputs.shape)
        inverse = plan.numbers_of_rows(inputs.columns // inputs.shape[-1])  # one a position
        plan.by_rows(standardise, x=inputs, y=outputs, inverse=inverse, scale=scale, shift=shift,
                     epsilon=self.epsilon, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            if scale.trained:
                of_scale, of_shift = (PartialSums.of(plan, slot) for slot in (scale, shift))
                plan.by_rows(sum_scale_gradients, gradient=gradient, z=inputs, of_scale=of_scale,
                             of_shift=of_shift, **sizes)
            if not wanted:
                return None
            plan.by_rows(standardise_backward, gradient=gradient, z=inputs, inverse=inverse,
                         scale=scale, **sizes)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (5,)), (cls(0.1), (3, 4, 5)), (cls(trainable=False), (6, 3))]


@row_kernel(summing=True)
def standardise(
    x: Row, y: Row, inverse: Row, scale: Reals, shift: Reals, epsilon: Double, columns: Count,
    channels: Count,
) -> None:
    """Y (n) = scale * Z + shift, Z (n) X standardised at each position, which it overwrites."""
    for position in range(columns // channels):
        at = position * channels
        mean, variance = 0.0, 0.0
        for c in range(channels):
            mean += x[at + c]
        mean /= channels
        for c in range(channels):
            variance += (x[at + c] - mean) ** 2
        factor = real(1.0 / np.sqrt(variance / channels + epsilon))
        centre = real(mean)
        inverse[position] = factor
        for c in range(channels):
            z = (x[at + c] - centre) * factor
            x[at + c] = z
            y[at + c] = scale[c] * z + shift[c]


@row_kernel(summing=True)
def standardise_backward(
    gradient: Row, z: Row, inverse: Row, scale: Reals, columns: Count, channels: Count
) -> None:
    """Turn dY (n) into dX in place, by the standardised Z (n)."""
    for position in range(columns // channels):
        at = position * channels
        along, total = 0.0, 0.0
        for c in range(channels):
            scaled = gradient[at + c] * scale[c]
            along += scaled * z[at + c]
            total += scaled
        slope, mean = real(along / channels), real(total / channels)
        factor = inverse[position]
        for c in range(channels):
            scaled = gradient[at + c] * scale[c]
            gradient[at + c] = factor * (scaled - mean - z[at + c] * slope)


@row_kernel
def sum_scale_gradients(
    gradient: Row, z: Row, of_scale: PartialSums, of_shift: PartialSums, columns: Count,
    channels: Count, i: int, n_rows: int,
) -> None:
    """Sum dY * Z and dY (n) over each span, for each channel."""
    sums_of_scale = reals(sum_of_row(of_scale, i, n_rows), channels)
    sums_of_shift = reals(sum_of_row(of_shift, i, n_rows), channels)
    if begins_sum(of_scale.together, i, n_rows):
        for c in range(channels):
            sums_of_scale[c] = sums_of_shift[c] = real(0.0)
    for at in range(0, columns, channels):
        for c in range(channels):
            sums_of_scale[c] += gradient[at + c] * z[at + c]
            sums_of_shift[c] += gradient[at + c]
