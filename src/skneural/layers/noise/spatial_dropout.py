"""Dropout of whole channels."""

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
from .._channels import pattern, pattern_size, repeat
from .._memory import own


class SpatialDropout(Layer, name="spatial_dropout"):
    """Set whole channels of a sample to zero at random in training and scale up the rest.

    Neighbours in an image are alike, so that dropping single numbers hides little (Tompson et al.
    2015, arXiv 1411.4280). Channels are the last axis; flat samples lose single features.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share of the channels set to zero.
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
        sizes = (inputs.columns, inputs.shape[-1], pattern_size(plan, inputs.shape, 1))
        numbers = plan.memory(2, float)
        numbers[:] = self.rate * 2.0**32, 1 / (1 - self.rate)

        def drop(values: Buffer, wanted: bool = True) -> Buffer:
            if wanted:
                values = own(plan, values)
                plan.by_rows(drop_channels, values.address, values.stride, *sizes,
                             numbers.ctypes.data, number)
            return values

        return drop(inputs), drop

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.4), (3, 4, 5)), (cls(0.25), (6, 7)), (cls(0.25), (7,)), (cls(0.0), (3,))]


@kernel
def drop_channels(row, run):
    """Zero or scale each channel of X (rows, n) in place; the same for X and its gradient."""
    field, r = integers(row, 9), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    channels, size = field[5], field[6]
    values, numbers = reals(field[2], n_rows * stride), doubles(field[7], 2)
    threshold, scale = np.uint32(numbers[0]), real(numbers[1])
    kept = pattern(0, size, run)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[8], i)
        for c in range(channels):
            kept[c] = scale if bits(key, c) >= threshold else real(0.0)
        repeat(kept, size, channels)
        for begin in range(i * stride, i * stride + columns, size):
            for j in range(min(size, i * stride + columns - begin)):
                values[begin + j] *= kept[j]
