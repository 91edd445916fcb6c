"""The fit of restricted Boltzmann machines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils.validation import check_is_fitted

from ...callbacks import with_callbacks
from ...network.machine_plans import RowsPlan, hidden_means
from ..base.estimator import Estimator
from .fitting import fit_once, fit_rounds
from .learner import machine_of


class BaseRBM(Estimator):
    """The fit of `BernoulliRBM` and `GaussianRBM`."""

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Fit the machine to X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted machine.
        """
        fit_rounds(self, X)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: ArrayLike, y: Any = None) -> Any:
        """Go once through the rows of X in their order, in mini-batches of `batch_size`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Training data.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted machine.
        """
        fit_once(self, X)
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the probabilities of the hidden units being on, given the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The data to be transformed.

        Returns
        -------
        h : ndarray of shape (n_samples, n_components)
            Latent representations of the data.
        """
        check_is_fitted(self)
        machine = machine_of(self)
        X = self._samples().check(X, machine.weights.dtype)
        return RowsPlan(machine, X, hidden_means(machine), self.n_jobs).run()
