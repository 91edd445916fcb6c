"""Normal noise."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Row, RowKey, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.random import normal_pair
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class GaussianNoise(Layer, name="gaussian_noise"):
    """Add normal noise of mean zero to each number in training.

    Bishop 1995, "Training with noise is equivalent to Tikhonov regularization".

    Parameters
    ----------
    stddev : float, default=0.1
        Standard deviation of the noise.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "stddev": [Interval(Real, 0, None, closed="left")]
    }
    has_noise = True
    steps_alone = True

    def __init__(self, stddev: float = 0.1):
        self.stddev = stddev

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if plan.learning and self.stddev > 0:
            plan.uses_seed = True
            inputs = own(plan, inputs)
            plan.by_rows(add_noise, values=inputs, stddev=self.stddev, columns=inputs.columns,
                         key=number)
        return inputs, lambda gradient, wanted: gradient

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(), (3, 4, 5)), (cls(0.0), (3,))]


@row_kernel
def add_noise(values: Row, stddev: Scalar, columns: Count, key: RowKey) -> None:
    """X (n) += stddev * standard normal numbers, in place."""
    half = columns // 2
    for j in range(half):
        first, second = normal_pair(key, j)
        values[j] += stddev * first
        values[half + j] += stddev * second
    if columns % 2 == 1:
        values[columns - 1] += stddev * normal_pair(key, half)[0]
