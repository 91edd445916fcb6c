"""The loss defined by an estimator's parameters, for its targets."""

from __future__ import annotations

from typing import Any

from ..losses import LogLoss, Loss, get_loss


def checked_loss(given: Any, smoothing: float, owner: str) -> Loss:
    """Return a classifier's loss by name or instance; raise if it cannot smooth labels."""
    loss = get_loss(given, owner, "classification")
    if smoothing > 0 and not isinstance(loss, LogLoss):
        raise ValueError(
            f"{owner}: label_smoothing={smoothing} needs loss='log_loss', got {given!r}"
        )
    return loss
