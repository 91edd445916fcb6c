"""Rectifiers that leak at a fixed or a random slope."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...activations import LeakyRelu
from ...engine.fields import Count, Row, RowKey, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...engine.random import positive_uniform
from .._base import Backward, Layer, Shape, Slot
from .._memory import own
from .activation import add_activation, multiply_by_slope


class VLReLU(Layer, name="vlrelu"):
    """Very leaky rectifier: z above zero, ``slope * z`` below.

    Graham 2014, "Spatially-sparse convolutional neural networks", arXiv 1409.6070.

    Parameters
    ----------
    slope : float, default=1/3
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "slope": [Interval(Real, None, None, closed="neither")]
    }
    steps_alone = True

    def __init__(self, slope: float = 1 / 3):
        self.slope = slope

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        return add_activation(plan, inputs, LeakyRelu(self.slope))

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(0.5), (3, 4, 5))]


class RReLU(Layer, name="rrelu"):
    """Randomised leaky rectifier: z above zero, a random slope times z below.

    In training the slope of each number is drawn uniformly between the two limits; in
    prediction all have the mean slope. Xu, Wang, Chen and Li 2015, "Empirical evaluation of
    rectified activations in convolutional network", arXiv 1505.00853.

    Parameters
    ----------
    lower : float, default=1/8
        Least slope.
    upper : float, default=1/3
        Greatest slope.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "lower": [Interval(Real, 0, None, closed="left")],
        "upper": [Interval(Real, 0, None, closed="left")],
    }
    has_noise = True
    steps_alone = True

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3):
        self.lower = lower
        self.upper = upper

    def output_shape(self, input_shape: Shape) -> Shape:
        if self.lower > self.upper:
            raise ValueError(f"RReLU: lower={self.lower} is greater than upper={self.upper}")
        return input_shape

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.learning:
            return add_activation(plan, inputs, LeakyRelu((self.lower + self.upper) / 2))
        plan.uses_seed = True
        inputs = own(plan, inputs)
        outputs = plan.buffer(inputs.shape)
        plan.by_rows(leak_at_random, z=inputs, values=outputs, lower=self.lower,
                     width=self.upper - self.lower, columns=inputs.columns, key=number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if wanted:
                gradient = own(plan, gradient)
                plan.by_rows(multiply_by_slope, gradient=gradient, slopes=inputs,
                             columns=inputs.columns)
            return gradient

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (7,)), (cls(0.0, 1.0), (3, 4, 5))]


@row_kernel
def leak_at_random(
    z: Row, values: Row, lower: Scalar, width: Scalar, columns: Count, key: RowKey
) -> None:
    """Write the values of z (n) and put the slopes, some random, in z's place."""
    for j in range(columns):
        leak = lower + width * positive_uniform(key, j)
        value = z[j]
        slope = leak if value <= real(0.0) else real(1.0)
        values[j] = value * slope
        z[j] = slope
