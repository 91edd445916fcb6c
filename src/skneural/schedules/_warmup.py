"""Linear warm-up before any other schedule."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule, get_schedule


class Warmup(Schedule, name="warmup"):
    """Rise linearly to the initial rate, then follow another schedule.

    Small first steps prevent divergence of a newly initialised network, or of an optimizer whose
    averages are still empty [1]_. The rate rises with every update. The schedule that follows
    begins, at its own epoch 0, at the end of the warm-up. Epochs of warm-up do
    not count towards ``n_iter_no_change``.

    Parameters
    ----------
    schedule : str or Schedule, default="constant"
        What to follow afterwards.
    n_epochs : int, default=5
        Epochs of warm-up, at least 1.
    start_factor : float, default=0.1
        The first update's rate, as a fraction of the initial one, from 0 to 1.

    References
    ----------
    .. [1] Goyal, P. et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1
       hour. arXiv:1706.02677.

    Examples
    --------
    >>> from skneural.schedules import Progress, Warmup
    >>> Warmup("cosine", n_epochs=2, start_factor=0.0).rates(
    ...     1.0, Progress(epoch=1, n_epochs=10, n_batches=2))
    array([0.5 , 0.75])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "schedule": [str, Schedule],
        "n_epochs": [Interval(Integral, 1, None, closed="left")],
        "start_factor": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(
        self,
        schedule: str | Schedule = "constant",
        n_epochs: int = 5,
        start_factor: float = 0.1,
    ):
        self.schedule = schedule
        self.n_epochs = n_epochs
        self.start_factor = start_factor

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        if progress.epoch >= self.n_epochs:
            return self._next().rates(initial, self._next_progress(progress))
        passed = progress.epochs / self.n_epochs
        return initial * (self.start_factor + (1 - self.start_factor) * passed)

    def on_plateau(self, initial: float) -> float | None:
        return self._next().on_plateau(initial)

    def counts_towards_plateau(self, progress: Progress) -> bool:
        if progress.epoch < self.n_epochs:
            return False
        return self._next().counts_towards_plateau(self._next_progress(progress))

    def is_complete(self, progress: Progress) -> bool:
        if progress.epoch <= self.n_epochs:
            return False
        return self._next().is_complete(self._next_progress(progress))

    def _next(self) -> Schedule:
        return get_schedule(self.schedule, owner="Warmup")

    def _validate_params(self) -> None:
        super()._validate_params()
        self._next()

    def _next_progress(self, progress: Progress) -> Progress:
        """The progress of the schedule that follows, without the warm-up."""
        epoch = progress.epoch - self.n_epochs
        return replace(
            progress,
            epoch=epoch,
            n_epochs=max(progress.n_epochs - self.n_epochs, 1),
            samples_seen=progress.samples_seen * epoch // progress.epoch,
        )

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls("cosine", n_epochs=2), cls("adaptive", n_epochs=1, start_factor=0.0)]
