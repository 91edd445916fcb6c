"""Cosine annealing, once or with warm restarts."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule

_ROUNDING = 1e-9  # of a cycle


class Cosine(Schedule, name="cosine"):
    """Decrease along half a cosine, optionally with warm restarts (SGDR [1]_).

    Within a cycle of ``length`` epochs, ``t`` epochs after its start, the rate is
    ``initial * (minimum + (1 - minimum) * (1 + cos(pi * t / length)) / 2)``. It changes
    with every update, not only between epochs.

    Training that ends with a cycle raises no ConvergenceWarning. With restarts, only epochs in
    the second half of a cycle count towards ``n_iter_no_change``.

    Parameters
    ----------
    minimum : float, default=0.0
        Where a cycle ends, as a fraction of the initial rate.
    cycle_length : float, default=None
        Epochs in the first cycle. None: one cycle over the whole training, no restart.
    cycle_multiplier : float, default=1.0
        How many times longer than the one before each later cycle is, at least 1.

    References
    ----------
    .. [1] Loshchilov, I. and Hutter, F. (2017). SGDR: stochastic gradient descent with
       warm restarts. ICLR. arXiv:1608.03983.

    Examples
    --------
    >>> from skneural.schedules import Cosine, Progress
    >>> Cosine(cycle_length=2).rates(1.0, Progress(epoch=1, n_epochs=4, n_batches=1))
    array([0.5])
    """

    _parameter_constraints: ClassVar = {
        "minimum": [Interval(Real, 0, 1, closed="both")],
        "cycle_length": [None, Interval(Real, 0, None, closed="neither")],
        "cycle_multiplier": [Interval(Real, 1, None, closed="left")],
    }

    def __init__(
        self,
        minimum: float = 0.0,
        cycle_length: float | None = None,
        cycle_multiplier: float = 1.0,
    ):
        self.minimum = minimum
        self.cycle_length = cycle_length
        self.cycle_multiplier = cycle_multiplier

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        cosine = np.cos(np.pi * self._cycle_fraction(progress))
        return initial * (self.minimum + (1 - self.minimum) * (1 + cosine) / 2)

    def counts_towards_plateau(self, progress: Progress) -> bool:
        if self.cycle_length is None:
            return True
        passed = self._passed(replace(progress, epoch=progress.epoch + 1))
        return passed > 0.5 or passed == 0

    def is_complete(self, progress: Progress) -> bool:
        if self.cycle_length is None:
            return progress.epoch >= progress.n_epochs
        return self._passed(progress) == 0

    def _passed(self, progress: Progress) -> float:
        """Share of a cycle that has passed at the start of an epoch, 0 at the very end of one."""
        passed = float(self._cycle_fraction(replace(progress, n_batches=1))[0])
        return 0.0 if min(passed, 1 - passed) < _ROUNDING else passed

    def _cycle_fraction(self, progress: Progress) -> NDArray[np.float64]:
        """Share of its cycle that has passed before each update, (n_batches,)."""
        epochs = progress.epochs
        if self.cycle_length is None:
            return np.minimum(epochs / progress.n_epochs, 1.0)
        if self.cycle_multiplier == 1:
            return epochs % self.cycle_length / self.cycle_length
        bounds = self._cycle_bounds(progress.epoch + 1)
        cycle = np.searchsorted(bounds, epochs, side="right") - 1
        return (epochs - bounds[cycle]) / np.diff(bounds)[cycle]

    def _cycle_bounds(self, epoch: float) -> NDArray[np.float64]:
        """Start of every cycle up to the first at or after ``epoch``."""
        bounds, length = [0.0], float(self.cycle_length or 1.0)
        while bounds[-1] < epoch:
            bounds.append(bounds[-1] + length)
            length *= self.cycle_multiplier
        return np.array(bounds)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [
            cls(),
            cls(minimum=0.1, cycle_length=3),
            cls(cycle_length=1.5, cycle_multiplier=2.0),
        ]
