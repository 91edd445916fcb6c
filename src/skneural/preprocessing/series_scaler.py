"""Standardisation of series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.base import OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .._parameters import parameter, parameter_group, with_parameters
from ..data.checks import unchanged_on_error
from ..data.series import Series
from ..data.series_samples import SeriesSamples
from ..data.series_scale import SeriesScale
from ..data.sources import Sequences
from .base import Preparation
from .containers import in_container_of

_DTYPES = (np.float64, np.float32)  # that are kept; all others become the first


@parameter_group
class SeriesScalerParameters:
    """Parameters of `SeriesScaler`."""

    series_shape: Sequence[int] | None = parameter(
        default=None, constraint=[tuple, list, None], kw_only=False,
        text="""tuple of two int or None
        Time and features of a series, if X is flat; `None` is one feature a step.""")


def _fitted_on_table(scaler: Any) -> bool:
    return len(getattr(scaler, "_sample_shape", (0,))) == 1


@with_parameters
class SeriesScaler(SeriesScalerParameters, OneToOneFeatureMixin, TransformerMixin, Preparation):
    """Standardise the features of series to mean 0 and variance 1 over all steps of all series.

    A series that is longer counts more, and the NaN that fill a series up count nothing and stay.
    A feature that is constant is only centered. The result has the container of X: an array
    (n_samples, time, features), a list, a tuple or an array of objects of arrays (time_i,
    features), or (time_i,) for one feature. A table, each of whose rows is a series, becomes an
    array (n_samples, n_columns). float32 stays, other numbers become float64. All is computed in
    float64: equal numbers give equal results in any container.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    mean_ : ndarray of shape (n_features,), dtype float64
        The mean of each feature.
    var_ : ndarray of shape (n_features,), dtype float64
        Their variances.
    scale_ : ndarray of shape (n_features,), dtype float64
        Their standard deviations, 1 for those that are constant.
    input_shape_ : tuple of int
        Time, as long as the longest series needs, and features.
    n_features_in_ : int
        The number of features of a step; of columns, if `fit` has seen a table.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the columns of a table, when all are strings.

    See Also
    --------
    sklearn.preprocessing.StandardScaler : The same for tables.
    skneural.preprocessing.to_series : Brings other layouts to these containers.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import SeriesScaler
    >>> X = [np.array([[1.0, 10.0], [3.0, 10.0]]), np.array([[5.0, 10.0]])]
    >>> scaler = SeriesScaler().fit(X)
    >>> scaler.mean_, scaler.scale_
    (array([ 3., 10.]), array([1.63299316, 1.        ]))
    >>> scaler.transform(X)[1]
    array([[1.22474487, 0.        ]])
    """

    _numeric_targets = True
    _needs_dense = "series are dense; use X.toarray()"

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any = None) -> SeriesScaler:
        """Learn mean and variance of each feature.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, features), sequence of array-like or table
            The series.
        y : object, default=None
            Ignored.

        Returns
        -------
        self : object
            The fitted transformer.

        Raises
        ------
        ValueError
            For series that are empty, differ in their features, or have numbers that are not
            finite before their ends.
        TypeError
            For texts and sparse matrices.
        """
        with unchanged_on_error(self):
            learned = SeriesScale.of(self._read(X, first=True), self.input_shape_[1])
        self.mean_, self.var_, self.scale_ = learned.mean, learned.variance, learned.scale
        return self

    def transform(self, X: Any) -> Any:
        """Return the series with each feature centered and scaled.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, features), sequence of array-like or table
            Series of as many features as those of the fit, of any length.

        Returns
        -------
        X : container of that of X
            Arrays of float32 if X has only these, else of float64.
        """
        check_is_fitted(self)
        return self._each(X, SeriesScale.standardized)

    def inverse_transform(self, X: Any) -> Any:
        """Return scaled series on the scale of the data of the fit.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, features), sequence of array-like or table
            Series as `transform` returns them.

        Returns
        -------
        X : container of that of X
            Arrays of float32 if X has only these, else of float64.
        """
        check_is_fitted(self)
        return self._each(X, SeriesScale.restored)

    @available_if(_fitted_on_table)
    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns, where `fit` has seen a table; series have none.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Their names, where `fit` has seen none.

        Returns
        -------
        feature_names_out : ndarray of shape (n_features,), dtype object
        """
        return super().get_feature_names_out(input_features)

    def _accepts_sparse(self) -> bool:
        return False

    def _read(self, X: Any, first: bool) -> Series:
        """Return series, or the rows of a table."""
        samples = SeriesSamples(self, self.series_shape, layers=tuple)
        read, _ = samples.check_with_targets(X, None, _DTYPES, first)
        return list(read.X) if isinstance(read, Sequences) else read

    def _each(self, X: Any, change: Callable[[SeriesScale, Any], Any]) -> Any:
        """Return changed series in the container of X."""
        read = self._read(X, first=False)
        changed = change(SeriesScale(self.mean_, self.var_, self.scale_), read)
        return changed if getattr(read, "ndim", 3) == 2 else in_container_of(X, changed)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
