"""Orthogonal initialisation."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Initializer


class Orthogonal(Initializer, name="orthogonal"):
    """A uniformly drawn orthogonal matrix, so that no direction grows or shrinks.

    The columns are orthonormal, or the rows where there are more columns than rows. The
    bias is zero. Deep linear networks initialised this way learn at a speed that does not
    depend on their depth [1]_.

    Parameters
    ----------
    gain : float, default=1.0
        Factor on the matrix, above 0; ``sqrt(2)`` suits relu.

    References
    ----------
    .. [1] Saxe, A. M., McClelland, J. L. and Ganguli, S. (2013). Exact solutions to the
       nonlinear dynamics of learning in deep linear neural networks. arXiv:1312.6120.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "gain": [Interval(Real, 0, None, closed="neither")]
    }

    def __init__(self, gain: float = 1.0):
        self.gain = gain

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        draws = random_state.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
        basis, triangle = np.linalg.qr(draws)
        # QR leaves the signs to LAPACK; fixing them makes the matrix uniform (Haar).
        basis *= np.where(np.diag(triangle) < 0, -1.0, 1.0)
        return self.gain * np.ascontiguousarray(basis if fan_in >= fan_out else basis.T)

    @classmethod
    def examples(cls) -> list[Initializer]:
        return [cls(), cls(gain=2.0)]
