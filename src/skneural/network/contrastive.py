"""Contrastive divergence, and its persistent form: the gradient of Boltzmann machines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..data.sources import source_of
from ..engine.buffers import Buffer, aligned
from ..engine.plan import Plan
from ..engine.steps import Step
from ..engine.stochastic_units import hidden_statistics, track_activities
from ..layers.dense.column_sums import bias_gradient, difference_gradient
from .boltzmann import Connection, Machine
from .objectives import weigh_rows


@dataclass(frozen=True)
class SparsityTarget:
    """How active hidden units should be, on average over rows: Hinton 2010, section 11.

    Parameters
    ----------
    target : float
    weight : float
        Of the penalty, the cross-entropy between the target and the unit's mean activity, which is
        averaged over batches.
    activities : ndarray of shape (n_hidden,)
        The mean activities; they are updated.
    decay : float, default=0.9
        Share of the mean activities that a batch leaves.
    """

    target: float
    weight: float
    activities: np.ndarray
    decay: float = 0.9


class ContrastiveDivergence:
    """The gradient of a restricted Boltzmann machine's log-likelihood, estimated by sampling.

    It is the difference of two means: over the rows, and over states drawn from the machine by
    Gibbs sampling. Contrastive divergence (Hinton 2002) begins each chain at a row; the persistent
    form (Tieleman 2008) goes on where the chain was at the last update.

    Parameters
    ----------
    machine : Machine
    X : ndarray, CSR matrix or Source of shape (n_samples, n_visible)
    chains : ndarray of shape (n_chains, n_hidden) or None, default=None
        States of the hidden units of as many persistent chains as a batch has rows at least, C
        order; they are updated. None for contrastive divergence.
    n_gibbs_steps : int, default=1
    sample_visible : bool, default=True
        Whether visible units are drawn; otherwise their means stand for them.
    sparsity : SparsityTarget or None, default=None
    """

    def __init__(
        self, machine: Machine, X: Any, chains: np.ndarray | None = None, n_gibbs_steps: int = 1,
        sample_visible: bool = True, sparsity: SparsityTarget | None = None,
    ):
        self.machine, self.source = machine, source_of(X)
        self.chains, self.n_gibbs_steps = chains, n_gibbs_steps
        self.sample_visible, self.sparsity = sample_visible, sparsity

    def add_to(self, plan: Plan, gradient: np.ndarray | None) -> list[Step]:
        """Add the steps of both phases, and the parts of the gradient."""
        machine = self.machine
        weigh_rows(plan)
        slots = machine.store.slots(0, gradient)
        connection = Connection(plan, slots["weights"])
        data = self.source.add_input(plan, (connection.n_visible,), ())
        seen = machine.visible.scaled(plan, data)
        active = connection.up(seen)
        states = self._beginning(plan, active, slots["hidden_bias"])
        model, of_model = self._sample(plan, connection, slots, states)
        within = self._add_statistics(plan, active)
        for statistics, visible in ((active, seen), (of_model, model)):
            connection.add_gradient(statistics, visible)
            bias_gradient(plan, statistics, slots["hidden_bias"])
        difference_gradient(plan, model, seen, slots["visible_bias"])
        return within

    def _beginning(self, plan: Plan, active: Buffer, bias) -> Buffer:
        """Add the means of hidden units given the rows; return the states that chains begin at."""
        hidden, factor = self.machine.hidden, self.machine.up_factor
        if self.chains is not None:
            hidden.add_means(plan, active, bias, factor, active)
            plan.keep.append(self.chains)
            n_hidden = self.chains.shape[1]
            return Buffer(self.chains.reshape(-1), (n_hidden,), n_hidden)
        states = plan.buffer(active.shape)
        hidden.add_means_and_states(plan, active, bias, factor, active, states, 0)
        return states

    def _sample(self, plan, connection, slots, states):
        """Add the chains' steps; return their visible states, scaled, and hidden means."""
        machine, last = self.machine, self.n_gibbs_steps - 1
        visible, hidden = machine.visible, machine.hidden
        model, products = plan.buffer((connection.n_visible,)), plan.buffer(states.shape)
        biases, up = (slots["visible_bias"], slots["hidden_bias"]), machine.up_factor
        for step in range(self.n_gibbs_steps):
            of_visible = connection.down(states, model), biases[0], machine.down_factor, model
            if self.sample_visible:
                visible.add_states(plan, *of_visible, 2 * step + 1)
            else:
                visible.add_means(plan, *of_visible)
            seen = visible.scaled(plan, model)
            inputs = connection.up(seen, products), biases[1], up
            if step < last:
                hidden.add_states(plan, *inputs, states, 2 * step + 2)
            elif self.chains is None:
                hidden.add_means(plan, *inputs, products)
            else:
                hidden.add_means_and_states(plan, *inputs, products, states, 2 * step + 2)
        return seen, products

    def _add_statistics(self, plan: Plan, active: Buffer) -> list[Step]:
        """Add the step that makes the gradient of the hidden units' inputs of their means."""
        sparsity, columns = self.sparsity, active.columns
        if sparsity is None:
            sparsity = SparsityTarget(0.0, 0.0, plan.memory(columns))
        plan.keep.append(sparsity.activities)
        numbers = {"pull": sparsity.weight, "target": sparsity.target}
        of_units: dict[str, Any] = {
            "means": active, "activities": sparsity.activities, "columns": columns, **numbers,
        }
        plan.by_rows(hidden_statistics, **of_units)
        if self.sparsity is None:
            return []
        step = Step.of(track_activities, decay=sparsity.decay, **of_units)
        return [replace(step, owner=0)]


def new_chains(n_chains: int, n_hidden: int, dtype: np.dtype) -> np.ndarray:
    """Return the states of the hidden units of persistent chains, all 0."""
    return aligned(n_chains * n_hidden, dtype).reshape(n_chains, n_hidden)
