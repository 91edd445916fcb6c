"""What a fitted estimator has learned: gradients, and pictures in scikit-learn's style."""

from ._input_gradient import input_gradient
from ._map import MapDisplay

__all__ = ["MapDisplay", "input_gradient"]
