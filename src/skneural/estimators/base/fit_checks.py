"""Checks of how `fit` and `partial_fit` are called, and of loss and targets together."""

from __future__ import annotations

from inspect import signature
from typing import Any

from ..._user_warnings import warn_user
from ...data.numbers import stored_numbers
from ...data.reader import Dataset
from ...data.rows import n_columns
from ...data.sources import FarRows
from ...losses import Loss
from .large_data import validation_data


def checked_fit(
    estimator: Any, validation: tuple[Any, Any, Any], incremental: bool
) -> tuple[Any, Any, Any]:
    """Return the validation data; raise for parameters and arguments that do not go together.

    Blocks of validation data are opened.
    """
    owner = type(estimator).__name__
    estimator._check_parameters()
    if incremental and estimator.early_stopping not in (False, "auto"):
        raise ValueError(f"{owner}: partial_fit does not support early_stopping=True")
    if incremental and getattr(estimator, "class_weight", None) == "balanced":
        raise ValueError(
            f"{owner}: class_weight='balanced' is not supported for partial_fit, which sees"
            " a part of the classes; give their weights as a dict"
        )
    X_val, y_val, weight_val = validation_data(validation, owner)
    if (X_val is None) != (y_val is None):
        given, missing = ("y_val", "X_val") if X_val is None else ("X_val", "y_val")
        raise ValueError(f"{owner}: {given} was given without {missing}; give both or neither")
    if X_val is None and weight_val is not None:
        raise ValueError(f"{owner}: sample_weight_val was given without X_val and y_val")
    if estimator.solver == "lbfgs":
        _warn_unused(estimator, owner)
    return X_val, y_val, weight_val


def _warn_unused(estimator: Any, owner: str) -> None:
    """Warn of given parameters that restrain updates, which L-BFGS does not use."""
    for name, instead in {"weight_decay": "alpha", "max_grad_norm": None}.items():
        value = getattr(estimator, name)
        if value and value != signature(type(estimator)).parameters[name].default:
            use = f"; use {instead}" if instead else ""
            warn_user(f"{owner}: {name}={value!r} is not used by solver='lbfgs'{use}")


def check_loss(loss: Loss, data: Dataset, estimator: Any) -> None:
    """Raise a ValueError where a loss is not defined for the targets."""
    owner = type(estimator).__name__
    needed, given = loss.n_targets(data.targets.n_outputs), n_columns(data.rows.y)
    if needed != given:
        raise ValueError(
            f"{owner}: loss={estimator.loss!r} needs {needed} target columns, y gives {given}"
        )
    for part in (data.rows, data.held_back):
        if part is not None:
            check_targets(loss, part.y, owner)


def check_targets(loss: Loss, y: Any, owner: str) -> None:
    """Raise a ValueError where a loss is not defined for numbers of y."""
    if not isinstance(y, FarRows):
        loss.check_targets(stored_numbers(y), owner)
    elif type(loss).check_targets is not Loss.check_targets:
        for _, part in y.parts():
            loss.check_targets(part, owner)
