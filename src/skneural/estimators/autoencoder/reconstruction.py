"""Reconstructions of a fitted autoencoder, their errors, and new samples."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._whole_numbers import check_count
from ...data.checks import check_weights
from ..base.available import available_if
from .base import BaseAutoencoder
from .codes import decoded, draws_codes, reconstructed, row_losses


class Reconstruction(BaseAutoencoder):
    """Mixin: decoding."""

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Decode codes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            Codes, as returned by `transform`.

        Returns
        -------
        reconstructions : ndarray of shape (n_samples, n_features) or (n_samples, ...)
            In the shape of the X of `fit`, and on its scale.
        """
        check_is_fitted(self)
        return decoded(self, X)

    def reconstruct(self, X: ArrayLike) -> np.ndarray:
        """Return X encoded and decoded.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        reconstructions : ndarray of the shape of X
        """
        check_is_fitted(self)
        return reconstructed(self, X)

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return minus the reconstruction error of each sample.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            Minus the loss of each sample, without noise and penalties.
        """
        check_is_fitted(self)
        return -row_losses(self, X)

    def score(self, X: ArrayLike, y: Any = None, sample_weight: ArrayLike | None = None) -> float:
        """Return minus the mean reconstruction error.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.
        y : None
            Not used.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the samples.

        Returns
        -------
        score : float
            The greater the better.
        """
        scores = self.score_samples(X)
        owner = type(self).__name__
        weight = check_weights(owner, "sample_weight", sample_weight, len(scores))
        return float(np.average(scores, weights=weight))

    @available_if(lambda self: self._check_draws())
    def sample(self, n_samples: int = 1, random_state: Any = None) -> np.ndarray:
        """Draw new samples: codes from the standard normal distribution, decoded.

        Parameters
        ----------
        n_samples : int, default=1
        random_state : int, RandomState instance or None, default=None
            Draws the codes.

        Returns
        -------
        samples : ndarray of shape (n_samples, n_features) or (n_samples, ...)
            In the shape of the X of `fit`.
        """
        check_is_fitted(self)
        check_count(type(self).__name__, "n_samples", n_samples)
        random = check_random_state(random_state)
        return decoded(self, random.standard_normal((n_samples, self._n_features_out)))

    def _check_draws(self) -> None:
        if not draws_codes(self):
            raise AttributeError(
                f"{type(self).__name__}: sample() needs codes that are drawn in training: fit with"
                " variational=True, or with an encoder that ends with GaussianSampling"
            )
