"""The identity as a kernel."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Initializer


class Identity(Initializer, name="identity"):
    """Ones on the diagonal, zeros elsewhere; the bias is zero.

    As the recurrent kernel of a `SimpleRNN` of rectified linear units it gives the IRNN [1]_.

    Parameters
    ----------
    gain : float, default=1.0
        Factor on the matrix, above 0.

    References
    ----------
    .. [1] Le, Q., Jaitly, N. and Hinton, G. (2015). A simple way to initialize recurrent networks
       of rectified linear units. arXiv:1504.00941.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "gain": [Interval(Real, 0, None, closed="neither")]
    }

    def __init__(self, gain: float = 1.0):
        self.gain = gain

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return self.gain * np.eye(fan_in, fan_out)

    @classmethod
    def examples(cls) -> list[Initializer]:
        return [cls(), cls(gain=0.5)]
