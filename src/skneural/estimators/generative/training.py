"""Adversarial training: two networks, updated in turn for each batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from ...network.phased import PhasedTraining
from ...network.updates import Update
from ...optimizers import Adam
from .networks import FittedNetwork
from .objectives import AveragedUpdate, Discrimination, Game, Generation, OneOfSeveral


@dataclass
class TrainingState:
    """What a training goes on with: flat arrays, so that it can be copied and saved.

    Parameters
    ----------
    parameters, average : ndarray of shape (n_parameters,)
    moments : list of ndarray
        The optimizers' state, of each update of a batch.
    layers : ndarray
        State of layers besides their variables, such as the updates of running statistics.
    n_updates : int
        Batches so far.
    seed : int
    """

    parameters: np.ndarray
    average: np.ndarray
    moments: list[np.ndarray]
    layers: np.ndarray
    n_updates: int
    seed: int


class AdversarialTraining:
    """Epochs of both networks on some rows.

    Parameters
    ----------
    estimator : estimator
        With the parameters of training.
    game : Game
    batch_size : int
    seed : int
    """

    def __init__(self, estimator: Any, game: Game, batch_size: int, seed: int):
        self.game, store = game, game.store
        n_steps, n_own = int(estimator.discriminator_steps), len(game.sizes.generator)
        own, others = range(n_own), range(n_own, len(game.sizes.layers))
        optimizer = Adam(float(estimator.beta_1), float(estimator.beta_2))
        objectives = [Discrimination(game, n, batch_size) for n in range(n_steps)]
        self._average = store.vector.copy()
        generation, decay = Generation(game, n_steps), estimator.average_decay
        self._averages = decay is not None
        # one state for all of the discriminator's updates of a batch: they are one optimizer's
        updates: list[Update] = [
            OneOfSeveral(objective, store, optimizer, n, n_steps, others)
            for n, objective in enumerate(objectives)
        ]
        for update in updates[1:]:
            update.state = updates[0].state
        if self._averages:
            updates.append(
                AveragedUpdate(generation, store, optimizer, self._average, float(decay), own)
            )
        else:
            updates.append(Update(generation, store, optimizer, layers=own))
        self._totals = [objective.total for objective in objectives], generation.total
        self._updates, self._n_steps = updates, n_steps
        rates = [estimator.discriminator_learning_rate] * n_steps
        self._rates = np.array([*rates, estimator.generator_learning_rate], float)
        self.phases = PhasedTraining(
            updates, len(game.rows), batch_size, estimator.n_jobs, seed, even=True
        )

    def start(self, random: np.random.RandomState) -> None:
        """Draw the first weights."""
        self.game.generator.initialize(random)
        self.game.discriminator.initialize(random)
        self._average[...] = self.game.store.vector

    def epoch(self, order: np.ndarray) -> tuple[float, float]:
        """Run an epoch; return the mean losses of the generator and of the discriminator."""
        judges, own = self._totals
        for total in (*judges, own):
            total[0] = 0.0
        rates = np.multiply.outer(self._rates, np.ones(self.phases.n_batches))
        self.phases.run_epoch(order, rates)
        n = self.phases.n_samples
        return float(own[0]) / n, float(sum(total[0] for total in judges)) / (n * self._n_steps)

    def networks(self) -> dict[str, FittedNetwork]:
        """Return copies of both networks, the averaged generator where there is one."""
        sizes, store = self.game.sizes, self.game.store
        n_own = len(sizes.generator)
        averaged = store.twin()
        if self._averages:
            averaged.vector[...] = self._average
        return {
            "generator_": FittedNetwork.of(
                "generator", sizes.generator, (sizes.n_inputs,), averaged.variables[:n_own]
            ),
            "discriminator_": FittedNetwork.of(
                "discriminator", sizes.discriminator, sizes.sample_shape, store.variables[n_own:]
            ),
        }

    @property
    def state(self) -> TrainingState:
        """A copy of what a later training may go on with."""
        moments = [self._updates[0].state.copy(), self._updates[-1].state.copy()]
        return TrainingState(
            self.game.store.vector.copy(), self._average.copy(), moments,
            self.phases.layer_state, self.phases.n_updates, self.phases.seed,
        )

    @state.setter
    def state(self, state: TrainingState) -> None:
        self.game.store.vector[...] = state.parameters
        self._average[...] = state.average
        self._updates[0].state[...], self._updates[-1].state[...] = state.moments
        self.phases.layer_state = state.layers
        self.phases.n_updates, self.phases.seed = state.n_updates, state.seed

    def is_finite(self) -> bool:
        """Whether all weights are finite numbers."""
        return bool(np.isfinite(self.game.store.vector).all())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: Any) -> None:
        self.phases.close()
