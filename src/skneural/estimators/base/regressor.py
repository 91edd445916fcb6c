"""What every regressor shares: numeric targets, one column or several."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks
from ...data.checks import named
from ...data.rows import Rows
from ...data.scores import r2
from ...losses import Loss
from ...network.network import Network
from ...training.settings import make_loss
from .estimator import BaseNeuralNetwork

REGRESSOR_CONSTRAINTS: dict = {
    "loss": [StrOptions(Loss.names["regression"]), Loss],
}


class BaseNeuralRegressor(RegressorMixin, BaseNeuralNetwork):
    """Base of the regressors."""

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> BaseNeuralRegressor:
        """Fit the model to data matrix X and targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        X_val : {array-like, sparse matrix} of shape (n_val_samples, n_features), default=None
            Validation data, in place of a part of X.
        y_val : array-like of shape (n_val_samples,) or (n_val_samples, n_outputs), default=None
            Targets of the validation data.
        sample_weight_val : array-like of shape (n_val_samples,), default=None
            Weights of the validation data.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            For data or parameters that cannot be used; the estimator is then left as it was.
        KeyboardInterrupt
            On Ctrl-C before anything was trained; later, it ends training with a warning.

        Warns
        -----
        ConvergenceWarning
            If `max_iter` epochs were not enough; a schedule that has run its whole course is.
            The estimator is fitted all the same, also where warnings are errors.
        NonFiniteLossWarning
            If the loss turns infinite or NaN; the last good weights are then kept.
        """
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> BaseNeuralRegressor:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight, incremental=True)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict target values.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data.

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs)
            The predicted values.
        """
        values = self._predict(X)
        return values[:, 0] if values.shape[1] == 1 else values

    def _make_loss(self) -> Loss:
        return make_loss(self, "regression", "regression")

    def _learn_targets(
        self, y: Any, first: bool, incremental: bool = False, classes: Any = None
    ) -> None:
        n_outputs = 1 if y.ndim == 1 else y.shape[1]
        if not first and n_outputs != self.n_outputs_:
            raise ValueError(
                f"{type(self).__name__}: y has {n_outputs} columns, fitted with {self.n_outputs_}"
            )
        self.n_outputs_ = n_outputs

    def _encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        with named(f"{type(self).__name__}: y"):
            return np.ascontiguousarray(y, dtype=dtype).reshape(len(y), -1)

    def _default_score(self, network: Network, rows: Rows) -> float:
        values = network.predict(rows.X, n_jobs=self.n_jobs)
        return r2(values, rows.y, rows.sample_weight)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
