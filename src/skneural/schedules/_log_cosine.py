"""Cycles that get longer and longer, each a full cosine."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule

_ROUNDING = 1e-9  # of a cycle


class CosLog(Schedule, name="coslog"):
    """Rise from zero to the initial rate and fall again, in cycles each twice as long as the last.

    With a share ``t`` of the training passed, the rate is ``initial * (minimum + (1 - minimum) *
    (1 - cos(2 * pi * log2(1 + (2**n_cycles - 1) * t))) / 2)``. It changes with every update. The
    schedule is that of RealMLP [1]_: short cycles find a good region early, the last one takes
    half of the training.

    It spans the whole training, so ``max_iter`` is the length to tune. Only epochs in the falling
    half of a cycle count towards ``n_iter_no_change``, and the end raises no ConvergenceWarning.

    Parameters
    ----------
    n_cycles : int, default=4
        Cycles of a training, at least 1.
    minimum : float, default=0.0
        Where a cycle begins and ends, as a fraction of the initial rate, from 0 to 1.

    References
    ----------
    .. [1] Holzmüller, D., Grinsztajn, L. and Steinwart, I. (2024). Better by default: strong
       pre-tuned MLPs and boosted trees on tabular data. NeurIPS. arXiv:2407.04491.

    Examples
    --------
    >>> from skneural.schedules import CosLog, Progress
    >>> CosLog(n_cycles=1).rates(0.5, Progress(epoch=1, n_epochs=2, n_batches=2)).round(3)
    array([0.465, 0.162])
    """

    _parameter_constraints: ClassVar = {
        "n_cycles": [Interval(Integral, 1, None, closed="left")],
        "minimum": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, n_cycles: int = 4, minimum: float = 0.0):
        self.n_cycles = n_cycles
        self.minimum = minimum

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        wave = (1 - np.cos(2 * np.pi * self._cycles(progress))) / 2
        return initial * (self.minimum + (1 - self.minimum) * wave)

    def counts_towards_plateau(self, progress: Progress) -> bool:
        after = replace(progress, epoch=progress.epoch + 1, n_batches=1)
        passed = float(self._cycles(after)[0]) % 1
        return not _ROUNDING < passed <= 0.5

    def is_complete(self, progress: Progress) -> bool:
        return progress.epoch >= progress.n_epochs

    def _cycles(self, progress: Progress) -> NDArray[np.float64]:
        """Cycles passed before each update, (n_batches,)."""
        passed = np.minimum(progress.epochs / progress.n_epochs, 1.0)
        return np.log2(1 + (2.0**self.n_cycles - 1) * passed)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(n_cycles=2, minimum=0.1)]
