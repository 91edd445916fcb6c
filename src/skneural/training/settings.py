"""The solver, the schedule and the loss that an estimator's parameters stand for."""

from __future__ import annotations

from typing import Any

from ..data.checks import named
from ..losses import LogLoss, Loss, get_loss
from ..optimizers import get_optimizer
from ..schedules import InverseScaling, Schedule, get_schedule

_MOMENTS = {"beta_1": "beta_1", "beta_2": "beta_2", "epsilon": "epsilon"}
_SHARED = {
    "sgd": {"momentum": "momentum", "nesterov": "nesterovs_momentum"},
    "adam": _MOMENTS,
    "adamw": _MOMENTS,
    "nadam": _MOMENTS,
}

_LARGEST_POWER = 1023  # of 2 in float64, the least number of rows plus one


def make_optimizer(estimator: Any) -> Any:
    """Return the optimizer; solvers known by name take scikit-learn's parameters for them."""
    solver, owner = estimator.solver, type(estimator).__name__
    if solver == "lbfgs":
        return None
    optimizer = get_optimizer(solver, owner)
    shared = _SHARED.get(solver, {}) if isinstance(solver, str) else {}
    return optimizer.set_params(**{name: getattr(estimator, its) for name, its in shared.items()})


def make_schedule(estimator: Any) -> Schedule:
    """Return the schedule of the learning rate."""
    owner = type(estimator).__name__
    if estimator.learning_rate == "invscaling":
        if estimator.power_t > _LARGEST_POWER:
            raise ValueError(
                f"{owner}: power_t={estimator.power_t:g} would leave no learning rate after the"
                f" first epoch of learning_rate='invscaling'; it can be {_LARGEST_POWER} at most"
            )
        return InverseScaling(power_t=estimator.power_t)
    return get_schedule(estimator.learning_rate, owner)


def make_loss(estimator: Any, task: str, kind: str) -> Loss:
    """Return the loss for a kind of targets: binary, multiclass, multilabel, masks or regression.

    That of masks weighs pixels by the class weights learned.
    """
    owner = type(estimator).__name__
    loss = get_loss(estimator.loss, owner, task)
    smoothing = getattr(estimator, "label_smoothing", 0.0)
    if smoothing > 0 and not isinstance(loss, LogLoss):
        raise ValueError(
            f"{owner}: label_smoothing={smoothing} needs loss='log_loss', got {estimator.loss!r}"
        )
    if kind != "masks":
        return loss.for_targets(kind, smoothing)
    is_even = estimator.class_weight is None
    weights = [1.0] * len(estimator.classes_) if is_even else estimator._class_weights
    with named(f"{owner}: loss={estimator.loss!r}"):
        return loss.for_masks(weights, smoothing)
