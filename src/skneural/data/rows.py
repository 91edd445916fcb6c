"""Rows as the network wants them, checked, encoded and split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import _safe_indexing

from .checks import check_weights, named
from .splits import hold_out, with_each

if TYPE_CHECKING:
    from ..estimators.base.estimator import BaseNeuralNetwork


@dataclass
class Rows:
    """Rows as the network wants them, with what the user gave.

    Parameters
    ----------
    X : {ndarray, CSR} of shape (n_samples, n_features)
    y : {ndarray, CSR} of shape (n_samples, n_targets), dtype of the network
        Encoded targets; where they are X itself, of whatever dtype X has.
    loss_weight : ndarray of shape (n_samples,) or None
        Sample weight times class weight.
    labels : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The targets as the user gave them.
    sample_weight : ndarray of shape (n_samples,) or None
        The weights as the user gave them.
    among : ndarray of shape (n_chosen,), int64, or None
        The rows of these arrays that are meant; None for all.
    """

    X: Any
    y: Any
    loss_weight: np.ndarray | None
    labels: Any
    sample_weight: np.ndarray | None
    among: np.ndarray | None = None

    @property
    def n_samples(self) -> int:
        return self.X.shape[0] if self.among is None else len(self.among)

    def alone(self) -> Rows:
        """Return the rows that are meant in arrays of their own, a copy where there are others."""
        return self if self.among is None else replace(self, among=None).take(self.among)

    def weights_among_all(self) -> np.ndarray | None:
        """Return the weight in the loss of each row of the arrays, 0 of those not meant."""
        if self.among is None:
            return self.loss_weight
        weights = np.zeros(self.X.shape[0])
        weights[self.among] = 1 if self.loss_weight is None else self.loss_weight[self.among]
        return weights

    def take(self, indices: np.ndarray) -> Rows:
        """Return a copy of some rows; what is one array here is one there."""
        parts = {id(v): v for v in vars(self).values()}
        taken: dict[int, Any] = {
            key: None if v is None else _safe_indexing(v, indices) for key, v in parts.items()
        }
        return Rows(**{name: taken[id(v)] for name, v in vars(self).items()})


def check_rows(
    estimator: BaseNeuralNetwork,
    X: Any,
    y: Any,
    weight: Any,
    first: bool,
    incremental: bool,
    classes: Any,
) -> Rows:
    """Return the training rows; the estimator learns features and targets, or checks them."""
    X, y = estimator._check_X_y(X, y, estimator._accepted_dtypes(first), first)
    weight = check_weights(type(estimator).__name__, "sample_weight", weight, X.shape[0])
    if first:
        estimator._learn_range(X, weight)
    estimator._learn_targets(y, first, incremental, classes)
    encoded = estimator._encode(y, estimator._network_dtype(X, first))
    with named(type(estimator).__name__):
        loss_weight = estimator._loss_weight(y, weight, training=True)
    if loss_weight is not None and not loss_weight.any():
        raise ValueError(
            f"{type(estimator).__name__}: sample_weight times class_weight is zero for every row"
        )
    return Rows(X, encoded, loss_weight, y, weight)


def check_validation(
    estimator: BaseNeuralNetwork, validation: tuple, dtype: np.dtype
) -> Rows | None:
    """Return the validation rows that the user gave, None without."""
    X, y, weight = validation
    if X is None:
        return None
    owner = type(estimator).__name__
    with named(f"{owner}, validation data X_val and y_val"):
        X, y = estimator._check_X_y(X, y, dtype, first=False)
        estimator._learn_targets(y, first=False, incremental=True)
    weight = check_weights(owner, "sample_weight_val", weight, X.shape[0])
    loss_weight = estimator._loss_weight(y, weight, training=False)
    return Rows(X, estimator._encode(y, dtype), loss_weight, y, weight)


def hold_back(
    estimator: BaseNeuralNetwork, rows: Rows, given: tuple, random_state: np.random.RandomState
) -> tuple[Rows, Rows, tuple]:
    """Split off the validation set, of which alone there is a copy.

    What the user gave is split when a callback asks for it.
    """
    kept, held_back = hold_out(
        rows.X.shape[0],
        estimator.validation_fraction,
        random_state,
        estimator._strata(rows),
        type(estimator).__name__,
    )
    kept, held_back = with_each(kept, held_back, estimator._kinds_to_hold_back(rows))
    given = tuple(_later(v, kept) for v in given)
    return replace(rows, among=kept), rows.take(held_back), given


def _later(values: Any, indices: np.ndarray) -> Callable[[], Any]:
    """Return a function that takes some rows of `values` the first time it is called."""
    taken: list = []

    def take():
        if not taken:
            taken.append(None if values is None else _safe_indexing(values, indices))
        return taken[0]

    return take
