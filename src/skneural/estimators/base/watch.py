"""Calls of an estimator's callbacks and scorer during training."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

from ...callbacks import FitTasks
from ...data.reader import Given
from ...data.rows import Rows
from ...training.epochs import Training
from ...training.keeper import Keeper
from ...training.scorers import scorer_for, takes
from ...training.watch import Watch
from . import predictor as _predictor
from .keepers import keeper_of


class EstimatorWatch(Watch):
    """Follows the training of a `NetworkEstimator`."""

    def __init__(self, estimator: Any):
        self._estimator = estimator

    def learned(self, targets: Any) -> None:
        """Let the estimator predict, for callbacks, with what was learned of the targets."""
        self._estimator._targets = targets

    def tasks(self, max_epochs: int, given: Given) -> FitTasks:
        """Return what calls the estimator's callbacks, from pretraining on if there was one."""
        begun = vars(self._estimator).pop("_begun_tasks", None)
        return begun or FitTasks.of(self._estimator, max_epochs, given)

    def attributes(self, training: Training) -> dict[str, Any]:
        """Return copies of the attributes that a fit would leave if training had ended."""
        return copy.deepcopy(self._estimator._fitted_attributes(training))

    def keeper(self) -> Keeper | None:
        """Return what the callback that keeps snapshots, such as `Checkpoint`, uses."""
        return keeper_of(self._estimator)

    def scorer(self, targets: Any) -> Callable[[Training, Rows], float] | None:
        """Return what scores a copy of the estimator by its `scoring`, None without."""
        estimator = self._estimator
        if estimator.scoring == "loss":
            return lambda training, rows: -training.record.validation_losses[-1]
        scorer = scorer_for(estimator.scoring, targets, type(estimator).__name__)
        if scorer is None:
            return None

        def score(training, rows):
            weight = {}
            if rows.sample_weight is not None and takes(scorer, "sample_weight"):
                weight = {"sample_weight": rows.sample_weight}
            value = scorer(_judged(estimator, targets, training), rows.X, rows.labels, **weight)
            if isinstance(value, float) and math.isnan(value):
                notice = f"{training.owner}: scoring gave NaN, which counts as no improvement"
                training.warn_once(notice)
            return value

        return score


def _judged(estimator: Any, targets: Any, training: Training) -> Any:
    """Return a copy that scorers may judge: no names to warn of, rows of numbers as y."""
    judged = copy.copy(estimator)
    vars(judged).pop("feature_names_in_", None)
    vars(judged).update(estimator._fitted_attributes(training))
    judged._targets = targets.flat()
    _predictor.keep(judged, training.network, judged._weights())
    return judged
