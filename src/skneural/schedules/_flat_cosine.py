"""A constant rate, then cosine annealing."""

from __future__ import annotations

from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule


class FlatCos(Schedule, name="flat_cos"):
    """Keep the initial rate for a part of the training, then decrease along half a cosine.

    RealMLP decreases dropout and weight decay so (Holzmüller et al. 2024, arXiv 2407.04491); see
    `Scheduled`. The rate changes with every update.

    The schedule spans the whole training, so ``max_iter`` is the length to tune. Its end raises no
    ConvergenceWarning.

    Parameters
    ----------
    flat_fraction : float, default=0.5
        Share of the training at the initial rate, from 0 to 1.
    minimum : float, default=0.0
        Where the training ends, as a fraction of the initial rate, from 0 to 1.

    Examples
    --------
    >>> from skneural.schedules import FlatCos, Progress
    >>> FlatCos().rates(0.2, Progress(epoch=0, n_epochs=1, n_batches=4))
    array([0.2, 0.2, 0.2, 0.1])
    """

    _parameter_constraints: ClassVar = {
        "flat_fraction": [Interval(Real, 0, 1, closed="both")],
        "minimum": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, flat_fraction: float = 0.5, minimum: float = 0.0):
        self.flat_fraction = flat_fraction
        self.minimum = minimum

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        passed = np.minimum(progress.epochs / progress.n_epochs, 1.0)
        fallen = np.maximum(passed - self.flat_fraction, 0.0) / max(1 - self.flat_fraction, 1e-300)
        cosine = np.cos(np.pi * fallen)
        return initial * (self.minimum + (1 - self.minimum) * (1 + cosine) / 2)

    def is_complete(self, progress: Progress) -> bool:
        return progress.epoch >= progress.n_epochs

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(flat_fraction=0.25, minimum=0.1), cls(flat_fraction=1.0)]
