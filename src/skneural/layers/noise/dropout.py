"""Dropout."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, InvalidParameterError

from ..._naming import validate
from ...engine.compile.jit import helper
from ...engine.fields import Address, Count, Double, Flag, Row, RowKey, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...engine.random import bits
from ...engine.schedule import update_number
from ...schedules import Scheduled
from .._base import Backward, Layer, Shape, Slot
from .._memory import own


class Dropout(Layer, name="dropout"):
    """Set numbers to zero at random in training and scale up the rest.

    Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting".

    Parameters
    ----------
    rate : float in [0, 1) or Scheduled, default=0.5
        Share of the numbers set to zero. `skneural.schedules.Scheduled` changes it with the
        updates: ``Dropout(Scheduled(0.15, "flat_cos"))``.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "rate": [Interval(Real, 0, 1, closed="left"), Scheduled]
    }
    has_noise = True
    _rescales: ClassVar[bool] = True
    steps_alone = True

    def __init__(self, rate: float | Scheduled = 0.5):
        self.rate = rate

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if not plan.learning or self.rate == 0:
            return inputs, lambda gradient, wanted: gradient
        plan.uses_seed = True
        kernel, fields = self._kernel(plan)

        def drop(values: Buffer, wanted: bool = True) -> Buffer:
            if wanted:
                values = own(plan, values)
                plan.by_rows(kernel, values=values, columns=values.columns, key=number, **fields)
            return values

        return drop(inputs), drop

    def _kernel(self, plan):
        """Return the kernel for a fixed rate or a scheduled one, and its fields of the rate."""
        if isinstance(self.rate, Scheduled):
            rates = plan.numbers_of_updates(self._rates, self.rate.value)
            return drop_out_at_rates, {"rates": rates, "rescales": self._rescales}
        scale = 1 / (1 - self.rate) if self._rescales else 1.0
        return drop_out, {"threshold": self.rate * 2.0**32, "scale": scale}

    def _rates(self, progress):
        """Return the rate for each update of an epoch."""
        rates = self.rate.numbers(progress)
        if (rates >= 1).any():
            raise ValueError(
                f"{type(self).__name__}: rate={self.rate!r} gave {rates.max():g} for epoch"
                f" {progress.epoch + 1}; a rate has to be below 1"
            )
        return rates

    def _validate_params(self) -> None:
        super()._validate_params()
        if isinstance(self.rate, Scheduled):
            validate(self.rate, f"{type(self).__name__}, rate")
            if self.rate.value >= 1:
                raise InvalidParameterError(
                    f"{type(self).__name__}: rate={self.rate!r} begins at {self.rate.value:g}; a"
                    " rate has to be below 1"
                )

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(0.25), (7,)), (cls(0.0), (3,)), (cls(Scheduled(0.25)), (7,))]


@helper
def keep_some(values, threshold, scale, columns, key):
    """Scale the numbers whose random bits reach a threshold; set the others to zero."""
    dropped = np.uint32(threshold)
    for j in range(columns):
        kept = scale if bits(key, j) >= dropped else real(0.0)
        values[j] *= kept


@row_kernel
def drop_out(values: Row, threshold: Double, scale: Scalar, columns: Count, key: RowKey) -> None:
    """Zero or scale each of X (n) in place; the same for X and its gradient."""
    keep_some(values, threshold, scale, columns, key)


@row_kernel
def drop_out_at_rates(
    values: Row, rates: Address, rescales: Flag, columns: Count, key: RowKey, run: int
) -> None:
    """Zero or scale each of X (n) in place, at the rate of the present update."""
    rate = update_number(rates, run)
    scale = 1.0 / (1.0 - rate) if rescales else 1.0
    keep_some(values, rate * 4294967296.0, real(scale), columns, key)
