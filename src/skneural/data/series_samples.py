"""How an estimator of series reads X: as tables, or as series of equal or unequal lengths."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .checks import accepted_dtypes, check_y
from .sample_shapes import shape_as_given
from .samples import Pairs, ShapedSamples
from .series import is_flat, read_series
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
        self, estimator: Any, series_shape: Shape | None, layers: Callable[[], Pairs]
    ):
        super().__init__(estimator, self._choose, accepts_sparse=False, layers=layers)
        self._series_shape = series_shape

    def _choose(self, shape: Shape) -> Shape:
        if self._series_shape is None:
            return (*shape, 1)
        return shape_as_given("series_shape", self._series_shape, shape, self.owner)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, an array of series or `Sequences`, and y, both checked."""
        if is_flat(X):
            return super().check_with_targets(X, y, dtype, first)
        X = self._read(X, dtype if isinstance(dtype, np.dtype) else None, first)
        return X, check_y(self.estimator, y, len(X) if isinstance(X, np.ndarray) else X.n_samples)

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from, checked."""
        return super().check(X, dtype) if is_flat(X) else self._read(X, dtype, first=False)

    def _read(self, X: Any, dtype: np.dtype | None, first: bool) -> Any:
        fitted = None if first else self.shape[1]
        series = read_series(X, self.owner, dtype or self._dtype(), fitted)
        source: Any = series
        if isinstance(series, list):
            source = Sequences(series)
        if first:
            shape = source.shape if isinstance(series, list) else source.shape[1:]
            estimator = self.estimator
            estimator.input_shape_ = estimator._sample_shape = shape
            estimator.n_features_in_ = shape[1]
            vars(estimator).pop("feature_names_in_", None)
        return source

    def _dtype(self) -> np.dtype | None:
        accepted = accepted_dtypes(self.estimator.dtype)
        return accepted if isinstance(accepted, np.dtype) else None
