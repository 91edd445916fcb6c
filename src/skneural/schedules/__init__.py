"""Learning-rate schedules, usable by name or as instances, with every solver."""

from ._adaptive import Adaptive
from ._base import Progress, Schedule, get_schedule
from ._constant import Constant
from ._cosine import Cosine
from ._decay import Exponential, Step
from ._inverse_scaling import InverseScaling
from ._one_cycle import OneCycle
from ._warmup import Warmup

__all__ = [
    "Adaptive",
    "Constant",
    "Cosine",
    "Exponential",
    "InverseScaling",
    "OneCycle",
    "Progress",
    "Schedule",
    "Step",
    "Warmup",
    "get_schedule",
]
