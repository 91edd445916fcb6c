"""Pictures of fitted estimators, in the style of scikit-learn's displays, and their diagnosis."""

from ._diagnose import diagnose
from ._map import MapDisplay

__all__ = ["MapDisplay", "diagnose"]
