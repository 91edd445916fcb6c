"""What a diagnosis judges by: a fitted estimator's network on some rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..data.provider import Provider
from ..data.reader import DataReader
from ..data.rows import Rows, n_rows, rows_of, spread
from ..data.scaled_targets import ScaledTargets
from ..data.sources import Source
from ..data.targets import ClassTargets
from ..estimators.autoencoder.base import BaseAutoencoder
from ..estimators.base import predictor as _predictor
from ..estimators.base.large_data import provided, rows_to_predict
from ..estimators.base.network_estimator import NetworkEstimator
from ..network.constant_loss import constant_loss
from ..network.layer_figures import LayerFigures, layer_figures
from ..network.network import Network
from ..network.training_pass import WeightFigures, gradient_of, update_of, weight_figures
from ..training.record import TrainingRecord
from ..training.settings import Settings, make_optimizer


@dataclass
class Examination:
    """A fitted estimator, its network and some rows, and what follows from them.

    Parameters
    ----------
    estimator : NetworkEstimator
    network : Network
    rows : Rows or None
        X and targets; None without targets.
    X : ndarray, CSR matrix or Source
        As the network reads it.
    chosen : ndarray of shape (n_samples,), int64
        Which rows of the user's X they are.
    """

    estimator: NetworkEstimator
    network: Network
    rows: Rows | None
    X: Any
    chosen: np.ndarray
    names: list[str] = field(init=False)
    record: TrainingRecord = field(init=False)

    def __post_init__(self) -> None:
        self.names = list(self.estimator._built.names)
        self.record = vars(self.estimator).get("_record") or TrainingRecord()

    @property
    def n_jobs(self) -> int | None:
        return self.estimator.n_jobs

    @cached_property
    def settings(self) -> Settings:
        """How the estimator was trained."""
        return self.estimator._built.settings(self.estimator._settings()).on(len(self.chosen))

    @cached_property
    def is_finite(self) -> bool:
        """Whether all weights are finite numbers."""
        return bool(np.isfinite(self.network.parameters).all())

    @cached_property
    def layers(self) -> list[LayerFigures]:
        """Figures of the outputs of all layers."""
        return layer_figures(self.network, self.names, self.X, self.n_jobs)

    @cached_property
    def outputs(self) -> np.ndarray:
        """Predictions of the rows, shape (n_samples, n_outputs), float64."""
        return self.network.predict(self.X, n_jobs=self.n_jobs).astype(float)

    @cached_property
    def raw_outputs(self) -> np.ndarray:
        """Outputs before the link, shape (n_samples, n_outputs), float64."""
        return self.network.predict(self.X, n_jobs=self.n_jobs, raw=True).astype(float)

    @cached_property
    def training_pass(self) -> tuple[float, np.ndarray | None]:
        """Loss and gradient of a training pass; NaN and None without targets."""
        if self.rows is None:
            return np.nan, None
        rows = self.rows
        return gradient_of(self.network, rows.X, rows.y, rows.loss_weight, self.n_jobs)

    @cached_property
    def rate(self) -> float:
        """The learning rate in the middle of training."""
        rates = [rate for rate in self.record.learning_rates if rate > 0]
        return float(np.median(rates)) if rates else float(self.settings.learning_rate_init)

    @cached_property
    def weights(self) -> list[WeightFigures]:
        """Sizes of the weights of each layer, of their gradients and updates."""
        update = None
        if self.rows is not None and not self.settings.is_lbfgs:
            rows, settings = self.rows, self.settings
            update = update_of(
                self.network, rows.X, rows.y, rows.loss_weight,
                batch_size=min(n_rows(rows.X), settings.rows_of_a_batch(10**9)),
                optimizer=make_optimizer(settings), rate=self.rate,
                state=vars(self.estimator).get("_solver_state"), n_jobs=self.n_jobs,
                alpha=settings.alpha, weight_decay=settings.weight_decay,
                max_grad_norm=settings.max_grad_norm,
            )
        return weight_figures(self.network, self.names, self.training_pass[1], update)

    @cached_property
    def loss(self) -> float:
        """Mean loss of the rows as in prediction, NaN without targets."""
        if self.rows is None:
            return np.nan
        return self.network.evaluate(self.rows.X, self.rows.y, self.rows.loss_weight)

    @cached_property
    def varies(self) -> bool:
        """Whether the targets differ from row to row; if not, a constant has no loss."""
        if self.rows is None or not isinstance(self.rows.y, np.ndarray):
            return self.rows is not None
        return bool((self.rows.y != self.rows.y[:1]).any())

    @cached_property
    def constant_loss(self) -> float:
        """Least loss of outputs that are the same for all rows, NaN if nothing can be measured."""
        if self.rows is None or not isinstance(self.rows.y, np.ndarray) or not self.varies:
            return np.nan
        y = self.rows.y
        if self.rows.y is self.rows.X:
            y = y.reshape(len(y), -1).astype(float) * self.network.scale
        return constant_loss(self.network, y, self.rows.loss_weight)

    @cached_property
    def unit(self) -> float:
        """The loss of constant outputs: of these rows, else that of the first epoch."""
        if self.constant_loss > 0:
            return self.constant_loss
        curve = self.record.loss_curve
        return float(curve[0]) if curve and curve[0] > 0 else np.nan

    @cached_property
    def codes(self) -> np.ndarray | None:
        """The number of each row's class, where a row has one; None otherwise."""
        targets = self.estimator._targets
        one = isinstance(targets, ClassTargets) and targets.kind != "multilabel"
        if not one or self.rows is None or len(targets.classes) < 2:
            return None
        return self.rows.y[:, 0].astype(int)


def examine(estimator: Any, X: Any, y: Any, max_samples: int) -> Examination:
    """Return what a diagnosis judges by.

    Raises
    ------
    TypeError
        If the estimator has no network, or X is blocks.
    NotFittedError
        If it is not fitted.
    ValueError
        For X or y that do not go with the fit.
    """
    owner = type(estimator).__name__
    if not isinstance(estimator, NetworkEstimator):
        raise TypeError(
            f"diagnose: {owner} has no network that gradients train; {_instead(estimator)}"
        )
    check_is_fitted(estimator)
    if isinstance(provided(X), Provider):
        raise TypeError(f"diagnose: X is {type(X).__name__} for {owner}; pass some rows in memory")
    network = _predictor.predictor(estimator)
    needs_y = not isinstance(estimator, BaseAutoencoder)
    if needs_y and y is None:
        rows = rows_to_predict(estimator, X, network.dtype)
        chosen = spread(n_rows(rows), max_samples)
        return Examination(estimator, network, None, _some(rows, chosen), chosen)
    targets = estimator._targets
    reader = DataReader(estimator._samples(), estimator._target_rules())
    read = reader.more_rows(X, y, None, targets, network.dtype, "diagnose", training=True)
    chosen = spread(n_rows(read.X), max_samples)
    if len(chosen) < n_rows(read.X):
        read = read.take(chosen)
    read, _ = estimator._samples().prepare(read, None, network.dtype, False)
    if isinstance(targets, ScaledTargets):
        read = targets.scaled(read, network.dtype)
    return Examination(estimator, network, read, read.X, chosen)


def _some(X: Any, chosen: np.ndarray) -> Any:
    return X if len(chosen) == n_rows(X) else rows_of(X, chosen)


def _instead(estimator: Any) -> str:
    if hasattr(estimator, "steps"):
        return "pass its last step, and X as the steps before it transform it"
    for name in ("best_estimator_", "estimator_", "regressor_"):
        if hasattr(estimator, name):
            return f"pass its {name}"
    return "pass a classifier, a regressor or an autoencoder of skneural"


def is_numbers(X: Any) -> bool:
    """Whether rows are one array of numbers."""
    return isinstance(X, np.ndarray) and not isinstance(X, Source)
