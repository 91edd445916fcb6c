"""Piecewise linear activations.

No rule says outright that a value is z itself: in `evaluate`, which writes in z's place, LLVM would
store only the others, under masks and four times as slowly.
"""

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper
from ..engine.primitives import real
from ._base import Activation


class Identity(Activation, name="identity"):
    """f(z) = z."""

    @helper
    def rule(z, parameter):
        return z, real(1.0)


class Relu(Activation, name="relu"):
    """f(z) = max(0, z): rectified linear unit, Nair and Hinton 2010."""

    @helper
    def rule(z, parameter):
        value = real(0.0) if z < real(0.0) else abs(z)
        slope = real(0.0) if z <= real(0.0) else real(1.0)
        return value, slope


class LeakyRelu(Activation, name="leaky_relu"):
    """f(z) = z for z > 0, else negative_slope * z: Maas, Hannun and Ng 2013.

    Parameters
    ----------
    negative_slope : float, default=0.01
        Slope below zero.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "negative_slope": [Interval(Real, None, None, closed="neither")]
    }

    def __init__(self, negative_slope: float = 0.01):
        self.negative_slope = negative_slope

    @property
    def parameter(self) -> float:
        return self.negative_slope

    @helper
    def rule(z, parameter):
        slope = parameter if z <= real(0.0) else real(1.0)
        return z * slope, slope

    @classmethod
    def examples(cls) -> list[Activation]:
        return [cls(), cls(negative_slope=0.2)]


class HardSigmoid(Activation, name="hard_sigmoid"):
    """f(z) = min(max(z + 3, 0), 6) / 6, a piecewise linear sigmoid.

    Courbariaux et al. 2015, in the form of MobileNetV3 (Howard et al. 2019, arXiv 1905.02244).
    """

    @helper
    def rule(z, parameter):
        value = z * real(1.0 / 6.0) + real(0.5)
        inside = real(1.0 / 6.0)
        slope = real(0.0) if z <= real(-3.0) else inside
        slope = real(0.0) if z >= real(3.0) else slope
        value = real(0.0) if z <= real(-3.0) else value
        value = real(1.0) if z >= real(3.0) else value
        return value, slope


class HardSwish(Activation, name="hard_swish"):
    """f(z) = z * hard_sigmoid(z): MobileNetV3, Howard et al. 2019, arXiv 1905.02244."""

    @helper
    def rule(z, parameter):
        gate = z * real(1.0 / 6.0) + real(0.5)
        slope = z * real(1.0 / 3.0) + real(0.5)
        gate = real(1.0) if z >= real(3.0) else gate
        value = real(0.0) if z <= real(-3.0) else z * gate
        slope = real(0.0) if z <= real(-3.0) else slope
        slope = real(1.0) if z >= real(3.0) else slope
        return value, slope
