"""scikit-learn's "invscaling"."""

from __future__ import annotations

from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule


class InverseScaling(Schedule, name="invscaling"):
    """Divide by a power of the number of training rows seen.

    The first epoch runs at the initial rate, every later one at
    ``initial / (samples_seen + 1) ** power_t``, as scikit-learn's
    ``learning_rate="invscaling"`` does. Such decreasing steps go back to [1]_.

    Parameters
    ----------
    power_t : float, default=0.5
        The power, at least 0.

    References
    ----------
    .. [1] Robbins, H. and Monro, S. (1951). A stochastic approximation method. The Annals
       of Mathematical Statistics 22(3), 400-407.

    Examples
    --------
    >>> from skneural.schedules import InverseScaling, Progress
    >>> InverseScaling().rates(0.5, Progress(epoch=1, n_epochs=10, n_batches=2, samples_seen=99))
    array([0.05, 0.05])
    """

    _parameter_constraints: ClassVar = {"power_t": [Interval(Real, 0, None, closed="left")]}

    def __init__(self, power_t: float = 0.5):
        self.power_t = power_t

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        rate = float(initial)
        if progress.epoch > 0:
            with np.errstate(over="ignore"):  # the rate is then zero
                rate /= float(np.float64(progress.samples_seen + 1) ** self.power_t)
        return np.full(progress.n_batches, rate)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(power_t=0.0), cls(power_t=1.0)]
