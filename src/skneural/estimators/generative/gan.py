"""Generative adversarial networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ..._whole_numbers import check_count
from ...callbacks import with_callbacks
from ..base.estimator import Estimator
from ..base.summary import Summary
from . import classes as _classes
from .checks import check_sizes
from .fitting import drawn_by, fit_once, fit_rounds
from .parameters import AdversarialParameters
from .samples import GenerativeSamples
from .scores import logits


@with_parameters
class GenerativeAdversarialNetwork(AdversarialParameters, Estimator):
    """Generative adversarial network: draws new samples like the rows of X.

    A generator turns random numbers into samples, and a discriminator learns to tell these from
    rows of X; each is trained against the other [1]_. With y it learns the distribution of X given
    the class: the generator reads the class, and the discriminator's logit has a part for each
    [7]_.

    X is a table of numbers, or images, also flat ones with `input_shape`. Samples have the shape,
    the range and the coding of X: bytes are bytes again. In a table, columns of few different
    numbers have these numbers and no others in samples too.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    generator_ : FittedNetwork
        The generator, with `summary()`, `layers` and `weights`, a dict of arrays for each layer:
        the running averages if `average_decay` is a number.
    discriminator_ : FittedNetwork
        The discriminator, likewise.
    classes_ : ndarray of shape (n_classes,)
        The classes, if there was a y.
    input_shape_ : tuple of int
        Shape of a sample as the discriminator reads it.
    generator_loss_curve_ : list of float
        The generator's mean loss in each epoch.
    discriminator_loss_curve_ : list of float
        The discriminator's: the mean losses of rows and of samples, added up.
    loss_ : float
        The generator's loss in the last epoch.
    loss_curve_ : list of float
        The generator's losses.
    n_iter_ : int
        The number of epochs, calls of `partial_fit` included.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the features, when all are strings.

    See Also
    --------
    AutoencoderTransformer : Samples by a variational autoencoder, with codes for the rows of X.

    Notes
    -----
    The results are the same bits for any `n_jobs`. Losses say little of the quality of samples:
    look at these, or compare classifiers that were trained on rows and on samples.

    References
    ----------
    .. [1] Goodfellow, I. et al. (2014). Generative adversarial nets. NeurIPS. :arxiv:`1406.2661`
    .. [2] Radford, A., Metz, L. and Chintala, S. (2016). Unsupervised representation learning with
       deep convolutional generative adversarial networks. ICLR. :arxiv:`1511.06434`
    .. [3] Mao, X. et al. (2017). Least squares generative adversarial networks. ICCV.
       :arxiv:`1611.04076`
    .. [4] Miyato, T., Kataoka, T., Koyama, M. and Yoshida, Y. (2018). Spectral normalization for
       generative adversarial networks. ICLR. :arxiv:`1802.05957`
    .. [5] Salimans, T. et al. (2016). Improved techniques for training GANs. NeurIPS.
       :arxiv:`1606.03498`
    .. [6] Yazici, Y. et al. (2019). The unusual effectiveness of averaging in GAN training. ICLR.
       :arxiv:`1806.04498`
    .. [7] Miyato, T. and Koyama, M. (2018). cGANs with projection discriminator. ICLR.
       :arxiv:`1802.05637`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skneural import GenerativeAdversarialNetwork
    >>> X, y = load_iris(return_X_y=True)
    >>> network = GenerativeAdversarialNetwork(8, max_iter=20, random_state=0).fit(X, y)
    >>> network.sample(3, y=[0, 1, 2], random_state=0).shape
    (3, 4)
    """

    _numeric_targets = False
    _resumes = True
    _needs_dense = "adversarial networks read dense rows; use X.toarray()"

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> GenerativeAdversarialNetwork:
        """Train both networks.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
            Rows of numbers, or images.
        y : array-like of shape (n_samples,), default=None
            Class labels, numbers or strings, that samples can be asked for.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            For invalid data or parameters; the estimator is then not changed.
        FloatingPointError
            If losses are no finite numbers in the first epoch.
        KeyboardInterrupt
            On Ctrl-C in the first epoch; later, it ends training with a warning.

        Warns
        -----
        UserWarning
            If training has collapsed: nearly all samples are alike, or the discriminator's loss
            vanishes; and for a class of a single row.
        NonFiniteLossWarning
            If losses or weights become infinite or NaN; those of the epoch before are kept.
        """
        fit_rounds(self, X, y)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike | None = None, classes: ArrayLike | None = None
    ) -> GenerativeAdversarialNetwork:
        """Train for an epoch on the given rows.

        The first call learns the scale of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
            Rows of numbers, or images.
        y : array-like of shape (n_samples,), default=None
            Class labels, in all calls or in none.
        classes : array-like of shape (n_classes,), default=None
            All classes, if the y of the first call lacks some.

        Returns
        -------
        self : object
            The fitted estimator.
        """
        fit_once(self, X, y, classes)
        return self

    def sample(
        self, n_samples: int = 1, y: Any = None, random_state: Any = None
    ) -> np.ndarray:
        """Draw new samples.

        Parameters
        ----------
        n_samples : int, default=1
        y : label or array-like of shape (n_samples,), default=None
            The class of all, or of each; `None` draws classes as often as they were in `fit`.
        random_state : int, RandomState instance or None, default=None
            Draws the generator's inputs, after the classes.

        Returns
        -------
        samples : ndarray of shape (n_samples, n_features) or (n_samples, ...)
            In the shape, the range and the coding of the X of `fit`.

        Raises
        ------
        ValueError
            If y asks for a class that is unknown, or for any if `fit` had no y.
        """
        check_is_fitted(self)
        owner = type(self).__name__
        check_count(owner, "n_samples", n_samples)
        n_samples, random = int(n_samples), check_random_state(random_state)
        known = getattr(self, "classes_", None)
        codes = _classes.asked(y, n_samples, known, self._class_shares, random, owner)
        latent_size = self.generator_.input_shape[0] - (0 if known is None else len(known))
        rows = drawn_by(self.generator_, n_samples, latent_size, codes, random, self.n_jobs)
        samples = self._marginals.restored(rows).reshape(n_samples, *self._sample_shape)
        if self._whole_dtype is None:
            return samples
        return np.rint(samples).astype(self._whole_dtype)

    def score_samples(self, X: ArrayLike, y: ArrayLike | None = None) -> np.ndarray:
        """Return the discriminator's logit of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
        y : array-like of shape (n_samples,), default=None
            The classes; `None` averages the odds of all classes, by their shares in `fit`.

        Returns
        -------
        logits : ndarray of shape (n_samples,)
            High for rows taken to be rows like those of `fit`, low for samples.
        """
        check_is_fitted(self)
        return logits(self, X, y)

    def score(self, X: ArrayLike, y: ArrayLike | None = None) -> float:
        """Return the mean of the discriminator's logits of rows.

        It compares rows, not networks: each discriminator has a scale of its own.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features) or (n_samples, ...)
        y : array-like of shape (n_samples,), default=None
            The classes; not used if `fit` had none.

        Returns
        -------
        score : float
        """
        known = y if hasattr(self, "classes_") else None
        return float(np.mean(self.score_samples(X, known)))

    def summary(self) -> Summary:
        """Return the tables of both networks.

        Returns
        -------
        Summary

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        both = self.generator_.summary(), self.discriminator_.summary()
        return Summary("\n\n".join([type(self).__name__, *both]))

    def _check_parameters(self) -> None:
        check_sizes(self)

    def _samples(self) -> GenerativeSamples:
        return GenerativeSamples(self)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "generator_")
