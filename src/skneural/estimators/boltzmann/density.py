"""What a fitted machine says of rows, and the rows that it draws."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_array, check_is_fitted

from ..._whole_numbers import check_count
from ...network.chains import run_chains
from ...network.machine_plans import (
    RowsPlan,
    free_energies,
    hidden_means,
    visible_means,
    visible_states,
)
from ..base.estimator import Estimator
from .machines import machine_of
from .partition import annealed_log_partition, exact_log_partition, method_for

_SEEDS = np.iinfo(np.int32).max


class MachineDensity(ClassNamePrefixFeaturesOutMixin, TransformerMixin, Estimator):
    """The methods of `BernoulliRBM` and `GaussianRBM` on rows: features, energies, samples."""

    def transform(self, X: ArrayLike) -> np.ndarray:
        """Return the probabilities of the hidden units being on, given the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            The data to be transformed.

        Returns
        -------
        h : ndarray of shape (n_samples, n_components)
            In the dtype of `components_`.
        """
        return self._rows_of(X, hidden_means)

    def inverse_transform(self, X: ArrayLike) -> np.ndarray:
        """Return the means of the visible units, given those of the hidden units.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)
            States or probabilities of the hidden units.

        Returns
        -------
        v : ndarray of shape (n_samples, n_features)
        """
        check_is_fitted(self)
        machine = machine_of(self)
        n_hidden, dtype = len(machine.hidden_bias), machine.weights.dtype
        hidden: np.ndarray = check_array(X, dtype=dtype, order="C", estimator=self)
        if hidden.shape[1] != n_hidden:
            raise ValueError(
                f"{type(self).__name__}: X has {hidden.shape[1]} columns, but the machine has"
                f" {n_hidden} hidden units"
            )
        return RowsPlan(machine, hidden, visible_means(machine), self.n_jobs).run()

    def free_energy(self, X: ArrayLike) -> np.ndarray:
        """Return the free energy of each row of X.

        It is minus the log-probability but for a constant, the logarithm of the partition function.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units.

        Returns
        -------
        energies : ndarray of shape (n_samples,), dtype float64
        """
        return self._rows_of(X, free_energies)[:, 0].astype(np.float64)

    def gibbs(self, X: ArrayLike, n_steps: int = 1) -> np.ndarray:
        """Return states of the visible units after steps of Gibbs sampling from rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States to start from.
        n_steps : int, default=1
            Each draws the hidden units and then the visible ones.

        Returns
        -------
        states : ndarray of shape (n_samples, n_features)
            Of dtype bool for binary units. Each call draws other ones.
        """
        check_is_fitted(self)
        check_count(type(self).__name__, "n_steps", n_steps)
        machine = machine_of(self)
        dense = self._samples().check(X, machine.weights.dtype)
        dense = dense if isinstance(dense, np.ndarray) else dense.toarray()
        seed = self.random_state_.randint(_SEEDS)
        states = run_chains(machine, dense, n_steps, seed, self.n_jobs)
        return states.astype(bool) if self._is_binary else states

    def sample(
        self, n_samples: int = 1, random_state: Any = None, *, n_gibbs_steps: int = 1000
    ) -> np.ndarray:
        """Draw rows by Gibbs sampling.

        The chains start where those of the training ended, or with ``algorithm="cd"`` at hidden
        units of which half is on.

        Parameters
        ----------
        n_samples : int, default=1
            Number of rows, each of a chain of its own.
        random_state : int, RandomState instance or None, default=None
            Draws the states.
        n_gibbs_steps : int, default=1000
            Steps of each chain.

        Returns
        -------
        X : ndarray of shape (n_samples, n_features)
            States of the visible units, 0 or 1 for binary units. `inverse_transform` of `transform`
            of them are their probabilities.
        """
        check_is_fitted(self)
        for name, value in (("n_samples", n_samples), ("n_gibbs_steps", n_gibbs_steps)):
            check_count(type(self).__name__, name, value)
        random, machine = check_random_state(random_state), machine_of(self)
        dtype, n_hidden = machine.weights.dtype, len(machine.hidden_bias)
        chains = np.asarray(self.h_samples_, dtype)
        hidden = random.randint(2, size=(n_samples, n_hidden)).astype(dtype)
        if chains.any():
            hidden = np.ascontiguousarray(chains[random.randint(len(chains), size=n_samples)])
        states = RowsPlan(machine, hidden, visible_states(machine), self.n_jobs)
        first = states.run(seed=random.randint(_SEEDS))
        return run_chains(machine, first, n_gibbs_steps, random.randint(_SEEDS), self.n_jobs)

    def log_partition(
        self, method: str = "ais", *, n_chains: int = 100, n_steps: int = 10000,
        random_state: Any = None,
    ) -> tuple[float, float]:
        """Return the logarithm of the partition function, and its standard error.

        Parameters
        ----------
        method : {"ais", "exact"}, default="ais"
            Annealed importance sampling [1]_, or the sum over all states of the smaller layer, of
            at most 25 units.
        n_chains : int, default=100
            Chains of "ais".
        n_steps : int, default=10000
            Inverse temperatures that each chain passes.
        random_state : int, RandomState instance or None, default=None
            Draws the states.

        Returns
        -------
        value, standard_error : float
            The standard error is that of the chains' mean; it is too small where all chains miss
            a part of the states.

        References
        ----------
        .. [1] Salakhutdinov, R. and Murray, I. (2008). On the quantitative analysis of deep belief
           networks. ICML.
        """
        check_is_fitted(self)
        owner, machine = type(self).__name__, machine_of(self)
        if method == "exact":
            return exact_log_partition(machine, self.n_jobs, owner), 0.0
        if method != "ais":
            raise ValueError(f"{owner}: method={method!r} is neither 'ais' nor 'exact'")
        for name, value in (("n_chains", n_chains), ("n_steps", n_steps)):
            check_count(owner, name, value)
        random = check_random_state(random_state)
        return annealed_log_partition(
            machine, self._means, n_chains, n_steps, random, self.n_jobs
        )

    def log_likelihood(self, X: ArrayLike, log_partition: float | None = None) -> np.ndarray:
        """Return the log-probability of each row of X, minus free energy minus log Z.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            States of the visible units.
        log_partition : float or None, default=None
            The logarithm of the partition function; None computes it by `log_partition`, exactly
            where a layer has at most 25 units, otherwise by "ais" with ``random_state=0``.

        Returns
        -------
        log_likelihoods : ndarray of shape (n_samples,), dtype float64

        Raises
        ------
        TypeError
            If the logarithm is no number, as the pair that `log_partition` returns.
        """
        if not (log_partition is None or isinstance(log_partition, Real)):
            raise TypeError(
                f"{type(self).__name__}: log_partition={log_partition!r} must be a number: the"
                " first of the two that `log_partition` returns"
            )
        energies = self.free_energy(X)
        if log_partition is None:
            log_partition, _ = self.log_partition(method_for(machine_of(self)), random_state=0)
        return -energies - log_partition

    def _rows_of(self, X, of_machine):
        """Return what a plan makes of each row of X, as the user passed it."""
        check_is_fitted(self)
        machine = machine_of(self)
        X = self._samples().check(X, machine.weights.dtype)
        return RowsPlan(machine, X, of_machine(machine), self.n_jobs).run()
