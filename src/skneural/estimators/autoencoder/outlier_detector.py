"""Outliers by how badly an autoencoder gives them back."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OutlierMixin
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from ...data.checks import check_weights
from ..base.docs import documented
from .base import BaseAutoencoder
from .codes import row_losses
from .docs import AUTOENCODER_DOCUMENTATION
from .outlier_threshold import outlier_threshold


@documented
class NeuralOutlierDetector(OutlierMixin, BaseAutoencoder):
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

    _documentation = {
        **AUTOENCODER_DOCUMENTATION,
        "n_components": """\
int, default=8
    Numbers of the code.""",
        "scoring": """\
callable or None, default=None
    What the validation set is scored by, ``scoring(estimator, X, X)``; `None` is minus the mean
    loss without penalties.""",
        "hidden_layer_sizes": """\
array-like of shape (n_hidden_layers,), default=(16,)
    Units of each dense layer of the encoder before the code; the decoder has them in reverse.""",
        "contamination": """\
float in (0, 0.5] or "auto", default=0.1
    Share of the training samples that are taken for outliers. With "auto" it follows from the
    scores: samples are outliers whose score is below the first quartile of the training samples'
    by more than 1.5 times the distance of the quartiles [3]_, 1% or so of normal ones, and any
    share of others.""",
        "loss": """\
str or Loss, default="huber"
    As of `AutoencoderTransformer`; "huber" and "absolute_error" do not let the outliers among the
    training samples outweigh the others.""",
        "sparsity": """\
{"l1", "kl"} or None, default="l1"
    Penalty on the code: the sum of magnitudes, which is part of the score, or how far the mean
    activation of each unit over a batch is from `sparsity_target`.""",
        "sparsity_weight": """\
float, default=3.0
    What the penalty of `sparsity` counts.""",
        "max_iter": """\
int, default=20
    The most epochs, or iterations of "lbfgs".""",
        "tol": """\
float, default=1e-4
    As of `AutoencoderTransformer`: in multiples of the variance of X.""",
    }
    _parameter_constraints: dict = {
        **BaseAutoencoder._parameter_constraints,
        "contamination": [StrOptions({"auto"}), Interval(Real, 0, 0.5, closed="right")],
    }
    _plans_its_length = True

    def __init__(
        self,
        n_components=8,
        hidden_layer_sizes=(16,),
        activation="relu",
        *,
        contamination=0.1,
        code_activation="identity",
        output_activation=None,
        loss="huber",
        architecture="dense",
        filters=(16, 32),
        kernel_size=3,
        input_shape=None,
        rescale="auto",
        tied_weights=False,
        noise=None,
        noise_level=0.25,
        sparsity="l1",
        sparsity_target=0.05,
        sparsity_weight=3.0,
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
        max_iter=20,
        shuffle=True,
        random_state=None,
        tol=1e-4,
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
        self.contamination = contamination
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
