"""Activations that are exponential on one side."""

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ..engine import math
from ..engine.compile.jit import helper
from ..engine.primitives import real
from ._base import Activation

_exp, _expm1, _logistic, _softplus = math.exp, math.expm1, math.logistic, math.softplus


class Softplus(Activation, name="softplus"):
    """f(z) = ln(1 + e**z): Dugas et al. 2001."""

    @helper
    def rule(z, parameter):
        return _softplus(z), _logistic(z)


class CentredSoftplus(Activation, name="centred_softplus"):
    """f(z) = ln(1 + e**z) - ln 2, softplus shifted so that f(0) = 0."""

    @helper
    def rule(z, parameter):
        return _softplus(z) - real(0.6931471805599453), _logistic(z)


class Elu(Activation, name="elu"):
    """f(z) = z for z > 0, else alpha * (e**z - 1): Clevert et al. 2015, arXiv 1511.07289.

    Parameters
    ----------
    alpha : float, default=1.0
        Minus the value far below zero.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "alpha": [Interval(Real, None, None, closed="neither")]
    }

    def __init__(self, alpha: float = 1.0):
        self.alpha = alpha

    @property
    def parameter(self) -> float:
        return self.alpha

    @helper
    def rule(z, parameter):
        below = real(0.0) if z > real(0.0) else z
        bent = parameter * _expm1(below)
        value = z if z > real(0.0) else bent
        slope = real(1.0) if z > real(0.0) else bent + parameter
        return value, slope

    @classmethod
    def examples(cls) -> list[Activation]:
        return [cls(), cls(alpha=0.5)]


class Selu(Activation, name="selu"):
    """Scaled elu whose activations keep mean 0 and variance 1.

    Klambauer et al. 2017, arXiv 1706.02515.
    """

    @helper
    def rule(z, parameter):
        scale, alpha = real(1.0507009873554805), real(1.6732632423543772)
        below = real(0.0) if z > real(0.0) else z
        bent = scale * alpha * _expm1(below)
        value = scale * z if z > real(0.0) else bent
        slope = scale if z > real(0.0) else bent + scale * alpha
        return value, slope
