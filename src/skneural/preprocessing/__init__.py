"""Functions that bring series to the containers that estimators read.

The transformers that prepare series and text are at the top: ``skneural.SeriesScaler`` and
``skneural.TextTokenizer``.
"""

from .layouts import to_series

__all__ = ["to_series"]
