"""What keeps snapshots of an estimator's fit."""

from __future__ import annotations

from typing import Any

from ...training.keeper import Keeper


def keeper_of(estimator: Any) -> Keeper | None:
    """Return what the callback that keeps snapshots, such as `Checkpoint`, uses.

    Raises
    ------
    ValueError
        If there are several: a fit goes on from one of them.
    """
    callbacks = getattr(estimator, "_skl_callbacks", None) or ()
    keeping = [callback for callback in callbacks if hasattr(callback, "keeper_for")]
    if len(keeping) > 1:
        names = ", ".join(map(repr, keeping))
        raise ValueError(
            f"{type(estimator).__name__}: {len(keeping)} callbacks keep snapshots, {names}, and a"
            " fit goes on from one; set one of them"
        )
    return keeping[0].keeper_for(estimator) if keeping else None
