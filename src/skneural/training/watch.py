"""Observers of a training: callbacks, and a scorer of the validation rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..callbacks import FitTasks
from ..data.reader import Given
from ..data.rows import Rows
from .epochs import Training
from .keeper import Keeper


class Watch:
    """Does nothing. An estimator's calls its callbacks and the scorer of its user."""

    def learned(self, targets: Any) -> None:
        """Note the targets, with what was learned from the rows to train on."""

    def tasks(self, max_epochs: int, given: Given) -> FitTasks:
        """Return what calls the callbacks; ``given`` returns X, y and weights of the rows."""
        X, y, _ = given
        return FitTasks(None, max_epochs, X, y, dict)

    def attributes(self, training: Training) -> dict[str, Any]:
        """Return the estimator's attributes as if training had ended, for callbacks."""
        return {}

    def keeper(self) -> Keeper | None:
        """Return what keeps snapshots of the training, None if nothing does."""
        return None

    def scorer(self, targets: Any) -> Callable[[Training, Rows], float] | None:
        """Return what scores the validation rows, None for the targets' own score."""
        return None
