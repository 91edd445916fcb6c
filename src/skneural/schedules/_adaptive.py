"""scikit-learn's "adaptive": a smaller rate at each plateau."""

from __future__ import annotations

from numbers import Real
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from ._base import Progress, Schedule


class Adaptive(Schedule, name="adaptive"):
    """Keep the rate while training improves, divide it at each plateau.

    A plateau is what would stop training with another schedule: ``n_iter_no_change``
    epochs without an improvement of ``tol``. Training stops at a plateau reached with a
    rate of ``minimum`` or less. The defaults are scikit-learn's.

    Parameters
    ----------
    factor : float, default=5.0
        What the rate is divided by, above 1.
    minimum : float, default=1e-6
        The rate at or below which a plateau ends training, above 0.

    Examples
    --------
    >>> from skneural.schedules import Adaptive
    >>> Adaptive().on_plateau(0.5)
    0.1
    >>> Adaptive().on_plateau(1e-6) is None
    True
    """

    _parameter_constraints: ClassVar = {
        "factor": [Interval(Real, 1, None, closed="neither")],
        "minimum": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, factor: float = 5.0, minimum: float = 1e-6):
        self.factor = factor
        self.minimum = minimum

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        return np.full(progress.n_batches, float(initial))

    def on_plateau(self, initial: float) -> float | None:
        return None if initial <= self.minimum else initial / self.factor

    @classmethod
    def examples(cls) -> list[Schedule]:
        return [cls(), cls(factor=2.0, minimum=1e-3)]
