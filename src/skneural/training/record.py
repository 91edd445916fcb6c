"""What training has done so far: curves, counters and the solver's state."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np


@dataclass
class TrainingRecord:
    """Curves and counters of one training, carried on by warm starts and ``partial_fit``.

    ``n_iter`` counts the epochs of the last call, the curves those of all calls; ``interrupted``
    says whether Ctrl-C ended the last one; ``batch`` are the rows of a batch of the last call, and
    the bytes that it took.
    """

    n_iter: int = 0
    samples_seen: int = 0
    loss: float = np.nan
    loss_curve: list[float] = field(default_factory=list)
    learning_rates: list[float] = field(default_factory=list)
    validation_losses: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    best_loss: float = np.inf
    best_score: float = -np.inf
    n_without_improvement: int = 0
    interrupted: bool = False
    batch: tuple[int, int] | None = None

    def attributes(self, validated: bool, early_stopping: bool) -> dict[str, Any]:
        """Return curves and counters by the names that fitted estimators show them by."""
        return {
            "loss_": self.loss,
            "loss_curve_": self.loss_curve,
            "learning_rates_": self.learning_rates,
            "best_loss_": None if early_stopping else self.best_loss,
            "validation_loss_curve_": self.validation_losses if validated else None,
            "validation_scores_": self.validation_scores if validated else None,
            "best_validation_score_": self.best_score if validated else None,
            "n_iter_": self.n_iter,
            "t_": self.samples_seen,
        }

    def continued(self) -> TrainingRecord:
        """Return a copy to train on with, so that a failing fit leaves this one as it was."""
        return replace(
            self,
            n_iter=0,
            loss_curve=list(self.loss_curve),
            learning_rates=list(self.learning_rates),
            validation_losses=list(self.validation_losses),
            validation_scores=list(self.validation_scores),
            interrupted=False,
        )


@dataclass
class SolverState:
    """What ``partial_fit`` needs to go on where the last call ended.

    ``slots`` are the optimizer's running averages, one flat vector of the weights' dtype;
    ``layers`` what layers remember of earlier batches, a vector of float64.
    """

    solver: str
    slots: Any
    n_updates: int
    n_epochs: int
    learning_rate: float
    layers: Any
