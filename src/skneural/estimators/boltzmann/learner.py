"""A machine in training: its parameters, its chains and what the optimizer keeps."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...network.boltzmann import Machine, variables_of_machine
from ...network.contrastive import ContrastiveDivergence, SparsityTarget, new_chains
from ...network.parameters import Parameters
from ...network.phased import PhasedTraining
from ...network.updates import Update
from ...optimizers import SGD

_FIRST_DEVIATION = 0.01  # of the weights, as in scikit-learn


def machine_of(estimator: Any) -> Machine:
    """Return the machine with the parameters that a fitted estimator shows."""
    weights = estimator.components_
    n_hidden, n_visible = weights.shape
    machine = _new_machine(n_visible, n_hidden, weights.dtype)
    machine.weights[...] = weights
    machine.visible_bias[...] = estimator.intercept_visible_
    machine.hidden_bias[...] = estimator.intercept_hidden_
    return machine


def _new_machine(n_visible: int, n_hidden: int, dtype: np.dtype) -> Machine:
    return Machine(Parameters([variables_of_machine(n_visible, n_hidden)], dtype))


class Learner:
    """A machine that is trained on one X after another.

    Parameters
    ----------
    estimator : estimator
        With the parameters of `RBMParameters`.
    machine : Machine
    chains : ndarray of shape (n_chains, n_hidden)
    seed : int
        Of the states that are drawn.
    n_updates : int, default=0
        Updates made before.
    """

    def __init__(
        self, estimator: Any, machine: Machine, chains: np.ndarray, seed: int, n_updates: int = 0
    ):
        self.machine, self.chains = machine, chains
        self.seed, self.n_updates = seed, n_updates
        self._estimator = estimator
        self._activities = np.full_like(machine.hidden_bias, estimator.sparsity_target or 0.0)
        self._velocity: np.ndarray | None = None

    @classmethod
    def new(
        cls, estimator: Any, n_visible: int, dtype: np.dtype, random: np.random.RandomState
    ) -> Learner:
        """Return one with parameters drawn as scikit-learn does."""
        n_hidden = estimator.n_components
        machine = _new_machine(n_visible, n_hidden, dtype)
        machine.weights[...] = random.normal(0, _FIRST_DEVIATION, (n_hidden, n_visible))
        chains = new_chains(estimator.batch_size, n_hidden, dtype)
        return cls(estimator, machine, chains, int(random.randint(np.iinfo(np.int32).max)))

    @classmethod
    def again(cls, estimator: Any) -> Learner:
        """Return one that goes on from what a fitted estimator shows and keeps."""
        machine, n_chains = machine_of(estimator), estimator.batch_size
        kept = estimator.h_samples_
        chains = new_chains(n_chains, kept.shape[1], kept.dtype)
        chains[: len(kept)] = kept[:n_chains]
        learner = cls(estimator, machine, chains, *estimator._draws)
        learner._velocity, learner._activities = estimator._velocity, estimator._activities.copy()
        return learner

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
        optimizer = SGD(estimator.momentum, nesterov=False)
        update = Update(objective, self.machine.store, optimizer, weight_decay=estimator.alpha)
        if self._velocity is not None:
            update.state[...] = self._velocity
        self._velocity = update.state
        n_samples = objective.source.n_samples
        training = PhasedTraining(
            [update], n_samples, min(estimator.batch_size, n_samples), estimator.n_jobs, self.seed,
            among=among,
        )
        training.n_updates = self.n_updates
        return training

    def shown(self) -> dict[str, Any]:
        """Return copies of the fitted attributes, and of what `partial_fit` goes on with."""
        machine, velocity = self.machine, self._velocity
        return {
            "components_": machine.weights.copy(),
            "intercept_hidden_": machine.hidden_bias.copy(),
            "intercept_visible_": machine.visible_bias.copy(),
            "h_samples_": self.chains.copy(),
            "_velocity": None if velocity is None else velocity.copy(),
            "_activities": self._activities.copy(),
            "_draws": (self.seed, self.n_updates),
        }
