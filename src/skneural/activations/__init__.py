"""Activations, usable by name ("relu") or as instances (``Elu(alpha=0.5)``)."""

from ._base import Activation, get_activation
from ._exponential import CentredSoftplus, Elu, Selu, Softplus
from ._gated import Gelu, GeluTanh, Mish, Silu
from ._piecewise import HardSigmoid, HardSwish, Identity, LeakyRelu, Relu
from ._sigmoid import Logistic, Tanh

__all__ = [
    "Activation",
    "CentredSoftplus",
    "Elu",
    "Gelu",
    "GeluTanh",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Logistic",
    "Mish",
    "Relu",
    "Selu",
    "Silu",
    "Softplus",
    "Tanh",
    "get_activation",
]
