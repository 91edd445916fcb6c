"""Restricted Boltzmann machines with real-valued visible units."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._parameters import with_parameters
from ...network.machine_plans import figures
from .base import BaseRBM
from .parameters import GaussianRBMParameters
from .variances import column_variances


@with_parameters
class GaussianRBM(GaussianRBMParameters, BaseRBM):
    r"""Restricted Boltzmann machine for real-valued data, with binary hidden units.

    Visible units, the columns of X, are normal: with hidden states h their means are
    :math:`c_i + \sum_j h_j w_{ji}` and their variances :math:`\sigma_i^2`. The energy is
    :math:`\sum_i (v_i - c_i)^2 / (2 \sigma_i^2) - \sum_{ji} h_j w_{ji} v_i / \sigma_i^2 -
    \sum_j b_j h_j` [1]_. Training is that of :class:`BernoulliRBM`.

    Scale the columns to mean 0 and variance 1, such as by
    :class:`~sklearn.preprocessing.StandardScaler`.

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
    variance_ : ndarray of shape (n_features,)
        Variances of the visible units, all 1 for ``variance="unit"``.
    h_samples_ : ndarray of shape (batch_size, n_components)
        States of the hidden units of the persistent chains; 0 for ``algorithm="cd"``.
    reconstruction_error_curve_ : list of float
        After each pass, the mean square of the difference between up to 1,000 rows and the means
        that the machine gives them back with.
    free_energy_gap_curve_ : list of float
        With `early_stopping`, after each pass: the mean free energy of rows held back minus that of
        rows trained on.
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
    BernoulliRBM : For binary data, or probabilities.

    References
    ----------
    .. [1] Cho, K., Ilin, A. and Raiko, T. (2011). Improved learning of Gaussian-Bernoulli
       restricted Boltzmann machines. ICANN.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skneural import GaussianRBM
    >>> X = StandardScaler().fit_transform(load_iris().data)
    >>> machine = GaussianRBM(8, n_iter=50, random_state=0).fit(X)
    >>> machine.transform(X).shape
    (150, 8)
    """

    _is_binary = False

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return minus the reconstruction error of each row of X.

        That is the mean square of the difference to the means of visible units, given those of the
        hidden units. `log_likelihood` is another measure.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units.

        Returns
        -------
        scores : ndarray of shape (n_samples,), dtype float64
        """
        return -self._rows_of(X, figures)[:, 0].astype(np.float64)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return minus the mean reconstruction error of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units.
        y : None
            Not used.

        Returns
        -------
        score : float
        """
        return float(self.score_samples(X).mean())

    def _visible_units(self, X: Any) -> tuple[np.ndarray, bool]:
        learned = self.variance == "learned"
        if X is None:
            return self.variance_, learned or bool((self.variance_ != 1).any())
        return column_variances(X) if learned else np.ones(X.shape[1]), learned
