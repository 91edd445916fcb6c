"""Dropout."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Double, Row, RowKey, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...engine.random import bits
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class Dropout(Layer, name="dropout"):
    """Set numbers to zero at random in training and scale up the rest.

    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share of the numbers set to zero.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="left")]
    }
    has_noise = True
    steps_alone = True

    def __init__(self, rate: float = 0.5):
        self.rate = rate

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.training or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True

        def drop(values: Buffer, wanted: bool = True) -> Buffer:
            if wanted:
                values = own(plan, values)
                plan.by_rows(drop_out, values=values, threshold=self.rate * 2.0**32,
                             scale=self._scale_of_kept(), columns=values.columns, key=number)
            return values

        return drop(inputs), drop

    def _scale_of_kept(self) -> float:
        return 1 / (1 - self.rate)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.25), (7,)), (cls(0.0), (3,))]


@row_kernel
def drop_out(values: Row, threshold: Double, scale: Scalar, columns: Count, key: RowKey) -> None:
    """Zero or scale each of X (n) in place; the same for X and its gradient."""
    dropped = np.uint32(threshold)
    for j in range(columns):
        kept = scale if bits(key, j) >= dropped else real(0.0)
        values[j] *= kept
