"""The same learning rate for every update."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ._base import Progress, Schedule


class Constant(Schedule, name="constant"):
    """Keep the initial learning rate.

    Examples
    --------
    >>> from skneural.schedules import Constant, Progress
    >>> Constant().rates(0.5, Progress(epoch=7, n_epochs=10, n_batches=3))
    array([0.5, 0.5, 0.5])
    """

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        return np.full(progress.n_batches, float(initial))
