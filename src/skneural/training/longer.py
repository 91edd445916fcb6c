"""Whether a fit may go on from a snapshot of one with a lower `max_iter`."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schedules import Progress
from .rates import LearningRates
from .settings import Settings


def why_not_longer(
    settings: Settings, session: Any, learning_rates: LearningRates, shorter: int
) -> str | None:
    """Return why epochs depend on `max_iter`, None if those of a shorter fit are the same.

    Parameters
    ----------
    settings : Settings
    session : TrainingSession
    learning_rates : LearningRates
        After the epochs that the shorter fit has trained.
    shorter : int
        Its `max_iter`.
    """
    if settings.whole_course or settings.recipe is not None:
        return "max_iter is the intended length of training"
    if not hasattr(session, "is_scheduled"):
        return "a fit over a cluster does not say what depends on max_iter"
    if session.is_scheduled:
        return "a Scheduled parameter depends on max_iter"
    schedule, first = learning_rates.schedule, settings.learning_rate_init
    for epoch in range(learning_rates.epoch):
        seen = epoch * session.n_samples
        there, here = (
            Progress(epoch, n_epochs, session.n_batches, seen)
            for n_epochs in (shorter, learning_rates.max_iter)
        )
        rates = np.array_equal(schedule.rates(first, there), schedule.rates(first, here))
        counts = schedule.counts_towards_plateau
        if not rates or counts(there) != counts(here):
            return f"learning_rate={settings.learning_rate!r} depends on max_iter"
    return None
