"""What a restricted Boltzmann machine makes of rows: a plan, run on all rows of a source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.sources import source_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.energies import (
    guess_pseudo_likelihood,
    log_pseudo_likelihood,
    prepare_softplus,
    square_error,
    subtract_sum,
)
from ..engine.plan import Buffer, Plan
from ..engine.steps import BARRIER
from ..engine.stochastic_units import bernoulli_means, keep_row
from ..engine.workspace import build_within
from ..layers._base import Slot
from .boltzmann import Connection, Machine
from .runner import Runner

FIGURES = ("reconstruction error", "pseudo-likelihood", "free energy")
_MOST_ROWS = 256  # at a time

Adds = Callable[[Plan, Connection, dict[str, Slot], Buffer], Buffer]


class RowsPlan:
    """Computes numbers of each row of X; run it again when the machine's parameters have changed.

    Parameters
    ----------
    machine : Machine
    X : ndarray, CSR matrix or Source of shape (n_samples, n_columns)
    add : callable
        ``add(plan, connection, slots, rows)`` adds the steps for a batch of rows, and returns where
        the results are.
    n_jobs : int or None, default=None
    """

    def __init__(self, machine: Machine, X: Any, add: Adds, n_jobs: int | None = None):
        self._source = source = source_of(X)
        self._keep = machine
        dtype = machine.store.vector.dtype

        def build(n_rows: int) -> tuple[Plan, Buffer]:
            plan, slots = Plan(dtype, n_rows), machine.store.slots(0)
            rows = plan.buffer((source.columns,))
            source.add_gathering(plan, rows)
            return plan, add(plan, Connection(plan, slots["weights"]), slots, rows)

        plan, found = build_within(build, min(_MOST_ROWS, source.n_samples), 1)
        self.result = np.empty((source.n_samples, found.columns), dtype)
        plan.by_rows(keep_row, row=found, result=self.result, columns=found.columns)
        prepare = [*plan.prepare, BARRIER] if plan.prepare else []
        self._runner = Runner(plan, plan.all_steps(), n_jobs, prepare)

    def run(self, seed: int = 0, step: int = 0) -> np.ndarray:
        """Return the numbers of each row, shape (n_samples, n_results); the next run reuses it."""
        self._runner.key_noise(seed, step)
        try:
            self._runner.run(self._source.n_samples)
        finally:
            self._runner.team.close()
        warn_of_cache()
        return self.result


def hidden_means(machine: Machine) -> Adds:
    """Return what adds the means of the hidden units."""

    def add(plan, connection, slots, rows):
        products = connection.up(_seen(machine, plan, rows))
        machine.hidden.add_means(plan, products, slots["hidden_bias"], machine.up_factor)
        return products

    return add


def _seen(machine, plan, rows):
    """Return states of the visible units as the hidden ones see them."""
    if not machine.visible.is_scaled:
        return rows
    seen = plan.buffer(rows.shape)
    machine.visible.add_scaled(plan, rows, seen)
    return seen


def visible_means(machine: Machine) -> Adds:
    """Return what adds the means of the visible units, given rows of states of the hidden ones."""

    def add(plan, connection, slots, rows):
        products = connection.down(rows)
        machine.visible.add_means(plan, products, slots["visible_bias"], machine.down_factor)
        return products

    return add


def visible_states(machine: Machine) -> Adds:
    """Return what adds states of the visible units, given those of the hidden ones."""

    def add(plan, connection, slots, rows):
        products = connection.down(rows)
        factor = machine.down_factor
        machine.visible.add_states(plan, products, slots["visible_bias"], factor, 0)
        return products

    return add


def free_energies(machine: Machine) -> Adds:
    """Return what adds the free energy of rows: hidden units are summed out."""

    def add(plan, connection, slots, rows):
        energy = plan.buffer((1,))
        machine.visible.add_energy(plan, rows, slots["visible_bias"], energy)
        products = connection.up(_seen(machine, plan, rows))
        machine.hidden.add_summed_out(
            plan, products, slots["hidden_bias"], machine.up_factor, energy
        )
        return energy

    return add


def hidden_free_energies(machine: Machine) -> Adds:
    """Return what adds that of hidden units' states: visible units are summed out."""

    def add(plan, connection, slots, rows):
        energy = plan.buffer((1,))
        machine.hidden.add_energy(plan, rows, slots["hidden_bias"], energy)
        products = connection.down(rows)
        machine.visible.add_summed_out(
            plan, products, slots["visible_bias"], machine.down_factor, energy
        )
        return energy

    return add


def pseudo_likelihoods(machine: Machine) -> Adds:
    """Return what adds the log-pseudo-likelihood of rows of binary numbers."""

    def add(plan, connection, slots, rows):
        result = plan.buffer((1,))
        products, known = _inputs(machine, plan, connection, slots, rows)
        plan.by_rows(
            log_pseudo_likelihood, result=result,
            **_of_pseudo_likelihood(machine, connection, slots, rows, products, known),
        )
        return result

    return add


def figures(machine: Machine) -> Adds:
    """Return what adds figures that are watched in training: `FIGURES` of each row."""

    def add(plan, connection, slots, rows):
        result = plan.buffer((len(FIGURES),))
        error, likelihood, energy = (
            Buffer(result.array[n:], (1,), result.stride) for n in range(len(FIGURES))
        )
        products, known = _inputs(machine, plan, connection, slots, rows)
        plan.uses_seed = True
        plan.by_rows(
            guess_pseudo_likelihood, result=likelihood, key=0,
            **_of_pseudo_likelihood(machine, connection, slots, rows, products, known),
        )
        machine.visible.add_energy(plan, rows, slots["visible_bias"], energy)
        plan.by_rows(subtract_sum, numbers=known, energy=energy, columns=known.columns)
        nothing = plan.memory(products.columns)
        plan.by_rows(bernoulli_means, x=products, bias=nothing, factor=1.0,
                     columns=products.columns)
        model = visible_means(machine)(plan, connection, slots, products)
        plan.by_rows(square_error, v=rows, model=model, error=error, columns=rows.columns)
        return result

    return add


def _inputs(machine, plan, connection, slots, rows):
    """Return the inputs of the hidden units, and their softplus."""
    products = connection.up(_seen(machine, plan, rows))
    known = plan.buffer(products.shape)
    plan.by_rows(prepare_softplus, z=products, bias=slots["hidden_bias"],
                 factor=machine.up_factor, known=known, columns=products.columns)
    return products, known


def _of_pseudo_likelihood(machine, connection, slots, rows, products, known):
    return {
        "v": rows, "z": products, "known": known, "bias": slots["visible_bias"],
        "weights": connection.transposed, "factor": machine.up_factor,
        "n_visible": connection.n_visible, "n_hidden": connection.n_hidden,
    }
