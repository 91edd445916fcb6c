"""Activations that saturate on both sides."""

from ..engine import math
from ..engine.compile.jit import helper
from ..engine.primitives import real
from ._base import Activation

_logistic, _tanh = math.logistic, math.tanh


class Logistic(Activation, name="logistic"):
    """f(z) = 1 / (1 + e**-z), the logistic sigmoid."""

    @helper
    def rule(z, parameter):
        value = _logistic(z)
        return value, value * (real(1.0) - value)


class Tanh(Activation, name="tanh"):
    """f(z) = tanh(z)."""

    @helper
    def rule(z, parameter):
        value = _tanh(z)
        return value, real(1.0) - value * value
