"""A learned factor for each input."""

from __future__ import annotations

from typing import Any, ClassVar

from ...engine.fields import Count, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from .._base import Backward, Layer, Shape, Slot, Variable
from .._memory import own
from .._partial_sums import PartialSums, begins_sum, sum_of_row
from .._rates import RATE_FACTOR, RateFactor


class FeatureScale(Layer, name="feature_scale"):
    """Multiply each feature by a learned factor, a soft selection of features.

    Features are the last axis. Factors begin at 1 and do not decay. Holzmüller, Grinsztajn and
    Steinwart 2024, "Better by default: strong pre-tuned MLPs and boosted trees on tabular data",
    arXiv 2407.04491, where their learning rate is six times that of the weights.

    Parameters
    ----------
    trainable : bool, default=True
        False freezes the factors.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"scale": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(self, *, trainable: bool = True, learning_rate_factor: RateFactor = 1.0):
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("scale", input_shape[-1:])]

    def initialize(self, values, random_state, activation):
        values["scale"][...] = 1

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        scale, outputs = slots["scale"], plan.buffer(inputs.shape)
        sizes = {"columns": inputs.columns, "channels": inputs.shape[-1]}
        plan.by_rows(scale_features, x=inputs, y=outputs, scale=scale, **sizes)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            if scale.trained:
                sums = PartialSums.of(plan, scale)
                plan.by_rows(sum_products, gradient=gradient, x=inputs, sums=sums, **sizes)
            if not wanted:
                return None
            plan.by_rows(scale_features, x=gradient, y=gradient, scale=scale, **sizes)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (5,)), (cls(), (3, 17)), (cls(trainable=False), (4,))]


@row_kernel
def scale_features(x: Row, y: Row, scale: Reals, columns: Count, channels: Count) -> None:
    """Y (n) = scale * X, at each position."""
    for at in range(0, columns, channels):
        for c in range(channels):
            y[at + c] = scale[c] * x[at + c]


@row_kernel
def sum_products(
    gradient: Row, x: Row, sums: PartialSums, columns: Count, channels: Count, i: int,
    n_rows: int,
) -> None:
    """Sum dY * X (n) over each span of the batch, for each channel."""
    total = reals(sum_of_row(sums, i, n_rows), channels)
    if begins_sum(sums.together, i, n_rows):
        for c in range(channels):
            total[c] = real(0.0)
    for at in range(0, columns, channels):
        for c in range(channels):
            total[c] += gradient[at + c] * x[at + c]
