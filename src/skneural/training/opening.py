"""The training session of a fit, by the estimator's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..data.rows import Rows
from . import kept_session as _kept_session
from .batches import batch_size
from .settings import make_optimizer

if TYPE_CHECKING:
    from ..estimators.base.estimator import BaseNeuralNetwork


def open_session(
    estimator: BaseNeuralNetwork,
    network: Any,
    rows: Rows,
    seed: int,
    sized_freely: bool,
    kept: Any,
    owned: bool,
) -> Any:
    """Return a session on some rows, or on copies that it owns; the one kept if there is one."""
    n_samples, lbfgs = rows.n_samples, estimator.solver == "lbfgs"
    size = n_samples if lbfgs else batch_size(estimator, n_samples)
    if kept is not None:
        kept.load(rows.X, rows.y, rows.loss_weight, seed)
        return kept
    if owned:
        rows = _kept_session.with_copies(rows)
    return network.training_session(
        rows.X,
        rows.y,
        rows.loss_weight,
        batch_size=size,
        optimizer=make_optimizer(estimator),
        alpha=estimator.alpha * (loss_scale(estimator) if lbfgs else 1),
        weight_decay=estimator.weight_decay,
        max_grad_norm=estimator.max_grad_norm,
        n_jobs=estimator.n_jobs,
        seed=seed,
        augmentation=estimator._augmentations(),
        even=estimator._spreads_rows,
        bounded=estimator._spreads_rows and sized_freely and not lbfgs,
        among=rows.among,
    )


def loss_scale(estimator: BaseNeuralNetwork) -> int:
    """Return how many times the loss reported the session's sum over outputs is."""
    return estimator.n_outputs_ if estimator._loss.averages_outputs else 1
