"""scikit-learn's own initialisation, draw for draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._base import Initializer


class ScikitLearn(Initializer, name="sklearn"):
    """What scikit-learn's ``MLPClassifier`` and ``MLPRegressor`` draw.

    Kernel, then bias, uniform within ``sqrt(6 / (fan_in + fan_out))``, or
    ``sqrt(2 / (fan_in + fan_out))`` with logistic hidden layers: the bounds of [1]_. The
    same ``random_state`` gives the same numbers as scikit-learn.

    References
    ----------
    .. [1] Glorot, X. and Bengio, Y. (2010). Understanding the difficulty of training deep
       feedforward neural networks. AISTATS.
    """

    def __call__(
        self,
        fan_in: int,
        fan_out: int,
        random_state: np.random.RandomState,
        activation: str = "identity",
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        bound = np.sqrt((2.0 if activation == "logistic" else 6.0) / (fan_in + fan_out))
        kernel = random_state.uniform(-bound, bound, (fan_in, fan_out))
        return kernel, random_state.uniform(-bound, bound, fan_out)
