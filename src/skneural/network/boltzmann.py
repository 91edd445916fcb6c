"""Restricted Boltzmann machines: two layers of units, and the weights between them, in a plan."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..engine.plan import Buffer, Plan
from ..layers._base import WEIGHT, Slot, Variable
from ..layers._pair_products import add_pair_product, pair_of
from ..layers._product import Weights, add_product, transposed_copy
from .parameters import Parameters
from .stochastic_units import BernoulliUnits, Units

_RATE_OF_VARIANCES = 0.1  # of the learning rate: as variances fall, gradients of weights grow


@dataclass(frozen=True)
class Machine:
    """A restricted Boltzmann machine.

    Parameters
    ----------
    store : Parameters
        Of one layer with the variables "weights" of shape (n_hidden, n_visible), "visible_bias",
        "hidden_bias" and, for `GaussianUnits` whose variances are learned, "log_variance".
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


def variables_of_machine(
    n_visible: int, n_hidden: int, learns_variances: bool = False
) -> list[Variable]:
    """Return the variables of a machine; "log_variance" if it learns those of visible units."""
    variables = [
        Variable("weights", (n_hidden, n_visible), WEIGHT),
        Variable("visible_bias", (n_visible,)),
        Variable("hidden_bias", (n_hidden,)),
    ]
    if learns_variances:
        variables.append(Variable("log_variance", (n_visible,), rate=_RATE_OF_VARIANCES))
    return variables


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

    @property
    def transposed(self) -> Buffer:
        """The weights of one visible unit a row."""
        return self._transposed

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
