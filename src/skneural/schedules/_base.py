"""What a learning-rate schedule is, and how its name is resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .._naming import Part, resolve, validate
from .._whole_numbers import refuse_booleans


@dataclass(frozen=True)
class Progress:
    """The state of training at the start of an epoch.

    Parameters
    ----------
    epoch : int
        The epoch about to run, from 0.
    n_epochs : int
        The most epochs this training may run.
    n_batches : int
        Updates in one epoch.
    samples_seen : int, default=0
        Training rows seen before this epoch.
    """

    epoch: int
    n_epochs: int
    n_batches: int
    samples_seen: int = 0

    @property
    def epochs(self) -> NDArray[np.float64]:
        """Epochs passed before each update of this epoch, ndarray of shape (n_batches,)."""
        return self.epoch + np.arange(self.n_batches) / self.n_batches

    @property
    def updates(self) -> NDArray[np.int64]:
        """Updates made before each update of this epoch, ndarray of shape (n_batches,)."""
        return self.epoch * self.n_batches + np.arange(self.n_batches)


class Schedule(Part):
    """Base of every learning-rate schedule.

    A subclass implements ``rates`` and ``examples``; one with an end
    also ``is_complete`` and ``counts_towards_plateau``. A schedule keeps no state, so one
    instance can serve many fits at once. ``class Mine(Schedule, name="mine")`` makes it
    known by that name.
    """

    registry: ClassVar[dict[str, type[Schedule]]] = {}
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    def __init_subclass__(cls, name: str | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if name is not None:
            Schedule.registry[name] = cls

    def rates(self, initial: float, progress: Progress) -> NDArray[np.float64]:
        """Learning rate of each update of one epoch.

        Parameters
        ----------
        initial : float
            The learning rate training starts from.
        progress : Progress
            The state of training at the start of the epoch.

        Returns
        -------
        rates : ndarray of shape (n_batches,), dtype float64
        """
        raise NotImplementedError

    def on_plateau(self, initial: float) -> float | None:
        """What to do when the loss has stopped improving.

        Parameters
        ----------
        initial : float
            The learning rate training starts from, or the last one that this method returned.

        Returns
        -------
        initial : float or None
            The rate to continue with, None to stop training.
        """
        return None

    def counts_towards_plateau(self, progress: Progress) -> bool:
        """Whether an epoch without improvement counts towards the end of training.

        It does not if the rate is deliberately high and falls later.

        Parameters
        ----------
        progress : Progress
            The state of training at the start of the epoch.

        Returns
        -------
        bool
            True by default.
        """
        return True

    def is_complete(self, progress: Progress) -> bool:
        """Whether the schedule is complete.

        Training that ends then raises no ConvergenceWarning.

        Parameters
        ----------
        progress : Progress
            The state of training after ``progress.epoch`` epochs.

        Returns
        -------
        bool
            False by default: the schedule has no end.
        """
        return False

    @classmethod
    def examples(cls) -> list[Schedule]:
        """Small instances that the contract tests run."""
        return [cls()]


def get_schedule(
    schedule: str | Schedule, owner: str = "", parameter: str = "learning_rate"
) -> Schedule:
    """Resolve a schedule's name, and check its parameters.

    Parameters
    ----------
    schedule : str or Schedule
        "constant", "invscaling", "adaptive", "step", "exponential", "cosine", "flat_cos",
        "coslog", "one_cycle", "warmup", or an instance.
    owner : str, default=""
        Who asks, for the error message.
    parameter : str, default="learning_rate"
        The parameter that is resolved, for the error message.

    Returns
    -------
    schedule : Schedule

    Raises
    ------
    ValueError
        For an unknown name, or a parameter out of range.
    TypeError
        For what is neither a name nor a schedule.
    """
    resolved: Schedule = resolve(parameter, schedule, Schedule.registry, owner, base=Schedule)
    validate(resolved, owner)
    refuse_booleans(resolved)
    return resolved
