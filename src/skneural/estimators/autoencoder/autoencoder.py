"""Autoencoders as transformers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from ..base.docs import documented
from .codes import codes_of
from .docs import AUTOENCODER_DOCUMENTATION
from .reconstruction import Reconstruction


@documented
class AutoencoderTransformer(
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    Reconstruction,
):
    """Autoencoder: codes of fewer numbers, from which X can be told again.

    A network is trained to give X back through a layer of `n_components` units, the code [1]_.
    Without hidden layers and with linear units it finds the subspace of `PCA`; with them, a curved
    one. It may be given X with noise and told to restore it [2]_, be charged for codes that are
    not sparse [3]_ or change fast with X [4]_, or learn a distribution of codes that new samples
    can be drawn from [5]_ [6]_. Its layers may be trained one after the other first [7]_.

    X is an array of two to five dimensions, dense, or sparse with ``architecture="dense"``. Images
    of numbers from 0 to 255, in whatever dtype, are divided by 255, see `rescale`; reconstructions
    are on the scale of X, the loss is on that of the network. As targets, neither sparse X nor X of
    uint8 is ever made dense or copied to floats as a whole, but a batch at a time.

    What penalties count is told beside the loss of a sample summed over its features. Like that
    of a regressor, a loss that is an average over features is reported as one, penalties included.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    rescale_ : float or None
        What X is multiplied by before the first layer; None where it is left alone.
    {attributes}

    See Also
    --------
    NeuralOutlierDetector : Outliers by how badly an autoencoder gives them back.
    FeatureExtractor : What a layer of any network makes of its input.

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

    _documentation = {
        **AUTOENCODER_DOCUMENTATION,
        "tol": """\
float, default=1e-5
    Training ends when loss, or with `early_stopping` the score, has not improved by `tol` for
    `n_iter_no_change` epochs; in multiples of the variance of X, averaged over its features, for
    "squared_error" and "huber", of its square root for "absolute_error" and "quantile".""",
    }

    def __init__(
        self,
        n_components=32,
        hidden_layer_sizes=(128,),
        activation="relu",
        *,
        code_activation="identity",
        output_activation=None,
        loss="squared_error",
        architecture="dense",
        filters=(16, 32),
        kernel_size=3,
        input_shape=None,
        rescale="auto",
        tied_weights=False,
        noise=None,
        noise_level=0.25,
        sparsity=None,
        sparsity_target=0.05,
        sparsity_weight=0.01,
        contractive=0.0,
        variational=False,
        beta=1.0,
        pretraining=None,
        pretraining_max_iter=20,
        solver="adam",
        alpha=0.0001,
        batch_size="auto",
        learning_rate="constant",
        learning_rate_init=0.001,
        power_t=0.5,
        max_iter=200,
        shuffle=True,
        random_state=None,
        tol=1e-5,
        verbose=False,
        warm_start=False,
        momentum=0.9,
        nesterovs_momentum=True,
        early_stopping=False,
        validation_fraction=0.1,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-8,
        n_iter_no_change=10,
        max_fun=15000,
        weight_decay=None,
        max_grad_norm=None,
        initializer="sklearn",
        scoring=None,
        restore_best_weights=True,
        target_loss=None,
        max_time=None,
        dtype=None,
        n_jobs=None,
    ):
        self.n_components = n_components
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.code_activation = code_activation
        self.output_activation = output_activation
        self.loss = loss
        self.architecture = architecture
        self.filters = filters
        self.kernel_size = kernel_size
        self.input_shape = input_shape
        self.rescale = rescale
        self.tied_weights = tied_weights
        self.noise = noise
        self.noise_level = noise_level
        self.sparsity = sparsity
        self.sparsity_target = sparsity_target
        self.sparsity_weight = sparsity_weight
        self.contractive = contractive
        self.variational = variational
        self.beta = beta
        self.pretraining = pretraining
        self.pretraining_max_iter = pretraining_max_iter
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.weight_decay = weight_decay
        self.max_grad_norm = max_grad_norm
        self.initializer = initializer
        self.scoring = scoring
        self.restore_best_weights = restore_best_weights
        self.target_loss = target_loss
        self.max_time = max_time
        self.dtype = dtype
        self.n_jobs = n_jobs

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the codes of X, of a variational autoencoder their means.

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
