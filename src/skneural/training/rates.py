"""The learning rates of each epoch, and the order of its rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..schedules import Progress, Schedule


class LearningRates:
    """The learning rates of each epoch, from a schedule and reductions on plateaus.

    Parameters
    ----------
    schedule : Schedule
    learning_rate : float
        The rate to start from.
    max_iter : int
    first_epoch : int, default=0
        Epochs run before with the same optimizer state.
    owner : str, default=""
        The estimator's name, for messages.
    """

    def __init__(
        self,
        schedule: Schedule,
        learning_rate: float,
        max_iter: int,
        first_epoch: int = 0,
        owner: str = "",
    ):
        self.schedule = schedule
        self.learning_rate = float(learning_rate)
        self.max_iter = max_iter
        self.epoch = first_epoch
        self.owner = owner
        self.progress = Progress(first_epoch, max_iter, 1)  # at the start of the latest epoch

    def rates(self, n_batches: int, samples_seen: int) -> np.ndarray:
        """Return the rate of each update of the next epoch, shape (n_batches,)."""
        n_epochs = max(self.max_iter, self.epoch + 1)
        self.progress = Progress(self.epoch, n_epochs, n_batches, samples_seen)
        self.epoch += 1
        rates = np.asarray(self.schedule.rates(self.learning_rate, self.progress), dtype=np.float64)
        if rates.shape != (n_batches,) or not np.isfinite(rates).all():
            what = f"{rates}" if rates.shape == (n_batches,) else f"an array of shape {rates.shape}"
            raise ValueError(
                f"{self.owner}: learning_rate={self.schedule!r} gave {what} for"
                f" epoch {self.epoch}; needed is a finite rate for each of its {n_batches} updates"
            )
        return rates

    def counts(self) -> bool:
        """Whether the latest epoch counts towards a plateau if it brought no improvement."""
        return self.schedule.counts_towards_plateau(self.progress)

    def is_complete(self) -> bool:
        """Whether the schedule has run its whole course with the latest epoch."""
        return self.schedule.is_complete(replace(self.progress, epoch=self.epoch))

    def reduce(self) -> float | None:
        """Lower the rate as the schedule does on a plateau; return it, None to stop there."""
        reduced = self.schedule.on_plateau(self.learning_rate)
        if reduced is not None:
            self.learning_rate = reduced
        return reduced
