"""Losses, usable by name ("huber") or as instances (``Huber(delta=2.0)``)."""

from ._base import Loss, get_loss
from ._custom import CustomLoss
from ._hinge import Hinge
from ._log_loss import LogLoss
from ._regression import AbsoluteError, Huber, Poisson, Quantile, SquaredError

__all__ = [
    "AbsoluteError",
    "CustomLoss",
    "Hinge",
    "Huber",
    "LogLoss",
    "Loss",
    "Poisson",
    "Quantile",
    "SquaredError",
    "get_loss",
]
