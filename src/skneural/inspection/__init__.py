"""What a fitted estimator has learned: pictures, gradients, attributions and a diagnosis."""

from ._diagnose import diagnose
from ._input_gradient import input_gradient
from ._map import MapDisplay
from ._training import TrainingDisplay

__all__ = [
    "MapDisplay",
    "TrainingDisplay",
    "diagnose",
    "input_gradient",
]
