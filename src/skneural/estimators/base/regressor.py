"""What every regressor shares: numeric targets, one column or several."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks
from ...data.numeric_targets import NumericTargets
from ...data.target_rules import NumberRules
from .large_data import with_truth
from .network_estimator import NetworkEstimator


class BaseNeuralRegressor(RegressorMixin, NetworkEstimator):
    """Base of the regressors."""

    _shaped_targets = False  # whether samples of y may be images
    _targets: NumericTargets

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike | None = None,
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
            The input data; or blocks of it, see `skneural.blocks`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values; None if the blocks have them.
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
            For invalid data or parameters; the estimator is then not changed.
        KeyboardInterrupt
            On Ctrl-C before anything was trained; later, it ends training with a warning.

        Warns
        -----
        ConvergenceWarning
            If training ends at `max_iter` epochs, unless the schedule is then complete. The
            estimator is fitted all the same, also if warnings are errors.
        NonFiniteLossWarning
            If the loss becomes infinite or NaN; the last finite weights are then kept.
        """
        return self._fit(X, y, sample_weight, validation=(X_val, y_val, sample_weight_val))

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> BaseNeuralRegressor:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The input data; or blocks of it, see `skneural.blocks`.
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            The target values; None if the blocks have them.
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
        return self._decoded(X, lambda found: self._targets.decode(found))

    def score(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> float:
        """Return the coefficient of determination.

        For several outputs it is averaged; if samples of y have more than one dimension, as images
        have, weighted by variance: otherwise pixels with little variance would dominate.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : array-like of shape (n_samples,), (n_samples, n_outputs) or (n_samples, ...)
            The true values; None if X is blocks that have them.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
        """
        X, y, sample_weight = with_truth(self, X, y, sample_weight)
        predicted = self.predict(X)
        return self._targets.score_of(y, predicted, sample_weight, type(self).__name__)

    def _target_rules(self) -> NumberRules:
        return NumberRules(type(self).__name__, self._shaped_targets)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
