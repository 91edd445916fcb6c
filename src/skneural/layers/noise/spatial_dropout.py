"""Dropout of whole channels."""

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
from .._channels import pattern, pattern_size, repeat
from .._memory import own


class SpatialDropout(Layer, name="spatial_dropout"):
    """Set whole channels of a sample to zero at random in training and scale up the rest.

    Neighbouring pixels are correlated, so that dropping single numbers removes little information
    (Tompson et al. 2015, arXiv 1411.4280). Channels are the last axis; of flat samples single
    features are dropped.

    Parameters
    ----------
    rate : float in [0, 1), default=0.5
        Share of the channels set to zero.
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
        if not plan.learning or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True
        size = pattern_size(plan, inputs.shape, 1)

        def drop(values: Buffer, wanted: bool = True) -> Buffer:
            if wanted:
                values = own(plan, values)
                plan.by_rows(
                    drop_channels, values=values, threshold=self.rate * 2.0**32,
                    scale=1 / (1 - self.rate), columns=values.columns, channels=values.shape[-1],
                    size=size, key=number,
                )
            return values

        return drop(inputs), drop

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.4), (3, 4, 5)), (cls(0.25), (6, 7)), (cls(0.25), (7,)), (cls(0.0), (3,))]


@row_kernel
def drop_channels(
    values: Row, threshold: Double, scale: Scalar, columns: Count, channels: Count, size: Count,
    key: RowKey, run: int,
) -> None:
    """Zero or scale each channel of X (n) in place; the same for X and its gradient."""
    dropped, kept = np.uint32(threshold), pattern(0, size, run)
    for c in range(channels):
        kept[c] = scale if bits(key, c) >= dropped else real(0.0)
    repeat(kept, size, channels)
    for begin in range(0, columns, size):
        for j in range(min(size, columns - begin)):
            values[begin + j] *= kept[j]
