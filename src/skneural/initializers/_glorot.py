"""Glorot's (Xavier's) initialisation, for tanh and the like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._base import Initializer, draw_normal, draw_uniform


class GlorotUniform(Initializer, name="glorot_uniform"):
    """Uniform, of mean 0 and variance ``2 / (fan_in + fan_out)``; the bias is zero.

    A compromise that keeps both the outputs of a layer and the gradients behind it from
    growing or shrinking, for activations that are linear around zero, such as tanh [1]_.

    References
    ----------
    .. [1] Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep
       feedforward neural networks. AISTATS.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_uniform(2 / (fan_in + fan_out), fan_in, fan_out, random_state)


class GlorotNormal(Initializer, name="glorot_normal"):
    """Normal, of mean 0 and variance ``2 / (fan_in + fan_out)``; the bias is zero.

    See ``GlorotUniform`` [1]_; the tails are not truncated.

    References
    ----------
    .. [1] Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep
       feedforward neural networks. AISTATS.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_normal(2 / (fan_in + fan_out), fan_in, fan_out, random_state)
