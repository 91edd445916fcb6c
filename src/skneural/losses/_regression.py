"""Losses of regression, output by output."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine import math as fast
from ..engine.compile.jit import helper
from ..engine.primitives import real
from ._base import REGRESSION, Loss

_exp = fast.exp


class SquaredError(Loss, name="squared_error", task=REGRESSION):
    """Half the squared error, averaged over outputs."""

    averages_outputs = True
    of_errors = True

    @helper
    def rule(output, target, parameter):
        error = output - target
        return real(0.5) * error * error, error

    def size_of(self, error: float) -> float:
        return error * error


class AbsoluteError(Loss, name="absolute_error", task=REGRESSION):
    """The absolute error, averaged over outputs: its minimum is the median."""

    averages_outputs = True
    of_errors = True

    @helper
    def rule(output, target, parameter):
        error = output - target
        sign = real(-1.0) if error < real(0.0) else real(1.0)
        return sign * error, real(0.0) if error == real(0.0) else sign

    def size_of(self, error: float) -> float:
        return error


class Huber(Loss, name="huber", task=REGRESSION):
    """Half the squared error up to delta, linear beyond: Huber 1964. Averaged over outputs.

    Parameters
    ----------
    delta : float, default=1.0
        Error from which the loss is linear, in units of y.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "delta": [Interval(Real, 0, None, closed="neither")]
    }
    averages_outputs = True
    of_errors = True

    def __init__(self, delta: float = 1.0):
        self.delta = delta

    @property
    def numbers(self) -> tuple[float, ...]:
        return 1.0, 0.0, self.delta

    @helper
    def rule(output, target, parameter):
        error = output - target
        magnitude = -error if error < real(0.0) else error
        sign = real(-1.0) if error < real(0.0) else real(1.0)
        far = magnitude > parameter
        linear = parameter * (magnitude - real(0.5) * parameter)
        value = linear if far else real(0.5) * error * error
        return value, sign * parameter if far else error

    def size_of(self, error: float) -> float:
        return error * min(error, self.delta)


class Quantile(Loss, name="quantile", task=REGRESSION):
    """The pinball loss, whose minimum is a quantile: Koenker and Bassett 1978.

    Averaged over outputs.

    Parameters
    ----------
    quantile : float in (0, 1), default=0.5
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "quantile": [Interval(Real, 0, 1, closed="neither")]
    }
    averages_outputs = True
    of_errors = True

    def __init__(self, quantile: float = 0.5):
        self.quantile = quantile

    @property
    def numbers(self) -> tuple[float, ...]:
        return 1.0, 0.0, self.quantile

    @helper
    def rule(output, target, parameter):
        error = output - target
        slope = -parameter if error < real(0.0) else real(1.0) - parameter
        return slope * error, real(0.0) if error == real(0.0) else slope

    def size_of(self, error: float) -> float:
        return error

    @classmethod
    def examples(cls) -> list[tuple[Loss, int]]:
        return [(cls(), 1), (cls(0.9), 2)]


class Poisson(Loss, name="poisson", task=REGRESSION):
    """Half the Poisson deviance, with the exponential as link; y must not be negative."""

    link = "exp"

    @helper
    def rule(output, target, parameter):
        mean = _exp(output)
        entropy = real(0.0)
        if target > real(0.0):
            entropy = target * (real(math.log(target)) - output)
        return entropy - target + mean, mean - target

    def slopes_by_targets(self, outputs, targets, slopes):
        some = targets > 0
        return np.log(targets, where=some, out=np.zeros_like(targets)) - outputs * some

    def check_targets(self, y: np.ndarray, owner: str) -> None:
        if np.any(y < 0):
            raise ValueError(
                f"{owner}: loss='poisson' needs y >= 0, got a y of {np.nanmin(y)}."
            )
