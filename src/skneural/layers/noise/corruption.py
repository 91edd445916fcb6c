"""Noise that replaces numbers, for denoising autoencoders."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ...engine.fields import Count, Double, Row, RowKey, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.random import bits
from ...schedules import Scheduled
from .._base import Backward, Layer, Shape, Slot
from .._memory import own
from .dropout import Dropout, drop_out


class MaskingNoise(Dropout, name="masking_noise"):
    """Set numbers to zero at random in training.

    Unlike `Dropout` it does not scale up the others. Vincent et al. 2008, "Extracting and composing
    robust features with denoising autoencoders".

    Parameters
    ----------
    rate : float in [0, 1) or Scheduled, default=0.25
        Share of the numbers set to zero.
    """

    _rescales = False

    def __init__(self, rate: float | Scheduled = 0.25):
        self.rate = rate


class SaltAndPepperNoise(Layer, name="salt_and_pepper_noise"):
    """Set numbers to the lowest or the highest value at random in training.

    Vincent et al. 2010, "Stacked denoising autoencoders: learning useful representations in a deep
    network with a local denoising criterion".

    Parameters
    ----------
    rate : float in [0, 1), default=0.25
        Share of the numbers that are set, each to either value with the same chance.
    low, high : float, default=0.0 and 1.0
        The two values.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="left")],
        "low": [Interval(Real, None, None, closed="neither")],
        "high": [Interval(Real, None, None, closed="neither")],
    }
    has_noise = True
    steps_alone = True

    def __init__(self, rate: float = 0.25, low: float = 0.0, high: float = 1.0):
        self.rate = rate
        self.low = low
        self.high = high

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.learning or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True
        inputs = own(plan, inputs)
        threshold = self.rate * 2.0**32
        plan.by_rows(corrupt, values=inputs, threshold=threshold, low=self.low, high=self.high,
                     columns=inputs.columns, key=number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if wanted:
                gradient = own(plan, gradient)
                plan.by_rows(drop_out, values=gradient, threshold=threshold, scale=1.0,
                             columns=gradient.columns, key=number)
            return gradient

        return inputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(0.3, -1.0, 2.0), (3, 4, 5)), (cls(0.0), (3,))]


@row_kernel
def corrupt(
    values: Row, threshold: Double, low: Scalar, high: Scalar, columns: Count, key: RowKey
) -> None:
    """Set some of X (n) to the lowest or the highest value, in place."""
    corrupted, lowered = np.uint32(threshold), np.uint32(0.5 * threshold)
    for j in range(columns):
        drawn = bits(key, j)
        if drawn < corrupted:
            values[j] = low if drawn < lowered else high
