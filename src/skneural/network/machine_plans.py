"""What a restricted Boltzmann machine makes of rows: a plan, run on all rows of a source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..data.sources import source_of
from ..engine.buffers import address_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.plan import Buffer, Plan
from ..engine.steps import BARRIER
from ..engine.stochastic_units import keep_row
from ..engine.workspace import build_within
from ..layers._base import Slot
from .boltzmann import Connection, Machine
from .prediction import Runner

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
        plan.keep.append(address_of(self.result))
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
        visible = machine.visible
        if visible.is_scaled:
            visible.add_scaled(plan, rows, rows)
        products = connection.up(rows)
        machine.hidden.add_means(plan, products, slots["hidden_bias"], machine.up_factor)
        return products

    return add


def visible_means(machine: Machine) -> Adds:
    """Return what adds the means of the visible units, given rows of states of the hidden ones."""

    def add(plan, connection, slots, rows):
        products = connection.down(rows)
        machine.visible.add_means(plan, products, slots["visible_bias"], machine.down_factor)
        return products

    return add


def reconstructions(machine: Machine) -> Adds:
    """Return what adds the means of the visible units, given those of the hidden ones."""
    to_hidden, to_visible = hidden_means(machine), visible_means(machine)

    def add(plan, connection, slots, rows):
        return to_visible(plan, connection, slots, to_hidden(plan, connection, slots, rows))

    return add
