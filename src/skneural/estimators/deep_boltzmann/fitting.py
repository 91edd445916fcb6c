"""The fit of a deep Boltzmann machine: greedy pretraining, then all layers together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from ...network.boltzmann import Machine as RestrictedMachine
from ...network.boltzmann import variables_of_machine
from ...network.contrastive import ContrastiveDivergence
from ...network.machine_plans import RowsPlan, hidden_means
from ...network.parameters import Parameters
from ...network.phased import PhasedTraining
from ...network.updates import Update
from ...optimizers import SGD
from ...schedules import get_schedule
from ...training.rates import LearningRates
from ..base.sizes import sizes
from ..boltzmann.monitor import Monitor
from .contrast import Contrast, parameters_of
from .machine import Machine

_LEAST_CHANCE = 1e-3  # of a feature to be on or off, of which its first bias is the logit


class Epoch(NamedTuple):
    """What an epoch ends with: its loss, and the machine; particles are states of all layers.

    ``stage`` is the layer that was pretrained, or the number of layers.
    """

    stage: int
    loss: float
    coefs: list[np.ndarray]
    intercepts: list[np.ndarray]
    particles: list[np.ndarray] | None


class Learner:
    """Trains a machine, epoch by epoch.

    Parameters
    ----------
    estimator : DeepBoltzmannMachine
    X : ndarray of shape (n_samples, n_features)
    random : RandomState
    before : dict or None, default=None
        What `state` gave, and the state of the random numbers as "random", to go on from.
    """

    def __init__(
        self, estimator: Any, X: np.ndarray, random: np.random.RandomState,
        before: dict[str, Any] | None = None,
    ):
        self.estimator, self.X, self.random = estimator, X, random
        self.units = [X.shape[1], *sizes(estimator.hidden_layer_sizes)]
        self.coefs = [
            random.normal(0, 0.01, shape).astype(X.dtype)
            for shape in zip(self.units, self.units[1:], strict=False)
        ]
        self.intercepts = [np.zeros(n, X.dtype) for n in self.units]
        self.intercepts[0] = log_odds(X)
        self._biases: list[np.ndarray] = []  # of hidden units, as each pretraining left them
        self._stage, self._before = 0, before
        self._training: tuple[Any, ...] = ()
        if before is not None:
            self._stage, self._biases = before["stage"], before["biases"]
            self.coefs, self.intercepts = before["coefs"], before["intercepts"]

    @property
    def n_layers(self) -> int:
        """The number of hidden layers."""
        return len(self.coefs)

    def epochs(self) -> Iterator[Epoch]:
        """Train; yield after each epoch."""
        X = self.X
        for layer in range(self.n_layers if self.estimator.pretraining_max_iter else 0):
            if layer >= self._stage:
                self._stage = layer
                yield from self._pretrain(layer, X)
                self._biases.append(self.intercepts[layer + 1])
            if layer < self.n_layers - 1:
                machine = self._alone(layer, X)
                machine.hidden_bias[...] = self._biases[layer]
                X = RowsPlan(machine, X, hidden_means(machine), self.estimator.n_jobs).run()
        self._stage = self.n_layers
        yield from self._train()

    def state(self) -> dict[str, Any]:
        """Return copies of what the epochs after the last one depend on."""
        update, training, epoch, objective = self._training
        rows = getattr(objective, "particles", None)
        states = [] if rows is None else [
            rows.states_of(layer).copy() for layer in range(len(self.units))
        ]
        return {
            "stage": self._stage, "epoch": epoch, "biases": list(self._biases),
            "coefs": list(self.coefs), "intercepts": list(self.intercepts),
            "parameters": update.store.vector.copy(), "velocity": update.state.copy(),
            "n_updates": training.n_updates, "seed": training.seed, "states": states,
        }

    def _alone(self, layer: int, X: np.ndarray) -> RestrictedMachine:
        """Return a layer and the one below it as a machine.

        A hidden layer gets input from both sides: a layer that is not at an end counts twice what
        comes from the side that it sees. Salakhutdinov and Hinton 2009, section 3.1.
        """
        below, units = self.coefs[layer].shape
        machine = RestrictedMachine(
            Parameters([variables_of_machine(below, units)], X.dtype),
            up_factor=1.0 if layer == self.n_layers - 1 else 2.0,
            down_factor=1.0 if layer == 0 else 2.0,
        )
        machine.weights[...] = self.coefs[layer].T
        machine.hidden_bias[...] = self.intercepts[layer + 1]
        machine.visible_bias[...] = log_odds(X) if layer else self.intercepts[0]
        return machine

    def _pretrain(self, layer: int, X: np.ndarray) -> Iterator[Epoch]:
        """Train a layer by contrastive divergence."""
        machine, given = self._alone(layer, X), self._biases[layer - 1] if layer else None
        monitor = Monitor(machine, X, None, self.estimator.n_jobs)
        for _ in self._losses(ContrastiveDivergence(machine, X), machine.store, "pretraining_"):
            self.coefs[layer] = machine.weights.T.copy()
            self.intercepts[layer + 1] = machine.hidden_bias.copy()
            self.intercepts[layer] = machine.visible_bias.copy()
            if given is not None:  # a bias as hidden layer of a machine, and as visible of another
                self.intercepts[layer] = 0.5 * (given + machine.visible_bias)
            yield self._ended(layer, monitor.figures().error, None)

    def _train(self) -> Iterator[Epoch]:
        """Train all layers, with particles for what the model expects."""
        estimator = self.estimator
        store = parameters_of(self.units, self.X.dtype)
        own = [store.variables[-1]["bias"], *(each["bias"] for each in store.variables[:-1])]
        kernels = [each["kernel"] for each in store.variables[:-1]]
        for values, first in zip([*kernels, *own], [*self.coefs, *self.intercepts], strict=True):
            values[...] = first
        objective = Contrast(
            store, self.X, estimator.n_gibbs_steps, estimator.n_particles,
            estimator.n_mean_field_steps, float(estimator.mean_field_tol),
        )
        for loss in self._losses(objective, store, ""):
            if estimator.max_norm is not None:
                for kernel in kernels:
                    limit_norms(kernel, estimator.max_norm)
            self.coefs, self.intercepts = [k.copy() for k in kernels], [b.copy() for b in own]
            rows = objective.particles
            assert rows is not None
            yield self._ended(
                self.n_layers, loss,
                [rows.states_of(layer).copy() for layer in range(len(self.units))]
            )

    def _losses(self, objective: Any, store: Parameters, prefix: str) -> Iterator[float]:
        """Run epochs of an objective; yield the loss of each."""
        estimator, random, n_samples = self.estimator, self.random, len(self.X)
        schedule = "constant" if prefix else estimator.learning_rate_schedule
        owner, n_epochs = type(estimator).__name__, getattr(estimator, f"{prefix}max_iter")
        rates = LearningRates(
            get_schedule(schedule, owner, "learning_rate_schedule"),
            getattr(estimator, f"{prefix}learning_rate"), n_epochs, owner=owner,
        )
        optimizer = SGD(momentum=estimator.momentum, nesterov=False)
        update = Update(objective, store, optimizer, weight_decay=float(estimator.alpha))
        with PhasedTraining(
            [update], n_samples, min(estimator.batch_size, n_samples), estimator.n_jobs,
            int(random.randint(np.iinfo(np.int32).max)), even=True,
        ) as training:
            first = 0
            if self._before is not None:
                first, self._before = self._restore(update, training, objective), None
            elif isinstance(objective, Contrast):
                self._set_particles(objective)
            rates.epoch = first
            for epoch in range(first, n_epochs):
                self._training = update, training, epoch + 1, objective
                of_epoch = rates.rates(training.n_batches, epoch * n_samples)
                yield training.run_epoch(random.permutation(n_samples), of_epoch, rates.progress)

    def _restore(self, update: Update, training: PhasedTraining, objective: Any) -> int:
        """Go back to the state before; return how many epochs were run."""
        before = self._before
        assert before is not None
        update.store.vector[...], update.state[...] = before["parameters"], before["velocity"]
        training.n_updates, training.seed = before["n_updates"], before["seed"]
        for layer, states in enumerate(before["states"]):
            objective.particles.states_of(layer)[...] = states
        self.random.set_state(before["random"])
        return before["epoch"]

    def _set_particles(self, objective: Contrast) -> None:
        """Begin the particles at rows of X, by the upward pass."""
        rows, estimator = objective.particles, self.estimator
        assert rows is not None
        chosen = self.X[self.random.randint(len(self.X), size=estimator.n_particles)]
        machine = Machine(self.coefs, self.intercepts)
        means, _ = machine.posteriors(chosen, 1, 0.0, estimator.n_jobs)
        for layer, chances in enumerate([chosen, *means]):
            rows.states_of(layer)[...] = self.random.uniform(size=chances.shape) < chances

    def _ended(self, stage: int, loss: float, particles: list[np.ndarray] | None) -> Epoch:
        # arrays are replaced from epoch to epoch, never written to
        return Epoch(stage, loss, list(self.coefs), list(self.intercepts), particles)


def log_odds(X: np.ndarray) -> np.ndarray:
    """Return the logit of the mean of each column, as the first bias of its unit."""
    chances = np.clip(X.mean(axis=0, dtype=np.float64), _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return np.log(chances / (1 - chances)).astype(X.dtype)


def limit_norms(kernel: np.ndarray, most: float) -> None:
    """Scale down, in place, the columns of a matrix that are longer."""
    norms = np.sqrt(np.einsum("ij,ij->j", kernel, kernel, dtype=np.float64))
    kernel *= np.minimum(1.0, most / np.maximum(norms, np.finfo(float).tiny)).astype(kernel.dtype)
