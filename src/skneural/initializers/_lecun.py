"""LeCun's initialisation, for selu and for linear units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._base import Initializer, draw_normal, draw_uniform


class LeCunUniform(Initializer, name="lecun_uniform"):
    """Uniform, of mean 0 and variance ``1 / fan_in``; the bias is zero.

    Preserves the scale of a linear layer's outputs [1]_, as self-normalising networks (selu)
    require.

    References
    ----------
    .. [1] LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop.
       In: Neural networks: tricks of the trade. Springer.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_uniform(1 / fan_in, fan_in, fan_out, random_state)


class LeCunNormal(Initializer, name="lecun_normal"):
    """Normal, of mean 0 and variance ``1 / fan_in``; the bias is zero.

    See ``LeCunUniform`` [1]_; the tails are not truncated.

    References
    ----------
    .. [1] LeCun, Y., Bottou, L., Orr, G. B. and Müller, K.-R. (1998). Efficient backprop.
       In: Neural networks: tricks of the trade. Springer.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_normal(1 / fan_in, fan_in, fan_out, random_state)
