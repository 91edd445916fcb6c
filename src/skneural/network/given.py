"""Updates by gradients that were found elsewhere, such as on other machines."""

from __future__ import annotations

import numpy as np

from ..engine.buffers import address_of, aligned
from ..engine.plan import Plan
from ..engine.steps import Step
from ..layers._partial_sums import add_copied_gradient
from ..optimizers import Optimizer
from ..schedules import Progress, Scheduled
from .layered import LayeredNetwork
from .objectives import weigh_rows
from .phased import PhasedTraining
from .updates import Update


class GivenGradient:
    """The objective whose gradient is given.

    Parameters
    ----------
    network : LayeredNetwork

    Attributes
    ----------
    gradient : ndarray of shape (n_trained,), the network's dtype
        Sum over rows; to be filled in before an update.
    weight : ndarray of shape (1,)
        Sum of the rows' weights.
    """

    def __init__(self, network: LayeredNetwork):
        self.network = network
        self.gradient = aligned(network.n_trained, network.dtype)
        self.weight = np.ones(1)

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add the copying of the gradient of each variable."""
        weigh_rows(plan, self.weight)
        network, first = self.network, address_of(self.gradient)
        slots = {
            slot.offset: slot
            for number in range(len(network.layers))
            for slot in network.slots(number, gradient).values()
        }
        for offset, slot in slots.items():
            add_copied_gradient(plan, slot, first + offset * self.gradient.itemsize, 1)
        return []


class GivenUpdates(PhasedTraining):
    """Updates a network's parameters by gradients that are given, as a training session would.

    Parameters
    ----------
    network : LayeredNetwork
    optimizer, alpha, weight_decay, max_grad_norm
        As of `Update`.
    n_jobs : int or None, default=None

    Attributes
    ----------
    optimizer_state : ndarray of shape (n_slots * n_trained,)
    """

    def __init__(
        self, network: LayeredNetwork, optimizer: Optimizer, alpha: float = 0.0,
        weight_decay: float | Scheduled | None = None, max_grad_norm: float | None = None,
        n_jobs: int | None = None,
    ):
        self._objective = GivenGradient(network)
        update = Update(
            self._objective, network.store, optimizer, alpha, weight_decay, max_grad_norm
        )
        self.optimizer_state = update.state
        super().__init__([update], n_samples=1, batch_size=1, n_jobs=n_jobs)

    def update(
        self, gradient: np.ndarray, weight: float, rate: float, progress: Progress, number: int
    ) -> float:
        """Make an update.

        Parameters
        ----------
        gradient : ndarray of shape (n_trained,)
            Summed over the rows of the batch, times their weights.
        weight : float
            Sum of the weights.
        rate : float
        progress : Progress
            Of the epoch.
        number : int
            Of the update in the epoch.

        Returns
        -------
        float
            The penalty on the weights before the update.
        """
        np.copyto(self._objective.gradient, gradient, casting="same_kind")
        self._objective.weight[0] = weight
        return self.run_batches(None, np.array([rate]), progress, number)[1]
