"""Objectives: what a phase of training computes, from the rows of a batch to gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ..augmentation._base import Augmentation, add_augmentations, add_mixed_loss
from ..data.sources import source_of
from ..engine import batch
from ..engine.buffers import address_of
from ..engine.plan import Plan
from ..engine.steps import Step
from .layered import LayeredNetwork
from .prediction import add_layers, add_loss, add_penalties, input_of, targets_of


class Objective(Protocol):
    """What a phase of training computes."""

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add the steps of a batch, and the parts of the gradient of each variable.

        The first step sums the weights of the rows, by which the update divides gradients
        (`weigh_rows`).

        Parameters
        ----------
        plan : Plan
        gradient : ndarray of shape (n_trained,) or None
            Where gradients go; None if each is needed only for its update.

        Returns
        -------
        list of Step
            What runs besides the updates, such as the sum of the losses.
        """


def weigh_rows(plan: Plan, sample_weight: np.ndarray | None = None) -> None:
    """Add the step that sums the weights of a batch's rows, and gathers them if there are any."""
    gathered = plan.memory_of_rows(1)
    weights = 0 if sample_weight is None else address_of(sample_weight)
    plan.row_weights = address_of(gathered) if weights else 0
    plan.steps.append(Step(batch.weigh_batch, (weights, address_of(gathered)), 0))


class Backpropagation:
    """The loss of a network on some data, and its gradient by backpropagation.

    Parameters
    ----------
    network : LayeredNetwork
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    y : ndarray of shape (n_samples, n_targets), the network's dtype
    sample_weight : ndarray of shape (n_samples,), float64, or None, default=None
    augmentation : sequence of Augmentation, default=()
    """

    def __init__(
        self, network: LayeredNetwork, X, y, sample_weight: np.ndarray | None = None,
        augmentation: Sequence[Augmentation] = (),
    ):
        self.network = network
        self.X, self.y, self.sample_weight = X, y, sample_weight
        self._source = source_of(X)
        self.n_samples = self._source.n_samples
        self.augmentation = list(augmentation)

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add gathering, augmentation, layers, loss, penalties and the backward steps."""
        network, X, y, weights = self.network, self.X, self.y, self.sample_weight
        weigh_rows(plan, weights)
        inputs = input_of(plan, network, self._source)
        inputs = add_augmentations(plan, inputs, self.augmentation)
        scale = network.target_scale(X, y)
        if network.layers[-1].reads_targets and network.loss.link == "identity":
            plan.targets = targets_of(plan, y, scale)
        outputs, backward = add_layers(plan, network, inputs, gradient)

        def add(buffer):
            return add_loss(plan, network.training_loss, buffer, y, weights, scale)

        losses = add_mixed_loss(plan, outputs, add, self.augmentation)
        add_penalties(plan, losses, weights)
        go_back(network, outputs, backward)
        return [Step(batch.sum_losses, (address_of(losses),), 0)]


def go_back(network: LayeredNetwork, gradient, backward: Sequence, wanted: bool = False):
    """Add the backward steps of a network's layers as far as there is anything to train.

    Parameters
    ----------
    network : LayeredNetwork
    gradient : Buffer
        Of the outputs.
    backward : sequence of callable
        What `add_layers` has returned.
    wanted : bool, default=False
        Whether the gradient of the inputs is wanted; it is then returned.
    """
    trained = [number for number in range(len(backward)) if network.is_trained(number)]
    first = 0 if wanted else min(trained, default=len(backward))
    for number in reversed(range(first, len(backward))):
        gradient = backward[number](gradient, wanted or number > first)
    return gradient
