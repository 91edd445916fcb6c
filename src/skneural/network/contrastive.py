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
from ..layers._base import Slot
from ..layers._pair_products import add_pair_gradient, pair_of, pair_of_buffers
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
        sampler = _Sampler(plan, machine, slots)
        self.source.add_gathering(plan, sampler.visible[0])
        sampler.add_scaled(0)
        if self.chains is None:
            states = sampler.add_beginning()
        else:
            plan.keep.append(self.chains)
            n_hidden = self.chains.shape[1]
            states = Buffer(self.chains.reshape(-1), (n_hidden,), n_hidden)
        persistent = self.chains is not None
        sampler.add_chain(states, self.n_gibbs_steps, self.sample_visible, persistent)
        if "log_variance" in slots:
            sampler.add_variance_gradient(slots)
        within = self._add_statistics(plan, sampler.hidden[0])
        (seen, of_model), (active, found) = sampler.seen, sampler.hidden
        add_pair_gradient(plan, pair_of(active, found), pair_of(seen, of_model), slots["weights"])
        bias_gradient(plan, active, slots["hidden_bias"])
        bias_gradient(plan, found, slots["hidden_bias"])
        difference_gradient(plan, of_model, seen, slots["visible_bias"])
        return within

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


class _Sampler:
    """The states of a batch: those of the data, and those drawn from the machine.

    Parameters
    ----------
    plan : Plan
    machine : Machine
    slots : dict of str to Slot

    Attributes
    ----------
    visible, seen, hidden : tuple of two Buffer
        States of visible units, the same as hidden units see them, and means of hidden units; of
        the data first, then of the chains.
    """

    def __init__(self, plan: Plan, machine: Machine, slots: dict[str, Slot]):
        self.plan, self.machine = plan, machine
        self.connection = Connection(plan, slots["weights"])
        self._of_visible = slots["visible_bias"], machine.down_factor
        self._of_hidden = slots["hidden_bias"], machine.up_factor
        self.visible = pair_of_buffers(plan, self.connection.n_visible)
        self.hidden = pair_of_buffers(plan, self.connection.n_hidden)
        self.seen = self.visible
        if machine.visible.is_scaled:
            self.seen = pair_of_buffers(plan, self.connection.n_visible)
        if "log_variance" in slots:
            machine.visible.add_following(plan, slots["log_variance"])

    def add_scaled(self, which: int) -> None:
        """Add what makes of the states of visible units what hidden ones see."""
        if self.machine.visible.is_scaled:
            self.machine.visible.add_scaled(self.plan, self.visible[which], self.seen[which])

    def add_beginning(self) -> Buffer:
        """Add the means of the data's hidden units; return states drawn with them."""
        plan, active = self.plan, self.hidden[0]
        self.connection.up(self.seen[0], active)
        states = plan.buffer(active.shape)
        self.machine.hidden.add_means_and_states(plan, active, *self._of_hidden, states, 0)
        return states

    def add_chain(
        self, states: Buffer, n_steps: int, sample_visible: bool, persistent: bool
    ) -> None:
        """Add the steps of chains that begin at states of the hidden units.

        Those of persistent chains are replaced by the last ones. The product of the data is then
        found together with the last one.
        """
        plan, connection, hidden = self.plan, self.connection, self.machine.hidden
        found = self.hidden[1]
        for step in range(n_steps):
            self._add_visible(states if step == 0 else found, sample_visible, 2 * step + 1)
            if step < n_steps - 1:
                connection.up(self.seen[1], found)
                hidden.add_states(plan, found, *self._of_hidden, 2 * step + 2)
        if not persistent:
            connection.up(self.seen[1], found)
            hidden.add_means(plan, found, *self._of_hidden)
            return
        connection.up_pair(self.seen, self.hidden)
        hidden.add_means(plan, self.hidden[0], *self._of_hidden)
        hidden.add_means_and_states(plan, found, *self._of_hidden, states, 2 * n_steps)

    def add_variance_gradient(self, slots: dict[str, Slot]) -> None:
        """Add the gradient of the variances of visible units, while hidden ones show means."""
        products = tuple(self.connection.down(means) for means in self.hidden)
        slopes = self.machine.visible.add_variance_slopes(
            self.plan, self.visible, products, slots["visible_bias"]
        )
        bias_gradient(self.plan, slopes, slots["log_variance"])

    def _add_visible(self, states, sample_visible, number):
        visible, model = self.machine.visible, self.visible[1]
        self.connection.down(states, model)
        if sample_visible:
            visible.add_states(self.plan, model, *self._of_visible, number)
        else:
            visible.add_means(self.plan, model, *self._of_visible)
        self.add_scaled(1)


def new_chains(n_chains: int, n_hidden: int, dtype: np.dtype) -> np.ndarray:
    """Return the states of the hidden units of persistent chains, all 0."""
    return aligned(n_chains * n_hidden, dtype).reshape(n_chains, n_hidden)
