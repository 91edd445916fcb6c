"""Optimizers that scale each parameter's steps by its past squared gradients."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper
from ._base import Optimizer

_DECAY = [Interval(Real, 0, 1, closed="left")]
_EPSILON = [Interval(Real, 0, None, closed="neither")]


class RMSprop(Optimizer, name="rmsprop"):
    """Steps divided by the running root mean square of the gradient: Tieleman and Hinton 2012.

    Parameters
    ----------
    rho : float in [0, 1), default=0.9
        Decay of the mean square.
    epsilon : float, default=1e-8
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"rho": _DECAY, "epsilon": _EPSILON}

    def __init__(self, rho: float = 0.9, epsilon: float = 1e-8):
        self.rho = rho
        self.epsilon = epsilon

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        return 1 - self.rho, rates, self.epsilon

    @helper
    def rule(w, g, v, c0, c1, c2, c3, c4, c5):
        v = v + c0 * (g * g - v)
        return w - c1 * g / (np.sqrt(v) + c2), v


class Adagrad(Optimizer, name="adagrad"):
    """Steps divided by the root of the sum of squared gradients: Duchi, Hazan and Singer 2011.

    Parameters
    ----------
    epsilon : float, default=1e-8
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"epsilon": _EPSILON}

    def __init__(self, epsilon: float = 1e-8):
        self.epsilon = epsilon

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        return rates, self.epsilon

    @helper
    def rule(w, g, total, c0, c1, c2, c3, c4, c5):
        total = total + g * g
        return w - c0 * g / (np.sqrt(total) + c1), total


class Adadelta(Optimizer, name="adadelta"):
    """Steps in units of the parameter, by past steps and gradients: Zeiler 2012, arXiv 1212.5701.

    Intended for a learning rate of 1.

    Parameters
    ----------
    rho : float in [0, 1), default=0.95
        Decay of the mean squares.
    epsilon : float, default=1e-6
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {"rho": _DECAY, "epsilon": _EPSILON}
    n_slots = 2

    def __init__(self, rho: float = 0.95, epsilon: float = 1e-6):
        self.rho = rho
        self.epsilon = epsilon

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        return 1 - self.rho, rates, self.epsilon

    @helper
    def rule(w, g, v, d, c0, c1, c2, c3, c4, c5):
        v = v + c0 * (g * g - v)
        step = np.sqrt(d + c2) / np.sqrt(v + c2) * g
        d = d + c0 * (step * step - d)
        return w - c1 * step, v, d
