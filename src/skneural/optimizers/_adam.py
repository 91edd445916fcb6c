"""Adam and its descendants."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval

from ..engine.compile.jit import Helper, helper
from ..engine.kernels import NamedKernel
from ..engine.primitives import real
from ._base import Optimizer, update_2, update_3


class Adam(Optimizer, name="adam"):
    """Steps scaled by running moments of the gradient: Kingma and Ba 2014, arXiv 1412.6980.

    As in scikit-learn, epsilon is added to the root of the second moment before its bias is
    corrected ("epsilon hat" of the paper).

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        Decay of the first and second moment.
    epsilon : float, default=1e-8
    amsgrad : bool, default=False
        Divide by the largest second moment so far: Reddi et al. 2018, arXiv 1904.09237.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "beta_1": [Interval(Real, 0, 1, closed="left")],
        "beta_2": [Interval(Real, 0, 1, closed="left")],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "amsgrad": ["boolean"],
    }

    def __init__(
        self,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        amsgrad: bool = False,
    ):
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    @property
    def n_slots(self) -> int:  # type: ignore[override]
        return 3 if self.amsgrad else 2

    @property
    def kernel(self) -> NamedKernel:
        if self.amsgrad:
            return update_3.using(rule=_amsgrad)
        return update_2.using(rule=type(self).rule)

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        corrected = np.sqrt(1 - self.beta_2**updates) / (1 - self.beta_1**updates)
        return 1 - self.beta_1, 1 - self.beta_2, rates * corrected, self.epsilon

    @helper
    def rule(w, g, m, v, c0, c1, c2, c3, c4, c5):
        m = m + c0 * (g - m)
        v = v + c1 * (g * g - v)
        return w - c2 * m / (np.sqrt(v) + c3), m, v

    @classmethod
    def examples(cls) -> list[Optimizer]:
        return [cls(), cls(amsgrad=True), cls(beta_1=0.5, beta_2=0.9)]


@helper
def _amsgrad(w, g, m, v, top, c0, c1, c2, c3, c4, c5):
    m = m + c0 * (g - m)
    v = v + c1 * (g * g - v)
    top = v if v > top else top
    return w - c2 * m / (np.sqrt(top) + c3), m, v, top


class AdamW(Adam, name="adamw"):
    """Adam with decoupled weight decay.

    Loshchilov and Hutter 2017, arXiv 1711.05101.

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        Decay of the first and second moment.
    epsilon : float, default=1e-8
    amsgrad : bool, default=False
        Divide by the largest second moment so far.
    weight_decay : float, default=0.01
        Share of a weight, times the learning rate, subtracted at each update. An estimator's
        ``weight_decay``, if given, replaces it.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Adam._parameter_constraints,
        "weight_decay": [Interval(Real, 0, None, closed="left")],
    }

    def __init__(
        self,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        amsgrad: bool = False,
        weight_decay: float = 0.01,
    ):
        super().__init__(beta_1, beta_2, epsilon, amsgrad)
        self.weight_decay = weight_decay

    rule: ClassVar[Helper] = Adam.rule


class NAdam(Optimizer, name="nadam"):
    """Adam with Nesterov's momentum: Dozat 2016, "Incorporating Nesterov momentum into Adam".

    Parameters
    ----------
    beta_1, beta_2 : float in [0, 1), default=0.9 and 0.999
        Decay of the first and second moment.
    epsilon : float, default=1e-8
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        name: Adam._parameter_constraints[name] for name in ("beta_1", "beta_2", "epsilon")
    }
    n_slots = 2

    def __init__(self, beta_1: float = 0.9, beta_2: float = 0.999, epsilon: float = 1e-8):
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def _momenta(self, updates):
        return self.beta_1 * (1 - 0.5 * 0.96 ** (0.004 * updates))

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        passed = self._momenta(np.arange(1, updates[-1] + 1))
        product = np.cumprod(passed)[updates[0] - 1 :]
        now, following = self._momenta(updates), self._momenta(updates + 1)
        root = np.sqrt(1 - self.beta_2**updates)
        of_gradient = rates * (1 - now) / (1 - product) * root
        of_moment = rates * following / (1 - product * following) * root
        return 1 - self.beta_1, 1 - self.beta_2, of_gradient, of_moment, self.epsilon * root

    @helper
    def rule(w, g, m, v, c0, c1, c2, c3, c4, c5):
        m = m + c0 * (g - m)
        v = v + c1 * (g * g - v)
        return w - (c2 * g + c3 * m) / (np.sqrt(v) + c4), m, v


class Lion(Optimizer, name="lion"):
    """Steps of equal size, by the sign of the momentum: Chen et al. 2023, arXiv 2302.06675.

    Needs a learning rate 3 to 10 times smaller than Adam's.

    Parameters
    ----------
    beta_1 : float in [0, 1), default=0.9
        Share of the momentum in a step's direction.
    beta_2 : float in [0, 1), default=0.99
        Decay of the momentum.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        name: Adam._parameter_constraints[name] for name in ("beta_1", "beta_2")
    }

    def __init__(self, beta_1: float = 0.9, beta_2: float = 0.99):
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def terms(self, rates: np.ndarray, updates: np.ndarray) -> tuple:
        return 1 - self.beta_1, 1 - self.beta_2, rates

    @helper
    def rule(w, g, m, c0, c1, c2, c3, c4, c5):
        direction = m + c0 * (g - m)
        step = c2 if direction > real(0.0) else -c2
        step = real(0.0) if direction == real(0.0) else step
        return w - step, m + c1 * (g - m)
