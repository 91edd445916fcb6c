"""Geometric decay: every few epochs, or every epoch."""

from __future__ import annotations

from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule


class Step(Schedule, name="step"):
    """Multiply the rate by ``gamma`` every ``step_size`` epochs.

    Parameters
    ----------
    step_size : int, default=30
        Epochs between two steps, at least 1.
    gamma : float, default=0.1
        The factor of one step, above 0 and at most 1.

    Examples
    --------
    >>> from skneural.schedules import Progress, Step
    >>> Step(step_size=10, gamma=0.5).rates(0.8, Progress(epoch=20, n_epochs=30, n_batches=2))
    array([0.2, 0.2])
    """

    _parameter_constraints: ClassVar = {
        "step_size": [Interval(Integral, 1, None, closed="left")],
        "gamma": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(self, step_size: int = 30, gamma: float = 0.1):
        self.step_size = step_size
        self.gamma = gamma

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        n_steps = progress.epoch // self.step_size
        return np.full(progress.n_batches, initial * self.gamma**n_steps)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(step_size=1, gamma=0.5)]


class Exponential(Schedule, name="exponential"):
    """Multiply the rate by ``gamma`` every epoch.

    Parameters
    ----------
    gamma : float, default=0.95
        The factor of one epoch, above 0 and at most 1.

    Examples
    --------
    >>> from skneural.schedules import Exponential, Progress
    >>> Exponential(gamma=0.5).rates(0.8, Progress(epoch=3, n_epochs=30, n_batches=2))
    array([0.1, 0.1])
    """

    _parameter_constraints: ClassVar = {"gamma": [Interval(Real, 0, 1, closed="right")]}

    def __init__(self, gamma: float = 0.95):
        self.gamma = gamma

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        return np.full(progress.n_batches, initial * self.gamma**progress.epoch)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(gamma=0.5)]
