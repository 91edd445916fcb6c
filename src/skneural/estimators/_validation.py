"""Rows as the network wants them, and those held back from training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import _safe_indexing


@dataclass
class Rows:
    """Rows as the network wants them, with what the user gave.

    Parameters
    ----------
    X : {ndarray, CSR} of shape (n_samples, n_features)
    y : ndarray of shape (n_samples, n_targets), dtype of X
        Encoded targets.
    loss_weight : ndarray of shape (n_samples,) or None
        Sample weight times class weight.
    labels : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The targets as the user gave them.
    sample_weight : ndarray of shape (n_samples,) or None
        The weights as the user gave them.
    """

    X: Any
    y: np.ndarray
    loss_weight: np.ndarray | None
    labels: Any
    sample_weight: np.ndarray | None

    def take(self, indices: np.ndarray) -> Rows:
        """Return a copy of some rows."""
        return Rows(*(None if v is None else _safe_indexing(v, indices) for v in vars(self).values()))


def hold_out(
    n_samples: int,
    fraction: float,
    random_state: np.random.RandomState,
    stratify: np.ndarray | None,
    owner: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Split row numbers into training and validation, with scikit-learn's draws.

    Returns
    -------
    training, validation : ndarray of int64
    """
    training, validation = train_test_split(
        np.arange(n_samples),
        random_state=random_state,
        test_size=fraction,
        stratify=stratify,
    )
    if len(validation) < 2:
        raise ValueError(
            f"{owner}: The validation set is too small. Increase 'validation_fraction'"
            f"={fraction} or the size of your dataset, {n_samples} rows."
        )
    return training, validation


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
        """Score of the rows; the greater the better."""
        return float(self.scorer(training, self.rows))
