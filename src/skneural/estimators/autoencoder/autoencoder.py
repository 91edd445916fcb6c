"""Autoencoders as transformers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ..base.docs import documented
from .codes import codes_of
from .parameters import AutoencoderParameters
from .reconstruction import Reconstruction


@documented
@with_parameters
class AutoencoderTransformer(
    AutoencoderParameters,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    Reconstruction,
):
    """Autoencoder: codes of fewer dimensions, from which X can be reconstructed.

    A network is trained to reconstruct X through a layer of `n_components` units, the code [1]_.
    Without hidden layers and with linear units it finds the subspace of `PCA`; with them, a curved
    one. It can be trained to reconstruct X from X with noise [2]_, be penalised for codes that are
    not sparse [3]_ or that are sensitive to X [4]_, or learn a distribution of codes to draw new
    samples from [5]_ [6]_. Its layers can be pretrained one after the other [7]_.

    X is an array of two to five dimensions, dense, or sparse with ``architecture="dense"``. Images
    with values from 0 to 255, of any dtype, are divided by 255, see `rescale`; reconstructions are
    on the scale of X, the loss is on that of the network. As targets, sparse X and X of uint8 are
    converted to dense floats batch by batch, never as a whole.

    The weights of penalties are relative to the loss of a sample summed over its features. As in
    regressors, a loss that is an average over features is reported as one, penalties included.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    rescale_ : float or None
        The factor that X is multiplied by before the first layer; None if X is not rescaled.
    {attributes}

    See Also
    --------
    NeuralOutlierDetector : Outlier detection by an autoencoder's reconstruction error.
    FeatureExtractor : The outputs of a layer of any network.

    References
    ----------
    .. [1] Kramer, M. A. (1991). Nonlinear principal component analysis using autoassociative
       neural networks. AIChE Journal 37.
    .. [2] Vincent, P., Larochelle, H., Bengio, Y. and Manzagol, P.-A. (2008). Extracting and
       composing robust features with denoising autoencoders. ICML.
    .. [3] Ng, A. (2011). Sparse autoencoder. CS294A lecture notes, Stanford University.
    .. [4] Rifai, S., Vincent, P., Muller, X., Glorot, X. and Bengio, Y. (2011). Contractive
       auto-encoders: explicit invariance during feature extraction. ICML.
    .. [5] Kingma, D. P. and Welling, M. (2014). Auto-encoding variational Bayes. ICLR.
       :arxiv:`1312.6114`
    .. [6] Higgins, I. et al. (2017). beta-VAE: learning basic visual concepts with a constrained
       variational framework. ICLR.
    .. [7] Hinton, G. E. and Salakhutdinov, R. R. (2006). Reducing the dimensionality of data with
       neural networks. Science 313.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import AutoencoderTransformer
    >>> X, _ = load_digits(return_X_y=True)
    >>> autoencoder = AutoencoderTransformer(8, (32,), max_iter=5, random_state=0).fit(X / 16)
    >>> codes = autoencoder.transform(X / 16)
    >>> codes.shape
    (1797, 8)
    >>> autoencoder.inverse_transform(codes).shape
    (1797, 64)
    """

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the codes of X; for a variational autoencoder, their means.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features) or (n_samples, ...)
            The input data.

        Returns
        -------
        codes : ndarray of shape (n_samples, n_components)
        """
        check_is_fitted(self)
        return codes_of(self, X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
