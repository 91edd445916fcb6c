"""How an estimator of series reads X: as tables, or as series of equal or unequal lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .checks import check_y
from .rows import n_rows
from .samples import Pairs, ShapedSamples
from .series import is_flat, read_series
from .series_tables import check_features, series_to_read, shape_of_rows
from .sources import Sequences

Shape = tuple[int, ...]


class SeriesSamples(ShapedSamples):
    """X of shape (n_samples, time, features), a list of series, or a table of their numbers.

    Series of unequal lengths become `Sequences`. The lengths of later data need not be those of the
    fit. Sets ``input_shape_``, the longest length and the number of features.

    Parameters
    ----------
    estimator : estimator
    series_shape : tuple of int or None
        Time and features of the series that a row of a table holds; None for one feature a step.
    layers : callable
        ``layers()`` returns the layers of the last fit as pairs of a name and a layer.
    """

    def __init__(
        self, estimator: Any, series_shape: Sequence[int] | None, layers: Callable[[], Pairs]
    ):
        super().__init__(estimator, self._choose, accepts_sparse=False, layers=layers)
        self._series_shape = series_shape

    def _choose(self, shape: Shape) -> Shape:
        return shape_of_rows(shape[0], self._series_shape, self.owner)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, an array of series or `Sequences`, and y, both checked."""
        series = self._as_series(X, first)
        if series is None:
            return super().check_with_targets(X, y, dtype, first)
        X = self._read(series, dtype if isinstance(dtype, np.dtype) else None, first)
        return X, check_y(self.estimator, y, n_rows(X))

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from, checked."""
        series = self._as_series(X, first=False)
        return super().check(X, dtype) if series is None else self._read(series, dtype, first=False)

    def _as_series(self, X: Any, first: bool) -> Any:
        """Return X if it holds series, or its rows as series of one feature; None for a table."""
        if first:
            return None if is_flat(X) else X
        return series_to_read(X, self.estimator._sample_shape, self._series_shape, self.owner)

    def _read(self, X: Any, dtype: np.dtype | None, first: bool) -> Any:
        series = read_series(X, self.owner, dtype, None if first else self.shape[1])
        source: Any = Sequences(series) if isinstance(series, list) else series
        if first:
            shape = source.shape[-2:]
            check_features(shape[1], self._series_shape, self.owner)
            estimator = self.estimator
            estimator.input_shape_ = estimator._sample_shape = shape
            estimator.n_features_in_ = shape[1]
            vars(estimator).pop("feature_names_in_", None)
        return source
