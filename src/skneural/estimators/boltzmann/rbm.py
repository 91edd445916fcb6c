"""Restricted Boltzmann machines with binary visible units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._parameters import with_parameters
from ...network.machine_plans import pseudo_likelihoods
from .base import BaseRBM
from .parameters import RBMParameters


@with_parameters
class BernoulliRBM(RBMParameters, BaseRBM):
    r"""Restricted Boltzmann machine: binary features, learned from binary data.

    It gives states v of visible units, the columns of X, and h of hidden units the energy
    :math:`-\sum_{ji} h_j w_{ji} v_i - \sum_i c_i v_i - \sum_j b_j h_j`, and a probability
    proportional to :math:`e^{-energy}` [1]_. Numbers of X from 0 to 1 are probabilities of being
    on. Training follows the gradient of the log-likelihood, which is estimated from states that the
    machine draws: from chains that go on from batch to batch, persistent contrastive divergence
    [2]_, or that begin at the rows, contrastive divergence [3]_.

    With its first six parameters alone it trains as scikit-learn's
    :class:`~sklearn.neural_network.BernoulliRBM` does, except that the rows are shuffled before
    each pass, and that the states are drawn by another generator.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    components_ : ndarray of shape (n_components, n_features)
        The weights.
    intercept_hidden_ : ndarray of shape (n_components,)
        Biases of the hidden units.
    intercept_visible_ : ndarray of shape (n_features,)
        Biases of the visible units.
    h_samples_ : ndarray of shape (batch_size, n_components)
        States of the hidden units of the persistent chains; 0 for ``algorithm="cd"``.
    reconstruction_error_curve_ : list of float
        After each pass, the mean square of the difference between up to 1,000 rows and the means
        that the machine gives them back with.
    pseudo_likelihood_curve_ : list of float
        After each pass, an estimate of the mean of `score_samples` over the same rows, from one
        number of each.
    free_energy_gap_curve_ : list of float
        With `early_stopping`, after each pass: the mean free energy of rows held back minus that of
        rows trained on. It grows where the machine overfits [4]_.
    loss_ : float
        The last reconstruction error.
    loss_curve_ : list of float
        The reconstruction errors.
    n_iter_ : int
        The number of passes, calls of `partial_fit` included.
    random_state_ : RandomState
        Draws the seeds of `gibbs`.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, when X has names that are all strings.

    See Also
    --------
    AutoencoderTransformer : Features of a network that is trained to give back its inputs.

    Notes
    -----
    Features, energies and scores of a row do not depend on the rows beside it, nor states on the
    number of threads.

    References
    ----------
    .. [1] Smolensky, P. (1986). Information processing in dynamical systems: foundations of harmony
       theory. Parallel Distributed Processing, volume 1.
    .. [2] Tieleman, T. (2008). Training restricted Boltzmann machines using approximations to the
       likelihood gradient. ICML.
    .. [3] Hinton, G. E. (2002). Training products of experts by minimizing contrastive divergence.
       Neural Computation 14.
    .. [4] Hinton, G. E. (2010). A practical guide to training restricted Boltzmann machines. UTML
       TR 2010-003, University of Toronto.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import BernoulliRBM
    >>> X = load_digits().data / 16
    >>> machine = BernoulliRBM(32, n_iter=5, random_state=0).fit(X)
    >>> machine.transform(X).shape
    (1797, 32)
    >>> machine.sample(2, random_state=0).shape
    (2, 64)
    """

    _is_binary = True

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return the log-pseudo-likelihood of each row of X.

        It is the sum over features of the log-probability of the number v, rather than 1 - v, given
        all other numbers of the row: exact, where scikit-learn estimates it by one feature, drawn.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units, from 0 to 1.

        Returns
        -------
        scores : ndarray of shape (n_samples,), dtype float64
        """
        return self._rows_of(X, pseudo_likelihoods)[:, 0].astype(np.float64)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the mean log-pseudo-likelihood of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units, from 0 to 1.
        y : None
            Not used.

        Returns
        -------
        score : float
        """
        return float(self.score_samples(X).mean())

    def _visible_units(self, X: Any) -> tuple[None, bool]:
        return None, False
