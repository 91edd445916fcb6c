"""A training session: a network, its data and an optimizer, run epoch by epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..augmentation._base import Augmentation
from ..engine.primitives import LOSS_SUM
from ..optimizers import Optimizer
from ..schedules import Scheduled
from .layered import LayeredNetwork
from .objectives import Backpropagation
from .phased import PhasedTraining
from .updates import Update


class TrainingSession(PhasedTraining):
    """What `Network.training_session` returns; see there for the parameters.

    It has one phase, whose objective is `Backpropagation` or the network's own. ``n_samples`` are
    the rows of an epoch where X has room for only some of them at a time.

    Attributes
    ----------
    optimizer_state : ndarray of shape (n_slots * n_trained,)
        The optimizer's state; write into it to continue an earlier session.
    gradient : ndarray of shape (n_trained,) or None
        Where it is kept as a whole.
    """

    def __init__(
        self, network: LayeredNetwork, X, y, sample_weight, batch_size: int,
        optimizer: Optimizer | None, alpha: float, weight_decay: float | Scheduled | None,
        max_grad_norm: float | None, n_jobs: int | None, seed: int,
        augmentation: Sequence[Augmentation] = (), even: bool = False, bounded: bool = False,
        among: np.ndarray | None = None, n_samples: int | None = None,
    ):
        self.network = network
        self._keep = [X, y]
        self._weights = None
        if sample_weight is not None:
            self._weights = np.ascontiguousarray(sample_weight, np.float64)
        make = network.objective or Backpropagation
        objective = make(network, X, y, self._weights, augmentation)
        update = Update(objective, network.store, optimizer, alpha, weight_decay, max_grad_norm)
        self.optimizer_state, self.gradient = update.state, update.gradient
        super().__init__(
            [update], n_samples or objective.n_samples, batch_size, n_jobs, seed, even,
            network.output_bytes if bounded else None, among,
        )

    @property
    def n_bytes(self) -> int:
        """Memory of the workspace, the variables and what the optimizer keeps of them."""
        arrays = [*self._runner.plan.keep, self.network.parameters, self.optimizer_state]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    def load(self, X, y, sample_weight, seed: int) -> None:
        """Restart on rows of the same shapes, copied over the previous ones.

        The caller sets the parameters of the network.
        """
        for own, other in zip((*self._keep, self._weights), (X, y, sample_weight), strict=True):
            if own is not None:
                own[...] = other
        self.seed, self.n_updates = seed, 0
        self.optimizer_state[...] = 0
        self.layer_state = np.zeros_like(self.layer_state)

    def _reported(self, total: float) -> float:
        return self.network.loss.reported(float(total), self.network.n_outputs)

    def loss_and_gradient(self) -> tuple[float, np.ndarray]:
        """Return the mean loss over all rows, penalty included, and its gradient.

        The loss is summed over outputs, so that the gradient is its derivative for every loss.

        Returns
        -------
        loss : float
        gradient : ndarray of shape (n_trained,), float64
        """
        total, gradient, weight = self.sums()
        penalty = add_penalty(gradient, self.network, self.updates[0].alpha)
        return total / self.n_samples + penalty / weight, gradient / weight

    def sums(self, rows: np.ndarray | None = None) -> tuple[float, np.ndarray, float]:
        """Return sums over one batch, without the penalty; for a session that has no optimizer.

        Parameters
        ----------
        rows : ndarray of shape (n_rows,), int64, or None, default=None
            Of the batch, among those trained on, at most ``batch_size``; None for all.

        Returns
        -------
        loss : float
            The mean loss times the number of rows, summed over outputs.
        gradient : ndarray of shape (n_trained,), float64
            Of the sum over rows of the loss times the row's weight.
        weight : float
            Sum of the weights.
        """
        runner, shared = self._runner, self._runner.team.shared
        runner.key_noise(self.seed, self.n_updates)
        shared[LOSS_SUM] = 0.0
        if rows is None:
            self.layer_state = np.zeros_like(self.layer_state)  # running statistics are these rows'
            runner.run(self.n_samples)
        else:
            rows = rows if self._among is None else self._among[rows]
            runner.run(len(rows), np.ascontiguousarray(rows, np.int64))
        assert self.gradient is not None
        weight = self.n_samples if rows is None else len(rows)
        if self._weights is not None:
            weight = (self._weights if rows is None else self._weights[rows]).sum()
        return float(shared[LOSS_SUM]), self.gradient.astype(float), float(weight)


def add_penalty(gradient: np.ndarray, network: LayeredNetwork, alpha: float) -> float:
    """Add the L2 penalty's part to a gradient of a sum over rows; return the penalty.

    Parameters
    ----------
    gradient : ndarray of shape (n_trained,), float64
        Changed in place.
    network : Network
        Whose weights are penalized.
    alpha : float
    """
    weights = network.parameters[: network.n_weights].astype(float)
    gradient[: len(weights)] += alpha * weights
    return 0.5 * alpha * float(weights @ weights)
