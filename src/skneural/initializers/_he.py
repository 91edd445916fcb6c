"""He's (Kaiming's) initialisation, for relu and its relatives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._base import Initializer, draw_normal, draw_uniform


class HeUniform(Initializer, name="he_uniform"):
    """Uniform, of mean 0 and variance ``2 / fan_in``; the bias is zero.

    Preserves the scale of a layer's outputs when the activation zeroes half of them, as relu
    does [1]_.

    References
    ----------
    .. [1] He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers:
       surpassing human-level performance on ImageNet classification. ICCV.
       arXiv:1502.01852.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_uniform(2 / fan_in, fan_in, fan_out, random_state)


class HeNormal(Initializer, name="he_normal"):
    """Normal, of mean 0 and variance ``2 / fan_in``; the bias is zero.

    See ``HeUniform`` [1]_; the tails are not truncated.

    References
    ----------
    .. [1] He, K., Zhang, X., Ren, S. and Sun, J. (2015). Delving deep into rectifiers:
       surpassing human-level performance on ImageNet classification. ICCV.
       arXiv:1502.01852.
    """

    def kernel(
        self, fan_in: int, fan_out: int, random_state: np.random.RandomState
    ) -> NDArray[np.float64]:
        return draw_normal(2 / fan_in, fan_in, fan_out, random_state)
