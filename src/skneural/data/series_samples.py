"""How an estimator of series reads X: as tables, or as series of equal or unequal lengths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .checks import check_y
from .rows import n_rows
from .samples import Pairs, ShapedSamples
from .series import gradient_of_steps, is_flat, is_list, read_series
from .series_scale import SeriesScale
from .series_tables import check_features, series_to_read, shape_of_rows
from .sources import Sequences
from .token_ids import check_tokens

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
    n_tokens : int or None, default=None
        If steps are token ids, how many tokens there are.
    missing : {"error", "mask"}, default="error"
        What becomes of NaN within a series, see `read_series`.
    normalizes : bool, default=False
        Whether features are standardised; sets ``feature_scale_``.
    """

    def __init__(
        self,
        estimator: Any,
        series_shape: Sequence[int] | None,
        layers: Callable[[], Pairs],
        n_tokens: int | None = None,
        missing: str = "error",
        normalizes: bool = False,
    ):
        super().__init__(estimator, self._choose, accepts_sparse=False, layers=layers)
        self._series_shape = series_shape
        self._n_ids = n_tokens
        self._missing = missing
        self._normalizes = normalizes

    def accepted_dtypes(self) -> Any:
        """Return the dtypes that X may keep in a first fit; ids need no more than float32."""
        if self._n_ids is not None and self.estimator.dtype is None:
            return np.dtype(np.float32)
        return super().accepted_dtypes()

    def _choose(self, shape: Shape) -> Shape:
        return shape_of_rows(shape[0], self._series_shape, self.owner)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as rows of numbers, an array of series or `Sequences`, and y, both checked."""
        X = _listed(X)
        series = self._as_series(X, first)
        if series is None:
            X, y = super().check_with_targets(X, y, dtype, first)
            return self._read_rows(X, first), y
        X = self._read(series, dtype if isinstance(dtype, np.dtype) else None, first)
        return X, check_y(self.estimator, y, n_rows(X))

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from, checked."""
        X = _listed(X)
        series = self._as_series(X, first=False)
        if series is not None:
            return self._read(series, dtype, first=False)
        return self._read_rows(super().check(X, dtype), first=False)

    def backward(self, X: Any, gradient: np.ndarray) -> Any:
        """Return the gradient by X, given that by the series that a network reads.

        Parameters
        ----------
        X : array-like
            As the user passed it.
        gradient : ndarray of shape (n_samples, time, features)

        Returns
        -------
        ndarray of the shape of X, or list of ndarray
            A list where X is one of series. 0 for steps that are left out, as those that are NaN.
        """
        scale = vars(self.estimator).get("feature_scale_")
        if scale is not None:
            gradient = (gradient / scale.scale).astype(gradient.dtype)
        if is_list(X) and not is_flat(X):
            return [
                gradient_of_steps(np.asarray(x, float), own)
                for x, own in zip(X, gradient, strict=True)
            ]
        whole = np.asarray(X)
        series = whole.reshape(len(whole), -1, gradient.shape[2])
        if series.shape == gradient.shape and np.isfinite(series.astype(float)).all():
            return gradient.reshape(whole.shape)
        pairs = zip(series.astype(float), gradient, strict=True)
        return np.stack([gradient_of_steps(x, own) for x, own in pairs]).reshape(whole.shape)

    def _as_series(self, X: Any, first: bool) -> Any:
        """Return X if it holds series, or its rows as series of one feature; None for a table."""
        if first:
            return None if is_flat(X) else X
        return series_to_read(X, self.estimator._sample_shape, self._series_shape, self.owner)

    def _read_rows(self, X: Any, first: bool) -> Any:
        """Return the rows of a table as the network reads them, or as series if NaN ends some."""
        series = X
        if X.ndim == 2 and X.dtype.kind == "f" and not np.isfinite(X).all():
            steps = X.reshape(len(X), *self.shape)
            read = read_series(steps, self.owner, X.dtype, self.shape[1], self._missing)
            series = X if isinstance(read, np.ndarray) and read.size == X.size else read
        check_tokens(series, self._n_ids, self.owner)
        series = self._normalized(series, first)
        return Sequences(series) if isinstance(series, list) else series

    def _read(self, X: Any, dtype: np.dtype | None, first: bool) -> Any:
        n_features = None if first else self.shape[1]
        series = read_series(X, self.owner, dtype, n_features, self._missing)
        check_tokens(series, self._n_ids, self.owner)
        if first:
            time = Sequences(series).longest if isinstance(series, list) else series.shape[1]
            shape = time, series[0].shape[1]
            check_features(shape[1], self._series_shape, self.owner)
            estimator = self.estimator
            estimator.input_shape_ = estimator._sample_shape = shape
            estimator.n_features_in_ = shape[1]
            vars(estimator).pop("feature_names_in_", None)
        series = self._normalized(series, first)
        return Sequences(series) if isinstance(series, list) else series

    def _normalized(self, series: Any, first: bool) -> Any:
        """Return series, or rows of a table, as the network reads them."""
        kept = vars(self.estimator)
        if first:
            kept.pop("feature_scale_", None)
        if first and self._normalizes:
            kept["feature_scale_"] = SeriesScale.of(series, self.shape[1])
        return kept["feature_scale_"].standardized(series) if "feature_scale_" in kept else series



def _listed(X: Any) -> Any:
    """Return a list of the rows that an array or pandas Series of objects holds."""
    return list(X) if is_list(X) and not isinstance(X, (list, tuple)) else X
