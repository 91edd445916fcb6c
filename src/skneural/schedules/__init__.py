"""Schedules of the learning rate and other numbers, usable by name or as instances."""

from ._adaptive import Adaptive
from ._base import Progress, Schedule, get_schedule
from ._constant import Constant
from ._cosine import Cosine
from ._decay import Exponential, Step
from ._flat_cosine import FlatCos
from ._inverse_scaling import InverseScaling
from ._log_cosine import CosLog
from ._one_cycle import OneCycle
from ._scheduled import Scheduled
from ._warmup import Warmup

__all__ = [
    "Adaptive",
    "Constant",
    "CosLog",
    "Cosine",
    "Exponential",
    "FlatCos",
    "InverseScaling",
    "OneCycle",
    "Progress",
    "Schedule",
    "Scheduled",
    "Step",
    "Warmup",
    "get_schedule",
]
