"""Outliers by how badly an autoencoder gives them back."""

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
    """Outlier detection by an autoencoder.

    A network is trained to give X back through a narrow layer [1]_. What it learns are the many;
    samples unlike them are given back badly, or need a code that is far out. The score of a sample
    is minus its loss, with what the code itself is charged: by ``sparsity="l1"``, the default, its
    sum of magnitudes, and of a variational autoencoder its divergence, so that with
    ``variational=True, sparsity=None, loss="squared_error"`` the score is the evidence lower bound
    on the sample's log-likelihood, at the mean of its code [2]_, but for a constant and divided by
    the number of features. Features should be of one scale: put a
    `StandardScaler` before.

    All parameters of `AutoencoderTransformer` are here, with other defaults. Training is short, so
    that the few do not get learned too: `max_iter` is a length that is planned, which no warning
    tells of.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    offset_ : float
        What the scores are compared with: `contamination` of the training samples are below, or
        with "auto" the lower fence of their boxplot; after `partial_fit`, of those of its last
        call.
    rescale_ : float or None
        What X is multiplied by before the first layer; None where it is left alone.
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
        """Return how usual each sample is.

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
        """Return the scores, moved so that those of outliers are negative.

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
        """Tell outliers.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        labels : ndarray of shape (n_samples,), int
            1 for what is like the training samples, -1 for outliers.
        """
        return np.where(self.decision_function(X) < 0, -1, 1)
