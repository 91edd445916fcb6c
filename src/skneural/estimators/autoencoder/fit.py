"""How estimators are fitted that have X itself for targets."""

from __future__ import annotations

from typing import Any

from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils.metaestimators import available_if

from ...callbacks import with_callbacks


class AutoencoderFit:
    """Mixin: `fit` and `partial_fit` without y."""

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: ArrayLike,
        y: Any = None,
        sample_weight: ArrayLike | None = None,
        *,
        X_val: ArrayLike | None = None,
        sample_weight_val: ArrayLike | None = None,
    ) -> Any:
        """Train the network to give X back.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.
        X_val : {array-like, sparse matrix} of shape (n_val_samples, n_features), default=None
            Validation data, in place of a part of X.
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
        validation = (X_val, X_val, sample_weight_val)
        return self._fit(X, None, sample_weight, validation=validation)  # type: ignore[attr-defined]

    @available_if(lambda self: self._is_stochastic())
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None
    ) -> Any:
        """Train for one epoch over the given data.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples, none negative.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        return self._fit(X, None, sample_weight, incremental=True)  # type: ignore[attr-defined]
