"""Optimizers, usable by name ("adam") or as instances (``Adam(beta_2=0.95)``)."""

from ._adam import Adam, AdamW, Lion, NAdam
from ._adaptive import Adadelta, Adagrad, RMSprop
from ._base import Optimizer, get_optimizer
from ._sgd import SGD

__all__ = [
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "NAdam",
    "Optimizer",
    "RMSprop",
    "get_optimizer",
]
