"""Regressors of targets that have a shape: images as y, read by the engine as rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import r2_score

from ...data.rows import Rows
from ...data.sample_shapes import as_rows, sample_shape, stands_for
from ...data.scores import r2
from ...network.network import Network
from .regressor import BaseNeuralRegressor


class BaseShapedRegressor(BaseNeuralRegressor):
    """Base of the regressors whose y may have any shape, (n_samples, ...).

    Attributes
    ----------
    output_shape_ : tuple of int
        Shape of a sample of y, ``()`` for one number.
    """

    output_shape_: tuple[int, ...]

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict target values.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,), (n_samples, n_outputs) or (n_samples, ...)
            The predicted values, in the shape of the y of `fit`.
        """
        values = self._predict(X)
        return values.reshape(len(values), *self.output_shape_)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Return the coefficient of determination.

        That of several outputs is their average; where samples of y have more than one dimension,
        as images have, weighted by variance: pixels that hardly vary would drown the others.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_outputs) or (n_samples, ...)
            The true values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
        """
        values = self.predict(X)
        expected, shape = self._flat_targets(y)
        if shape is not None:
            self._check_output_shape(shape)
        rows = values if values.ndim == 1 else values.reshape(len(values), -1)
        average = "variance_weighted" if len(self.output_shape_) > 1 else "uniform_average"
        return r2_score(expected, rows, sample_weight=sample_weight, multioutput=average)

    def _default_score(self, network: Network, rows: Rows) -> float:
        values = network.predict(rows.X, n_jobs=self.n_jobs)
        return r2(values, rows.y, rows.sample_weight, pooled=len(self.output_shape_) > 1)

    def _for_scorers(self) -> Any:
        """Return a copy that predicts rows of numbers, as scikit-learn's scores want them."""
        flat = super()._for_scorers()
        if len(self.output_shape_) > 1:
            flat.output_shape_ = (self.n_outputs_,)
        return flat

    def _output_shape(self) -> tuple[int, ...]:
        return self.output_shape_ or (1,)

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        y, shape = self._flat_targets(y)
        X, y = super()._check_X_y(X, y, dtype, first)
        if shape is None:
            shape = y.shape[1:]
        if first:
            self.output_shape_ = shape
        else:
            self._check_output_shape(shape)
        return X, y

    def _check_output_shape(self, shape: tuple[int, ...]) -> None:
        if not stands_for(shape or (1,), self.output_shape_ or (1,)):
            raise ValueError(
                f"{type(self).__name__}: y has samples of shape {shape}, fitted with"
                f" {self.output_shape_}"
            )

    def _flat_targets(self, y: Any) -> tuple[Any, tuple[int, ...] | None]:
        """Return y as rows of numbers and the shape of its samples, None if it was flat."""
        shape = sample_shape(y, type(self).__name__, "y")
        if shape is None:
            return y, None
        rows = as_rows(y, shape)
        return (rows[:, 0] if math.prod(shape) == 1 else rows), shape
