"""The network's loss and score on validation rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..data.rows import Rows


class ValidationSet:
    """Held-back rows, and the score that training is judged by.

    Parameters
    ----------
    network : Network
        The network in training.
    rows : Rows
    scorer : callable
        ``scorer(training, rows)`` is the score at this moment; the greater the better.
    """

    def __init__(self, network: Any, rows: Rows, scorer: Callable[[Any, Rows], float]):
        self.rows = rows
        self.scorer = scorer
        self.evaluation = network.evaluation(rows.X, rows.y, rows.loss_weight)

    def loss(self) -> float:
        """Mean loss of the rows, without the penalty on the weights."""
        return float(self.evaluation.loss())

    def score(self, training: Any) -> float:
        """Score of the rows; the greater the better.

        An error of the scorer keeps its type, with a note that names the estimator.
        """
        try:
            score = self.scorer(training, self.rows)
        except Exception as error:
            error.add_note(f"{training.owner}: raised while scoring judged the validation rows")
            raise
        try:
            return float(score)
        except (TypeError, ValueError):
            raise ValueError(
                f"{training.owner}: scoring must return a number, got {score!r}"
                f" of type {type(score).__name__}"
            ) from None
