"""Outlier detection by the reconstruction error of an autoencoder."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OutlierMixin
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ...data.checks import check_weights
from ..base.docs import documented
from .base import BaseAutoencoder
from .codes import row_losses
from .outlier_threshold import outlier_threshold
from .parameters import OutlierDetectorParameters


@documented
@with_parameters
class NeuralOutlierDetector(OutlierDetectorParameters, OutlierMixin, BaseAutoencoder):
    """Outlier detection by the reconstruction error of an autoencoder.

    A network is trained to reconstruct X through a narrow layer [1]_. It learns the common samples;
    outliers have a large reconstruction error, or an extreme code. The score of a sample is minus
    its loss, including the penalty on the code: with ``sparsity="l1"``, the default, the sum of
    magnitudes, and with a variational autoencoder the divergence, so that with
    ``variational=True, sparsity=None, loss="squared_error"`` the score is the evidence lower bound
    on the sample's log-likelihood, at the mean of its code [2]_, up to a constant and divided by
    the number of features. Features should have the same scale: put a `StandardScaler` before.

    It has all parameters of `AutoencoderTransformer`, with other defaults. Training is short, so
    that the network does not learn the outliers: it runs `max_iter` epochs, and no
    ConvergenceWarning is raised.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    offset_ : float
        The threshold of the scores: the share `contamination` of the training samples is below, or
        with "auto" it is the lower fence of their boxplot; after `partial_fit`, for the samples
        of its last call.
    rescale_ : float or None
        The factor that X is multiplied by before the first layer; None if X is not rescaled.
    {attributes}

    See Also
    --------
    AutoencoderTransformer : The same networks, for their codes.

    References
    ----------
    .. [1] Hawkins, S., He, H., Williams, G. and Baxter, R. (2002). Outlier detection using
       replicator neural networks. DaWaK.
    .. [2] An, J. and Cho, S. (2015). Variational autoencoder based anomaly detection using
       reconstruction probability. SNU Data Mining Center, technical report.
    .. [3] Tukey, J. W. (1977). Exploratory data analysis. Addison-Wesley.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import NeuralOutlierDetector
    >>> X = np.random.RandomState(0).standard_normal((500, 4))
    >>> detector = NeuralOutlierDetector(contamination=0.05, random_state=0).fit(X)
    >>> detector.predict([[0, 0, 0, 0], [5, -5, 5, -5]])
    array([ 1, -1])
    """

    _plans_its_length = True


    def _train(
        self, X: Any, y: Any, sample_weight: Any = None, *how: Any, **named: Any
    ) -> list[tuple[str, type[Warning]]]:
        notices = super()._train(X, y, sample_weight, *how, **named)
        scores, owner = -row_losses(self, X, penalized=True), type(self).__name__
        weight = check_weights(owner, "sample_weight", sample_weight, len(scores))
        self.offset_ = outlier_threshold(scores, self.contamination, weight)
        return notices

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return the score of each sample.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
            The lower, the more of an outlier.
        """
        check_is_fitted(self)
        return -row_losses(self, X, penalized=True)

    def decision_function(self, X: ArrayLike) -> np.ndarray:
        """Return the scores minus `offset_`: negative for outliers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        scores : ndarray of shape (n_samples,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Predict which samples are outliers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        labels : ndarray of shape (n_samples,), int
            1 for inliers, -1 for outliers.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)
