"""Gradient descent without momentum."""

from __future__ import annotations

import numpy as np

from ..engine.compile.jit import helper
from ._base import Optimizer


class PlainDescent(Optimizer):
    """Stochastic gradient descent that keeps nothing: parameter - rate * gradient.

    The steps of `SGD` with a momentum of 0, without the memory of a velocity, which takes as long
    to read and write as the parameters where a batch has few rows.
    """

    n_slots = 0

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        return (rates,)

    @helper
    def rule(w, g, c0, c1, c2, c3, c4, c5):
        return w - c0 * g
