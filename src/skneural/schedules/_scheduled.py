"""A number that follows a schedule, such as the rate of dropout or of weight decay."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval, InvalidParameterError

from .._naming import Part
from ._base import Progress, Schedule, get_schedule


class Scheduled(Part):
    """A number that changes during training as a schedule says, with every update.

    It stands for a number where that is possible: as `weight_decay` of an estimator, and as the
    rate of `skneural.layers.Dropout`. What is used is ``schedule.rates(value, progress)``; a
    schedule that waits for plateaus, "adaptive", never changes it. A `warm_start` begins the
    schedule anew, `partial_fit` continues it, as with the learning rate. "lbfgs" has no updates,
    and dropout then keeps the number of the first one.

    Parameters
    ----------
    value : float
        The number that the schedule starts from, not negative.
    schedule : str or Schedule, default="flat_cos"

    Examples
    --------
    >>> from skneural import NeuralNetClassifier
    >>> from skneural.layers import Dense, Dropout
    >>> from skneural.schedules import Scheduled
    >>> net = NeuralNetClassifier(
    ...     [Dense(32, "relu"), Dropout(Scheduled(0.15))],
    ...     solver="adamw", weight_decay=Scheduled(0.02, "cosine"),
    ... )
    >>> net.set_params(weight_decay__value=0.05).weight_decay
    Scheduled(schedule='cosine', value=0.05)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "value": [Interval(Real, 0, None, closed="left")],
        "schedule": [str, Schedule],
    }

    def __init__(self, value: float, schedule: str | Schedule = "flat_cos"):
        self.value = value
        self.schedule = schedule

    def numbers(self, progress: Progress) -> NDArray[np.float64]:
        """Return the number for each update of an epoch.

        Parameters
        ----------
        progress : Progress
            The state of training at the start of the epoch.

        Returns
        -------
        ndarray of shape (n_batches,), dtype float64

        Raises
        ------
        ValueError
            If the schedule does not give a finite number, not negative, for each update.
        """
        schedule = self._schedule()
        numbers = np.ascontiguousarray(schedule.rates(float(self.value), progress), np.float64)
        shape = (progress.n_batches,)
        if numbers.shape != shape or not np.isfinite(numbers).all() or (numbers < 0).any():
            what = f"{numbers}" if numbers.shape == shape else f"an array of shape {numbers.shape}"
            raise ValueError(
                f"{self!r}: gave {what} for epoch {progress.epoch + 1}; needed is a finite number"
                f" of 0 or more for each of its {progress.n_batches} updates"
            )
        return numbers

    def _schedule(self) -> Schedule:
        return get_schedule(self.schedule, "Scheduled", "schedule")

    def _validate_params(self) -> None:
        super()._validate_params()
        try:
            self._schedule()
        except ValueError as error:
            raise InvalidParameterError(str(error)) from None
