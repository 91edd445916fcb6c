"""Deep Boltzmann machines."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from ..._parameters import with_parameters
from ..._whole_numbers import check_count
from ...callbacks import with_callbacks
from ...data.samples import Samples
from ..base.estimator import Estimator
from ..base.sizes import check_sizes, sizes
from .annealing import exact_log_partition
from .fitted import annealed, posteriors
from .machine import Machine
from .parameters import DeepBoltzmannParameters
from .rounds import fit_machine


@with_parameters
class DeepBoltzmannMachine(
    DeepBoltzmannParameters, ClassNamePrefixFeaturesOutMixin, TransformerMixin, Estimator
):
    r"""Deep Boltzmann machine: binary units in layers, each joined to the layers next to it.

    With the row x as visible units and hidden layers h, its energy is :math:`-b_0 \cdot x -
    \sum_l b_l \cdot h_l - x^T W_1 h_1 - \sum_l h_l^T W_{l+1} h_{l+1}`, and the probability of a
    state :math:`e^{-E} / Z`. Training [1]_ follows the gradient of the likelihood: the posterior is
    approximated by mean fields, and the model by persistent Markov chains. Greedy pretraining of
    one layer after the other, each with doubled input for the side that it does not see yet, starts
    it near a good model.

    X are probabilities of being on, such as grey levels from 0 to 1.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    coefs_ : list of ndarray of shape (n_units, n_units_above)
        The weights between each two layers, the visible one first.
    intercepts_ : list of ndarray of shape (n_units,)
        The biases of all layers, of the visible one first.
    particles_ : list of ndarray of shape (n_particles, n_units)
        States of all layers of the Markov chains.
    log_partition_ : float
        Estimate of the logarithm of the partition function, from `fit`. `score_samples` subtracts
        it; assign the better one of a longer `log_partition` to it.
    log_partition_error_ : float
        Its standard error.
    loss_ : float
        The last mean squared error of reconstruction, for a feature.
    loss_curve_ : list of float
        That of each epoch of training all layers.
    pretraining_loss_curves_ : list of list of float
        Those of the epochs of pretraining, for each layer.
    n_iter_ : int
        The number of epochs of training all layers.
    n_features_in_ : int
        The number of features.
    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        The names of the features, when all are strings.

    See Also
    --------
    DBNClassifier : Deep belief nets, whose training a machine can start.

    Notes
    -----
    The results are the same bits for any `n_jobs`.

    References
    ----------
    .. [1] Salakhutdinov, R. and Hinton, G. (2009). Deep Boltzmann machines. AISTATS.
    .. [2] Salakhutdinov, R. and Murray, I. (2008). On the quantitative analysis of deep belief
       networks. ICML.
    .. [3] Neal, R. M. (2001). Annealed importance sampling. Statistics and Computing 11.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from skneural import DeepBoltzmannMachine
    >>> X, _ = load_digits(return_X_y=True)
    >>> machine = DeepBoltzmannMachine(
    ...     (40, 20), max_iter=3, pretraining_max_iter=3, random_state=0
    ... ).fit(X / 16)
    >>> machine.transform(X / 16).shape
    (1797, 20)
    >>> machine.sample(5).shape
    (5, 64)
    """

    _resumes = True
    _needs_dense = "machines read dense rows; use X.toarray()"

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: ArrayLike, y: Any = None) -> DeepBoltzmannMachine:
        """Learn a model of the rows of X.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Probabilities of being on, from 0 to 1.
        y : None
            Not used.

        Returns
        -------
        self : object
            The fitted machine.

        Raises
        ------
        ValueError
            For invalid data or parameters; the machine is then not changed.
        KeyboardInterrupt
            On Ctrl-C in the first epoch; later, it ends training with a warning.

        Warns
        -----
        UserWarning
            If X has values outside [0, 1].
        NonFiniteLossWarning
            If weights become infinite or NaN, or the reconstruction error is ten times the first
            of a layer, and above 1/4; the last ones from before are then kept.
        """
        fit_machine(self, X)
        random = check_random_state(self.random_state)
        self.log_partition_, self.log_partition_error_ = annealed(
            self, 100, self.n_annealing_steps, int(random.randint(np.iinfo(np.int32).max))
        )
        return self

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return posterior means of hidden units, by mean fields.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        features : ndarray of shape (n_samples, n_features_out)
            Of the layers that `features` says.
        """
        X, means, _ = posteriors(self, X)
        if self.features == "all":
            return np.concatenate(means, axis=1)
        return np.concatenate([X, means[-1]], axis=1) if self.features == "augmented" else means[-1]

    def score_samples(self, X: ArrayLike) -> np.ndarray:
        """Return the variational lower bound of the log probability of each row.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Zeros and ones, for probabilities in the strict sense.

        Returns
        -------
        bounds : ndarray of shape (n_samples,), dtype float64
            In nats. It is a bound as far as `log_partition_` is right.
        """
        bounds = posteriors(self, X)[2]
        if hasattr(self, "log_partition_"):
            return bounds - self.log_partition_
        return bounds - annealed(self, 100, self.n_annealing_steps, 0)[0]

    def score(self, X: ArrayLike, y: Any = None) -> float:
        """Return the mean of `score_samples`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : None
            Not used.

        Returns
        -------
        score : float
        """
        return float(self.score_samples(X).mean())

    def log_partition(
        self,
        method: str = "ais",
        *,
        n_chains: int = 100,
        n_steps: int = 10000,
        random_state: Any = None,
    ) -> tuple[float, float]:
        """Return the logarithm of the partition function Z.

        Parameters
        ----------
        method : {"ais", "exact"}, default="ais"
            Annealed importance sampling (Neal 2001) from independent units, or the sum over all
            states, for at most 20 units in every second layer.
        n_chains, n_steps : int, default=100, 10000
            Of annealed importance sampling.
        random_state : int, RandomState instance or None, default=None

        Returns
        -------
        log_z : float
        error : float
            Standard error, 0 of the exact one.
        """
        check_is_fitted(self)
        owner = type(self).__name__
        if method not in ("ais", "exact"):
            raise ValueError(f"{owner}: method={method!r} is neither 'ais' nor 'exact'")
        if method == "exact":
            coefs = [np.asarray(kernel, float) for kernel in self.coefs_]
            intercepts = [np.asarray(bias, float) for bias in self.intercepts_]
            return exact_log_partition(coefs, intercepts, owner), 0.0
        for name, value in (("n_chains", n_chains), ("n_steps", n_steps)):
            check_count(owner, name, value)
        seed = int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
        return annealed(self, int(n_chains), int(n_steps), seed)

    def sample(
        self,
        n_samples: int = 1,
        random_state: Any = None,
        *,
        n_gibbs_steps: int = 200,
        binary: bool = True,
    ) -> np.ndarray:
        """Draw rows from the model.

        Parameters
        ----------
        n_samples : int, default=1
        random_state : int, RandomState instance or None, default=None
        n_gibbs_steps : int, default=200
            Sweeps of Gibbs sampling from the particles on.
        binary : bool, default=True
            Whether to return zeros and ones, or the probabilities that they are drawn with.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        for name, value in (("n_samples", n_samples), ("n_gibbs_steps", n_gibbs_steps)):
            check_count(type(self).__name__, name, value)
        random = check_random_state(random_state)
        chosen = random.randint(len(self.particles_[0]), size=n_samples)
        seed = int(random.randint(np.iinfo(np.int32).max))
        rows = Machine(self.coefs_, self.intercepts_).samples(
            [states[chosen] for states in self.particles_], n_gibbs_steps, seed, self.n_jobs
        )
        return (rows.states_of(0) if binary else rows.means_of(0)).copy()

    @property
    def _n_features_out(self) -> int:
        units = [len(bias) for bias in self.intercepts_]
        if self.features == "all":
            return sum(units[1:])
        return units[-1] + (units[0] if self.features == "augmented" else 0)

    def _check_parameters(self) -> None:
        check_sizes(self, "hidden_layer_sizes")
        if not sizes(self.hidden_layer_sizes):
            raise ValueError(
                f"{type(self).__name__}: hidden_layer_sizes is empty; a machine has at least one"
                " hidden layer"
            )

    def _samples(self) -> Samples:
        return Samples(self, accepts_sparse=False)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
