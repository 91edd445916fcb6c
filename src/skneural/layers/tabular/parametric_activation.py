"""An activation with a learned share in each unit."""

from __future__ import annotations

from typing import Any, ClassVar

from ...activations import Activation as Rule
from ...activations import get_activation
from ...activations._base import rule
from ...engine.fields import Count, Reals, Row, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from .._base import Backward, Layer, Shape, Slot, Variable
from .._memory import own
from .._partial_sums import PartialSums
from .._rates import RATE_FACTOR, RateFactor
from ..activation.activation import multiply_by_slope
from .feature_scale import sum_products


class ParametricActivation(Layer, name="parametric_activation"):
    """An activation f with a learned share in each unit: ``z + share * (f(z) - z)``.

    Units are the last axis. Shares begin at 1, which is f itself, and do not decay; 0 is the
    identity. Holzmüller, Grinsztajn and Steinwart 2024, "Better by default: strong pre-tuned MLPs
    and boosted trees on tabular data", arXiv 2407.04491, with "selu" for classes, "mish" for
    numbers, and a tenth of the weights' learning rate.

    Parameters
    ----------
    activation : str or skneural.activations.Activation, default="selu"
    trainable : bool, default=True
        False freezes the shares.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"share": 0.1}``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "activation": [str, Rule],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }
    steps_alone = True

    def __init__(
        self, activation: str | Rule = "selu", *, trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):  # fmt: skip
        self.activation = activation
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def variables(self, input_shape: Shape) -> list[Variable]:
        return [Variable("share", input_shape[-1:])]

    def initialize(self, values, random_state, activation):
        values["share"][...] = 1

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        share, chosen = slots["share"], get_activation(self.activation, type(self).__name__)
        sizes = {"columns": inputs.columns, "channels": inputs.shape[-1]}
        fields: dict[str, Any] = {"share": share, "parameter": chosen.parameter, **sizes}
        inputs = own(plan, inputs)
        if not plan.training:
            plan.by_rows(evaluate_share.using(rule=type(chosen).rule), z=inputs, **fields)
            return inputs, lambda gradient, wanted: gradient
        outputs, slopes = plan.buffer(inputs.shape), plan.buffer(inputs.shape)
        plan.by_rows(activate_share.using(rule=type(chosen).rule), z=inputs, y=outputs,
                     slopes=slopes, **fields)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if wanted:
                gradient = own(plan, gradient)
            if share.trained:
                sums = PartialSums.of(plan, share)
                plan.by_rows(sum_products, gradient=gradient, x=inputs, sums=sums, **sizes)
            if not wanted:
                return None
            plan.by_rows(multiply_by_slope, gradient=gradient, slopes=slopes,
                         columns=inputs.columns)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(), (5,)), (cls("mish"), (3, 17)), (cls("relu"), (20,)),
            (cls("tanh", trainable=False), (4,)),
        ]  # fmt: skip


@row_kernel
def evaluate_share(
    z: Row, share: Reals, parameter: Scalar, columns: Count, channels: Count
) -> None:
    """Z (n) = Z + share * (f(Z) - Z) in place, at each position."""
    for at in range(0, columns, channels):
        for c in range(channels):
            value = z[at + c]
            z[at + c] = value + share[c] * (rule(value, parameter)[0] - value)


@row_kernel
def activate_share(
    z: Row, y: Row, slopes: Row, share: Reals, parameter: Scalar, columns: Count, channels: Count
) -> None:
    """Y (n) = Z + share * (f(Z) - Z), its slopes, and f(Z) - Z in Z's place."""
    for at in range(0, columns, channels):
        for c in range(channels):
            value, slope = rule(z[at + c], parameter)
            bend = value - z[at + c]
            y[at + c] = z[at + c] + share[c] * bend
            slopes[at + c] = real(1.0) + share[c] * (slope - real(1.0))
            z[at + c] = bend
