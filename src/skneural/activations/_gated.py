"""Activations that multiply their argument by a gate."""

from ..engine import math
from ..engine.compile.jit import helper
from ..engine.primitives import real
from ._base import Activation

_exp, _logistic, _tanh = math.exp, math.logistic, math.tanh
_gaussian, _normal_distribution = math.gaussian, math.normal_distribution


class Gelu(Activation, name="gelu"):
    """f(z) = z * Phi(z), Phi the normal distribution function, exactly.

    Hendrycks and Gimpel 2016, arXiv 1606.08415.
    """

    @helper
    def rule(z, parameter):
        phi = _normal_distribution(z)
        density = real(0.3989422804014327) * _gaussian(z)
        return z * phi, phi + z * density


class GeluTanh(Activation, name="gelu_tanh"):
    """f(z) = z / 2 * (1 + tanh(sqrt(2 / pi) * (z + 0.044715 z**3))), gelu's approximation.

    Hendrycks and Gimpel 2016, arXiv 1606.08415.
    """

    @helper
    def rule(z, parameter):
        cubic = real(0.044715) * z * z
        bend = _tanh(real(0.7978845608028654) * z * (real(1.0) + cubic))
        inner = real(0.7978845608028654) * (real(1.0) + real(3.0) * cubic)
        half = real(0.5) * (real(1.0) + bend)
        return z * half, half + real(0.5) * z * (real(1.0) - bend * bend) * inner


class Silu(Activation, name="silu"):
    """f(z) = z / (1 + e**-z), also called swish: Elfwing et al. 2017, arXiv 1702.03118."""

    @helper
    def rule(z, parameter):
        gate = _logistic(z)
        value = z * gate
        return value, gate + value * (real(1.0) - gate)


class Mish(Activation, name="mish"):
    """f(z) = z * tanh(ln(1 + e**z)): Misra 2019, arXiv 1908.08681."""

    @helper
    def rule(z, parameter):
        e = _exp(real(20.0) if z > real(20.0) else z)
        n = e * (e + real(2.0))
        gate = n / (n + real(2.0))
        slope = gate + z * (real(1.0) - gate * gate) * _logistic(z)
        return z * gate, slope
