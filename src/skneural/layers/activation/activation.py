"""An activation as a layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ...activations import Activation as Rule
from ...activations import get_activation
from ...engine.fields import Count, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class Activation(Layer, name="activation"):
    """Apply an activation to each number.

    Parameters
    ----------
    activation : str or skneural.activations.Activation, default="relu"
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"activation": [str, Rule]}
    steps_alone = True

    def __init__(self, activation: str | Rule = "relu"):
        self.activation = activation

    @property
    def activation_names(self) -> list[str]:
        return [getattr(self.activation, "name", self.activation)]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return add_activation(plan, inputs, self.activation)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(rule), (7,)) for kind in Rule.registry.values() for rule in kind.examples()]


def add_activation(
    plan: Plan, inputs: Buffer, activation: str | Rule
) -> tuple[Buffer, Callable[[Buffer, bool], Buffer]]:
    """Add the steps of an activation, also for layers that have one of their own.

    In training the inputs become slopes, and the gradient of the outputs in place that of the
    inputs; in prediction the inputs become the outputs.
    """
    rule = get_activation(activation)
    if rule.name == "identity":
        return inputs, lambda gradient, wanted: gradient
    inputs = own(plan, inputs)
    fields: dict[str, Any] = {"parameter": rule.parameter, "columns": inputs.columns}
    if not plan.training:
        plan.by_rows(rule.value_kernel, z=inputs, **fields)
        return inputs, lambda gradient, wanted: gradient
    outputs = plan.buffer(inputs.shape)
    plan.by_rows(rule.kernel, z=inputs, values=outputs, **fields)

    def backward(gradient: Buffer, wanted: bool) -> Buffer:
        if wanted:
            gradient = own(plan, gradient)
            plan.by_rows(multiply_by_slope, gradient=gradient, slopes=inputs,
                         columns=inputs.columns)
        return gradient

    return outputs, backward


@row_kernel
def multiply_by_slope(gradient: Row, slopes: Row, columns: Count) -> None:
    """dY (n) *= slopes (n), in place."""
    for j in range(columns):
        gradient[j] *= slopes[j]
