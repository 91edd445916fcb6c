"""Noise that destroys numbers rather than shifting them, for denoising autoencoders."""

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
from .dropout import Dropout, drop_out


class MaskingNoise(Dropout, name="masking_noise"):
    """Set numbers to zero at random in training and leave the rest as they are.

    Unlike `Dropout` it does not scale up the rest. Vincent et al. 2008, "Extracting and composing
    robust features with denoising autoencoders".

    Parameters
    ----------
    rate : float in [0, 1), default=0.25
        Share of the numbers set to zero.
    """

    def __init__(self, rate: float = 0.25):
        self.rate = rate

    def _scale_of_kept(self) -> float:
        return 1.0


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

    def __init__(self, rate: float = 0.25, low: float = 0.0, high: float = 1.0):
        self.rate = rate
        self.low = low
        self.high = high

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.training or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True
        inputs = own(plan, inputs)
        numbers, kept = plan.memory(3, float), plan.memory(2, float)
        numbers[:] = self.rate * 2.0**32, self.low, self.high
        kept[:] = self.rate * 2.0**32, 1.0
        plan.by_rows(corrupt, inputs.address, inputs.stride, inputs.columns,
                     numbers.ctypes.data, number)

        def backward(gradient: Buffer, wanted: bool) -> Buffer:
            if wanted:
                gradient = own(plan, gradient)
                plan.by_rows(drop_out, gradient.address, gradient.stride, gradient.columns,
                             kept.ctypes.data, number)
            return gradient

        return inputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.5), (7,)), (cls(0.3, -1.0, 2.0), (3, 4, 5)), (cls(0.0), (3,))]


@kernel
def corrupt(row, run):
    """Set some of X (rows, n) to the lowest or the highest value, in place."""
    field, r = integers(row, 7), integers(run, RUN_FIELDS)
    n_rows, stride, columns = r[ROWS], field[3], field[4]
    values, numbers = reals(field[2], n_rows * stride), doubles(field[5], 3)
    threshold, half = np.uint32(numbers[0]), np.uint32(0.5 * numbers[0])
    low, high = real(numbers[1]), real(numbers[2])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        key = row_key(r[SEED], r[STEP], field[6], i)
        for j in range(columns):
            drawn = bits(key, j)
            if drawn < threshold:
                values[i * stride + j] = low if drawn < half else high
