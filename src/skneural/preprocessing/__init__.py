"""Functions that bring series to the containers that estimators read.

The transformers that prepare tables, series and text are at the top:
``skneural.PiecewiseLinearEncoder``, ``skneural.PeriodicEncoder``, ``skneural.SeriesScaler`` and
``skneural.TextTokenizer``.
"""

from .layouts import to_series

__all__ = ["to_series"]
