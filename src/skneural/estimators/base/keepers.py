"""What keeps snapshots of an estimator's fit."""

from __future__ import annotations

from typing import Any

from ...training.snapshots import Keeper


def keeper_of(estimator: Any) -> Keeper | None:
    """Return what the first callback that keeps snapshots, such as `Checkpoint`, uses."""
    for callback in getattr(estimator, "_skl_callbacks", None) or ():
        if hasattr(callback, "keeper_for"):
            return callback.keeper_for(estimator)
    return None
