"""Pictures of fitted estimators and of their training, in the style of scikit-learn's displays."""

from ._map import MapDisplay
from ._training import TrainingDisplay

__all__ = ["MapDisplay", "TrainingDisplay"]
