"""Dropout."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.compile.jit import kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import ROWS, RUN_FIELDS, SEED, STEP, doubles, integers, real, reals
from ...engine.random import bits, row_key
from ...engine.shares import share_begin, share_end
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

    def __init__(self, rate: float = 0.5):
        self.rate = rate

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.training or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True
        numbers = plan.memory(2, float)
        numbers[:] = self.rate * 2.0**32, self._scale_of_kept()

        def drop(values: Buffer, wanted: bool = True) -> Buffer:
            if wanted:
                values = own(plan, values)
                plan.by_rows(drop_out, values.address, values.stride, values.columns,
                             numbers.ctypes.data, number)
            return values

        return drop(inputs), drop

    def _scale_of_kept(self) -> float:
        return 1 / (1 - self.rate)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.25), (7,)), (cls(0.0), (3,))]


@kernel
def drop_out(row, run):
    """Zero or scale each of X (rows, n) in place; the same for X and its gradient."""
    field = integers(row, 7)
    r = integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    values = reals(field[2], n_rows * stride)
    numbers = doubles(field[5], 2)
    threshold, scale = np.uint32(numbers[0]), real(numbers[1])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[6], i)
        for j in range(columns):
            kept = scale if bits(key, j) >= threshold else real(0.0)
            values[i * stride + j] *= kept
