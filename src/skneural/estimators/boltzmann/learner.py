"""A machine in training: its parameters, its chains and what the optimizer keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...network.boltzmann import Machine
from ...network.contrastive import ContrastiveDivergence, SparsityTarget, new_chains
from ...network.phased import PhasedTraining
from ...network.updates import Update
from ...optimizers import SGD
from ...optimizers._plain_descent import PlainDescent
from .machines import is_binary, logit_of, machine_of, new_machine, variances_of

_FIRST_DEVIATION = 0.01  # of the weights, as in scikit-learn


class Learner:
    """A machine that is trained on one X after another.

    Parameters
    ----------
    estimator : estimator
        With the parameters of `RBMParameters`.
    machine : Machine
    chains : ndarray of shape (n_chains, n_hidden)
    random : RandomState
        Shown as `random_state_`.
    draws : tuple of two int
        The seed of the states that are drawn, and updates made before.
    """

    def __init__(
        self, estimator: Any, machine: Machine, chains: np.ndarray,
        random: np.random.RandomState, draws: tuple[int, int],
    ):
        self.machine, self.chains = machine, chains
        self.seed, self.n_updates = draws
        self._estimator, self._random = estimator, random
        self._activities = np.full_like(machine.hidden_bias, estimator.sparsity_target or 0.0)
        self._velocity: np.ndarray | None = None
        self._means, self._n_seen = np.zeros(len(machine.visible_bias)), 0

    @classmethod
    def new(cls, estimator: Any, X: Any, random: np.random.RandomState) -> Learner:
        """Return one whose weights are drawn as scikit-learn does."""
        n_hidden, n_visible, dtype = estimator.n_components, X.shape[1], X.dtype
        machine = new_machine(n_visible, n_hidden, dtype, *estimator._visible_units(X))
        machine.weights[...] = random.normal(0, _FIRST_DEVIATION, (n_hidden, n_visible))
        chains = new_chains(estimator.batch_size, n_hidden, dtype)
        learner = cls(estimator, machine, chains, random, (random.randint(2**31 - 1), 0))
        learner._note_means(X)
        if estimator.visible_bias_init == "data":
            means = learner._means
            machine.visible_bias[...] = logit_of(means) if is_binary(machine) else means
        return learner

    @classmethod
    def again(cls, estimator: Any, X: Any) -> Learner:
        """Return one that goes on from what a fitted estimator shows and keeps."""
        machine, kept = machine_of(estimator), estimator.h_samples_
        chains = new_chains(estimator.batch_size, kept.shape[1], kept.dtype)
        chains[: len(kept)] = kept[: len(chains)]
        learner = cls(estimator, machine, chains, estimator.random_state_, estimator._draws)
        learner._velocity, learner._activities = estimator._velocity, estimator._activities.copy()
        learner._means, learner._n_seen = estimator._means, estimator._n_seen
        learner._note_means(X)
        return learner

    def _note_means(self, X):
        share = X.shape[0] / (self._n_seen + X.shape[0])
        means = np.asarray(X.mean(axis=0, dtype=float)).ravel()
        self._means = self._means + share * (means - self._means)
        self._n_seen += X.shape[0]

    def training(self, X: Any, among: np.ndarray | None = None) -> PhasedTraining:
        """Return the training on X, or on the rows among them."""
        estimator, sparsity = self._estimator, None
        if estimator.sparsity_target is not None:
            sparsity = SparsityTarget(
                estimator.sparsity_target, estimator.sparsity_weight, self._activities
            )
        objective = ContrastiveDivergence(
            self.machine, X, self.chains if estimator.algorithm == "pcd" else None,
            estimator.n_gibbs_steps, estimator.sample_visible, sparsity,
        )
        momentum = estimator.momentum
        optimizer = SGD(momentum, nesterov=False) if momentum else PlainDescent()
        update = Update(objective, self.machine.store, optimizer, weight_decay=estimator.alpha)
        if self._velocity is not None and momentum:
            update.state[...] = self._velocity
        self._velocity = update.state if momentum else None
        n_samples = X.shape[0] if among is None else len(among)
        training = PhasedTraining(
            [update], X.shape[0], min(estimator.batch_size, n_samples), estimator.n_jobs,
            self.seed, among=among,
        )
        training.n_updates = self.n_updates
        return training

    def state(self) -> dict[str, Any]:
        """Return copies of what a later pass depends on."""
        velocity = self._velocity
        return {
            "parameters": self.machine.store.vector.copy(), "chains": self.chains.copy(),
            "velocity": None if velocity is None else velocity.copy(),
            "activities": self._activities.copy(), "n_updates": self.n_updates,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state, before `training` is called."""
        self.machine.store.vector[...] = state["parameters"]
        self.chains[...], self._activities[...] = state["chains"], state["activities"]
        self._velocity, self.n_updates = state["velocity"], state["n_updates"]

    def shown(self) -> dict[str, Any]:
        """Return copies of the fitted attributes, and of what `partial_fit` goes on with."""
        machine, velocity = self.machine, self._velocity
        variances = variances_of(machine)
        return {
            **({} if variances is None else {"variance_": variances.copy()}),
            "components_": machine.weights.copy(),
            "intercept_hidden_": machine.hidden_bias.copy(),
            "intercept_visible_": machine.visible_bias.copy(),
            "h_samples_": self.chains.copy(),
            "random_state_": self._random,
            "_velocity": None if velocity is None else velocity.copy(),
            "_activities": self._activities.copy(),
            "_draws": (self.seed, self.n_updates),
            "_means": self._means, "_n_seen": self._n_seen,
        }
