"""Stochastic gradient descent with momentum."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import helper
from ._base import Optimizer


class SGD(Optimizer, name="sgd"):
    """Stochastic gradient descent: velocity = momentum * velocity - rate * gradient.

    Robbins and Monro 1951; momentum of Polyak 1964, Nesterov's of Sutskever et al. 2013.

    Parameters
    ----------
    momentum : float in [0, 1], default=0.9
    nesterov : bool, default=True
        Look ahead along the velocity.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "momentum": [Interval(Real, 0, 1, closed="both")],
        "nesterov": ["boolean"],
    }

    def __init__(self, momentum: float = 0.9, nesterov: bool = True):
        self.momentum = momentum
        self.nesterov = nesterov

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        if self.nesterov:
            return self.momentum, rates, self.momentum, rates
        return self.momentum, rates, 1.0, 0.0

    @helper
    def rule(w, g, velocity, c0, c1, c2, c3, c4, c5):
        velocity = c0 * velocity - c1 * g
        return w + (c2 * velocity - c3 * g), velocity

    @classmethod
    def examples(cls) -> list[Optimizer]:
        return [cls(), cls(nesterov=False), cls(momentum=0.0)]
