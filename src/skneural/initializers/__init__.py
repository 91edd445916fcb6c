"""Initializers, which draw a layer's initial weights; usable by name or as instances."""

from ._base import Initializer, get_initializer
from ._glorot import GlorotNormal, GlorotUniform
from ._he import HeNormal, HeUniform
from ._identity import Identity
from ._lecun import LeCunNormal, LeCunUniform
from ._orthogonal import Orthogonal
from ._scikit_learn import ScikitLearn
from ._unit_variance import UnitVariance

__all__ = [
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "Initializer",
    "LeCunNormal",
    "LeCunUniform",
    "Orthogonal",
    "ScikitLearn",
    "UnitVariance",
    "get_initializer",
]
