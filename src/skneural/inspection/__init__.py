"""Pictures of fitted estimators, in the style of scikit-learn's displays."""

from ._map import MapDisplay

__all__ = ["MapDisplay"]
