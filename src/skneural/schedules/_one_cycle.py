"""The one-cycle policy: a rise, then a long fall."""

from __future__ import annotations

from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule


class OneCycle(Schedule, name="one_cycle"):
    """Rise from the initial rate to ten times that, then fall far below it.

    The high rates in the middle regularise and cross flat regions quickly, the low ones
    at the end settle in a minimum (Smith's "super-convergence" [1]_, [2]_). Both parts
    follow half a cosine. ``learning_rate_init`` is the rate at which the cycle begins, and
    its peak is ``peak_factor`` times that: 0.01 with the defaults. PyTorch's ``OneCycleLR``
    is given the peak; its ``max_lr=m`` is ``learning_rate_init=m / 25`` with
    ``OneCycle(peak_factor=25)``.

    The cycle spans the whole training, so ``max_iter`` is the length to tune. Epochs count
    towards ``n_iter_no_change`` only once the rate has come down to the initial one, and the
    end of the cycle raises no ConvergenceWarning.

    Parameters
    ----------
    peak_factor : float, default=10.0
        The peak, in initial rates, at least 1.
    warmup_fraction : float, default=0.3
        Share of the training spent rising, from 0 to 1.
    minimum : float, default=1e-4
        The last update's rate, in initial rates, from 0 to 1.

    References
    ----------
    .. [1] Smith, L. N. and Topin, N. (2017). Super-convergence: very fast training of
       neural networks using large learning rates. arXiv:1708.07120.
    .. [2] Smith, L. N. (2018). A disciplined approach to neural network hyper-parameters,
       part 1. arXiv:1803.09820.

    Examples
    --------
    >>> from skneural.schedules import OneCycle, Progress
    >>> OneCycle(warmup_fraction=0.5, minimum=0).rates(
    ...     0.25, Progress(epoch=0, n_epochs=1, n_batches=6)).round(3)
    array([0.25 , 1.375, 2.5  , 1.875, 0.625, 0.   ])
    """

    _parameter_constraints: ClassVar = {
        "peak_factor": [Interval(Real, 1, None, closed="left")],
        "warmup_fraction": [Interval(Real, 0, 1, closed="both")],
        "minimum": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self, peak_factor: float = 10.0, warmup_fraction: float = 0.3, minimum: float = 1e-4
    ):
        self.peak_factor = peak_factor
        self.warmup_fraction = warmup_fraction
        self.minimum = minimum

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        last = progress.n_epochs * progress.n_batches - 1
        peak = self._peak(progress)
        updates = np.minimum(progress.updates, last)
        rising = _half_cosine(1.0, self.peak_factor, updates, 0.0, peak)
        falling = _half_cosine(self.peak_factor, self.minimum, updates, peak, last)
        return initial * np.where(updates < peak, rising, falling)

    def counts_towards_plateau(self, progress: Progress) -> bool:
        is_falling = progress.updates[0] >= self._peak(progress)
        return bool(is_falling and self.rates(1.0, progress)[0] <= 1.0)

    def is_complete(self, progress: Progress) -> bool:
        return progress.epoch >= progress.n_epochs

    def _peak(self, progress: Progress) -> float:
        """Return the update that has the highest rate."""
        n_updates = progress.n_epochs * progress.n_batches
        return max(self.warmup_fraction * n_updates - 1, 0.0)

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(peak_factor=4.0, warmup_fraction=0.0), cls(warmup_fraction=1.0)]


def _half_cosine(
    before: float, after: float, updates: NDArray[np.int64], start: float, end: float
) -> NDArray[np.float64]:
    """Go from ``before`` at update ``start`` to ``after`` at update ``end``, (n_batches,)."""
    passed = np.clip((updates - start) / max(end - start, 1.0), 0.0, 1.0)
    return after + (before - after) * (1 + np.cos(np.pi * passed)) / 2
