"""Hopfield networks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import OneToOneFeatureMixin, TransformerMixin, _fit_context
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ...callbacks import FitTasks, with_callbacks
from ..base.estimator import Estimator
from .parameters import HopfieldParameters
from .patterns import store
from .recall import divisor, energies, recalled


@with_parameters
class HopfieldNetwork(HopfieldParameters, OneToOneFeatureMixin, TransformerMixin, Estimator):
    r"""Associative memory: stores the rows of X, and recalls them from a part or from noise.

    Each feature is a unit, and each row of X a pattern. Recall changes the units of a row until
    none changes any more, and never raises the energy of asynchronous updates. With states s of -1
    and 1 and patterns :math:`\xi^\mu` of P in n units, the energies are

    - "quadratic" (Hopfield [1]_): :math:`-\frac 1 2 \sum_{ij} w_{ij} s_i s_j`, where
      :math:`w_{ij} = \frac 1 n \sum_\mu \xi^\mu_i \xi^\mu_j` by Hebb's rule, or by the rules of
      Storkey [2]_ and of the pseudo-inverse [3]_ [4]_, and :math:`w_{ii} = 0`;
    - "polynomial" (Krotov and Hopfield [5]_): :math:`-n \sum_\mu (\xi^\mu \cdot s / n)^d`;
    - "binary_exponential": :math:`-\frac 1 \beta \log \sum_\mu e^{\beta \xi^\mu \cdot s}`, which
      orders states as the sum of exponentials of Demircigil et al. [8]_ does;
    - "exponential" (Ramsauer et al. [6]_), for patterns and states of real numbers:
      :math:`-\frac 1 \beta \log \frac 1 P \sum_\mu e^{\beta \xi^\mu \cdot s} + \frac 1 2 s \cdot s
      + \frac 1 2 \max_\mu \xi^\mu \cdot \xi^\mu`. A step is
      :math:`s \leftarrow \sum_\mu \xi^\mu \mathrm{softmax}_\mu(\beta \xi^\mu \cdot s)`.

    How many random patterns can be recalled depends on the number of units n: about 0.138 n with
    Hebb's rule and some wrong units [7]_, n / sqrt(2 ln n) with Storkey's without any, fewer than n
    with the pseudo-inverse, :math:`n^{d-1} / (2 (2d - 3)!! \ln n)` with a polynomial of degree d
    [5]_, :math:`2^{n/2}` with exponentials of two-valued units [8]_, and any number with those of
    real ones, if they are far enough from each other. `fit` warns beyond that.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    patterns_ : ndarray of shape (`n_patterns_`, n_features)
        The stored patterns, as `transform` returns them.
    n_patterns_ : int
        The number of stored patterns.
    capacity_ : int or float
        How many random patterns can be recalled in large networks of as many units; infinite for
        ``interaction="exponential"``.
    levels_ : ndarray of shape (2,)
        The numbers that stand for units off and on: 0 and 1 if the first X has no others, or the
        two numbers that it consists of, on either side of the threshold, else -1 and 1. Not for
        ``interaction="exponential"``.
    weights_ : ndarray of shape (n_features, n_features), dtype float64
        The weights between units, symmetric. Only for ``interaction="quadratic"``.
    n_iter_ : int
        Passes over the patterns in `fit`: 1.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Their names, when X has names that are all strings.

    See Also
    --------
    AutoencoderTransformer : Denoising by a network trained for it.

    Notes
    -----
    Near the capacity of Hebb's rule, errors are of two kinds. Most patterns are at rest with a few
    wrong units; the others run away, and a third of their units or more ends wrong. In small
    networks some run away below 0.138 n already: 2.3 % of them in 1,000 units at 0.13 n, 1 % in
    4,000. There the mean share of wrong units is 1.1 %, its median 0.3 %, and the mean over
    patterns that stay 0.6 %, as in the theory of large networks [7]_.

    A unit without a field, one that is exactly 0, stays as it is. Fields of two-valued units are
    computed without rounding. A row is recalled alike whatever rows and threads there are beside
    it.

    References
    ----------
    .. [1] Hopfield, J. J. (1982). Neural networks and physical systems with emergent collective
       computational abilities. PNAS 79.
    .. [2] Storkey, A. (1997). Increasing the capacity of a Hopfield network without sacrificing
       functionality. ICANN.
    .. [3] Personnaz, L., Guyon, I. and Dreyfus, G. (1985). Information storage and retrieval in
       spin-glass like neural networks. Journal de Physique Lettres 46.
    .. [4] Kanter, I. and Sompolinsky, H. (1987). Associative recall of memory without errors.
       Physical Review A 35.
    .. [5] Krotov, D. and Hopfield, J. J. (2016). Dense associative memory for pattern recognition.
       NeurIPS. :arxiv:`1606.01164`
    .. [6] Ramsauer, H. et al. (2021). Hopfield networks is all you need. ICLR.
       :arxiv:`2008.02217`
    .. [7] Amit, D. J., Gutfreund, H. and Sompolinsky, H. (1985). Storing infinite numbers of
       patterns in a spin-glass model of neural networks. Physical Review Letters 55.
    .. [8] Demircigil, M., Heusel, J., Löwe, M., Upgang, S. and Vermet, F. (2017). On a model of
       associative memory with huge storage capacity. Journal of Statistical Physics 168.
       :arxiv:`1702.01929`

    Examples
    --------
    >>> import numpy as np
    >>> from skneural import HopfieldNetwork
    >>> patterns = np.random.RandomState(0).randint(2, size=(5, 100))
    >>> network = HopfieldNetwork(random_state=0).fit(patterns)
    >>> noisy = patterns.copy()
    >>> noisy[:, :15] = 1 - noisy[:, :15]
    >>> bool((network.transform(noisy) == patterns).all())
    True
    >>> network.predict(noisy)
    array([0, 1, 2, 3, 4])
    """

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> HopfieldNetwork:
        """Store the rows of X as patterns.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_patterns, n_features)
            The patterns.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            For invalid data or parameters, and if the weights of Storkey's rule diverge, as they
            may far beyond the capacity; the estimator is then not changed.
        KeyboardInterrupt
            On Ctrl-C; the estimator is not changed.

        Warns
        -----
        UserWarning
            For more patterns than `capacity_`, or patterns that follow from others with
            ``rule="pseudo_inverse"``. The estimator is fitted all the same.
        """
        tasks = FitTasks.of(self, 1, [lambda: X, lambda: y, lambda: None])
        store(self, X, tasks, first=True)
        return self

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X: ArrayLike, y: Any = None) -> HopfieldNetwork:
        """Store the rows of X beside the patterns that are stored.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_patterns, n_features)
            More patterns.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted estimator, as `fit` makes it of all patterns.

        Raises
        ------
        ValueError
            For invalid data, and if `rule` or `interaction` is another one than for the patterns so
            far.

        Warns
        -----
        UserWarning
            As `fit`.
        """
        store(self, X, None, first=not hasattr(self, "patterns_"))
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Recall: return the states in which the rows of X come to rest.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The states to begin with.

        Returns
        -------
        states : ndarray of shape (n_samples, n_features)
            In the coding and the dtype of `patterns_`.

        Warns
        -----
        ConvergenceWarning
            If rows are not at rest after `max_iter` sweeps, or alternate between two states, as
            synchronous updates may.
        """
        check_is_fitted(self)
        return recalled(self, X)[0]

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return which stored pattern each row of X is recalled as.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The states to begin with.

        Returns
        -------
        labels : ndarray of shape (n_samples,), dtype int64
            The index of the pattern in `patterns_`, the first one of equal ones; -1 where another
            state is reached. For ``interaction="exponential"``, the pattern that has more than half
            of the weight in the mean of patterns that is reached; -1 where none has.

        Warns
        -----
        ConvergenceWarning
            As `transform`.
        """
        check_is_fitted(self)
        return recalled(self, X)[1]

    def energy(self, X: ArrayLike) -> np.ndarray:
        """Return the energy of each row of X, without recall.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States.

        Returns
        -------
        energies : ndarray of shape (n_samples,), dtype float64
        """
        check_is_fitted(self)
        return energies(self, X)

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return minus the energy of each row of X, without recall.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States.

        Returns
        -------
        scores : ndarray of shape (n_samples,), dtype float64
        """
        return -self.energy(X)

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the mean of `score_samples`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States.
        y : None
            Ignored.

        Returns
        -------
        score : float
        """
        return float(self.score_samples(X).mean())

    @property
    def weights_(self) -> np.ndarray:
        """The weights between units, of shape (n_features, n_features)."""
        if not hasattr(self, "_sums"):
            raise AttributeError(
                f"{type(self).__name__} has weights_ once it is fitted with"
                " interaction='quadratic'"
            )
        return self._sums.astype(np.float64) / divisor(self)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
