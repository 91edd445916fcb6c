"""Restricted Boltzmann machines: two layers of units, and the weights between them, in a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..engine.plan import Buffer, Plan
from ..engine.stochastic_units import (
    bernoulli_means,
    bernoulli_means_and_states,
    bernoulli_states,
)
from ..layers._base import WEIGHT, Slot, Variable
from ..layers._pair_products import add_pair_product, pair_of
from ..layers._product import Weights, add_product, transposed_copy
from .parameters import Parameters


class Units(Protocol):
    """The units of a layer: what their means and states are, given their inputs.

    The input of a unit is a product with weights, times a factor, and its bias. Means and states
    take the place of the products.

    Attributes
    ----------
    is_scaled : bool
        Whether the units of the other layer see other numbers than the states.
    """

    is_scaled: bool

    def add_means(self, plan: Plan, x: Buffer, bias: Slot, factor: float) -> None:
        """Add the step that finds the means."""

    def add_states(self, plan: Plan, x: Buffer, bias: Slot, factor: float, number: int) -> None:
        """Add the step that draws states, keyed by a number."""

    def add_scaled(self, plan: Plan, states: Buffer, scaled: Buffer) -> None:
        """Add the step that makes of states what the units of the other layer see."""


class BernoulliUnits:
    """Units that are 1 with a probability, the logistic function of their input, or else 0."""

    is_scaled = False

    def add_means(self, plan: Plan, x: Buffer, bias: Slot, factor: float) -> None:
        """Add the step that finds the probabilities of 1."""
        plan.by_rows(bernoulli_means, x=x, bias=bias, factor=factor, columns=x.columns)

    def add_states(self, plan: Plan, x: Buffer, bias: Slot, factor: float, number: int) -> None:
        """Add the step that draws states, keyed by a number."""
        plan.uses_seed = True
        plan.by_rows(bernoulli_states, x=x, bias=bias, factor=factor, columns=x.columns,
                     key=number)

    def add_means_and_states(
        self, plan: Plan, x: Buffer, bias: Slot, factor: float, states: Buffer, number: int
    ) -> None:
        """Add the step that finds the probabilities and draws states with them."""
        plan.uses_seed = True
        plan.by_rows(bernoulli_means_and_states, x=x, bias=bias, factor=factor, states=states,
                     columns=x.columns, key=number)

    def add_scaled(self, plan: Plan, states: Buffer, scaled: Buffer) -> None:
        """Not called: the other layer sees the states."""


@dataclass(frozen=True)
class Machine:
    """A restricted Boltzmann machine.

    Parameters
    ----------
    store : Parameters
        Of one layer with the variables "weights" of shape (n_hidden, n_visible), "visible_bias" and
        "hidden_bias".
    visible : Units, default=BernoulliUnits()
        What the visible units are. The hidden ones are 0 or 1.
    up_factor, down_factor : float, default=1.0
        What products with the weights are multiplied by on the way to the hidden and to the visible
        units: 2 for a layer that will have a second neighbor of the same influence, in a deep
        Boltzmann machine.
    """

    store: Parameters
    visible: Units = field(default_factory=BernoulliUnits)
    hidden: BernoulliUnits = field(default_factory=BernoulliUnits)
    up_factor: float = 1.0
    down_factor: float = 1.0

    @property
    def weights(self) -> np.ndarray:
        """Shape (n_hidden, n_visible)."""
        return self.store.variables[0]["weights"]

    @property
    def visible_bias(self) -> np.ndarray:
        """Shape (n_visible,)."""
        return self.store.variables[0]["visible_bias"]

    @property
    def hidden_bias(self) -> np.ndarray:
        """Shape (n_hidden,)."""
        return self.store.variables[0]["hidden_bias"]


def variables_of_machine(n_visible: int, n_hidden: int) -> list[Variable]:
    """Return the variables of a machine."""
    return [
        Variable("weights", (n_hidden, n_visible), WEIGHT),
        Variable("visible_bias", (n_visible,)),
        Variable("hidden_bias", (n_hidden,)),
    ]


class Connection:
    """The weights between two layers in a plan: products both ways, and their gradient.

    Parameters
    ----------
    plan : Plan
    weights : Slot
        Of shape (n_hidden, n_visible).
    """

    def __init__(self, plan: Plan, weights: Slot):
        self.plan, self.weights = plan, weights
        self.n_hidden, self.n_visible = weights.values.shape
        self._transposed = transposed_copy(plan, weights)

    def up(self, visible: Buffer, result: Buffer | None = None) -> Buffer:
        """Add the product of states of the visible units with the weights; return where it is."""
        return self._product(visible, self._transposed.address, self._transposed.stride,
                             result or self.plan.buffer((self.n_hidden,)))

    def down(self, hidden: Buffer, result: Buffer | None = None) -> Buffer:
        """Add the product of states of the hidden units with the weights; return where it is."""
        return self._product(hidden, self.weights.address, self.n_visible,
                             result or self.plan.buffer((self.n_visible,)))

    def _product(self, left, right, stride, result):
        plan = self.plan
        plan.flops += 2 * plan.batch_size * self.weights.values.size
        add_product(plan, left, right, stride, 0, result)
        return result

    def up_pair(
        self, visible: tuple[Buffer, Buffer], results: tuple[Buffer, Buffer]
    ) -> None:
        """Add the products of two batches' visible units at once, see `Pair`."""
        plan, transposed = self.plan, self._transposed
        plan.flops += 4 * plan.batch_size * self.weights.values.size
        weights = Weights(
            transposed.address, transposed.stride, 0, self.n_visible, self.n_hidden
        )
        add_pair_product(plan, pair_of(*visible), weights, pair_of(*results))
