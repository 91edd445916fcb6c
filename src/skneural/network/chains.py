"""Gibbs chains of a restricted Boltzmann machine: each batch of a plan is a step of all chains."""

from __future__ import annotations

import numpy as np

from ..engine.compile.cache_warning import warn_of_cache
from ..engine.energies import anneal_hidden
from ..engine.plan import Plan
from ..engine.steps import BARRIER
from .boltzmann import Connection, Machine
from .runner import Runner
from .stochastic_units import Annealing

_MOST_CHAINS = 1024  # at a time


def run_chains(
    machine: Machine, states: np.ndarray, n_steps: int, seed: int, n_jobs: int | None = None
) -> np.ndarray:
    """Return states of the visible units after steps of Gibbs sampling.

    Parameters
    ----------
    machine : Machine
    states : ndarray of shape (n_chains, n_visible), the machine's dtype
        Where the chains begin.
    n_steps : int
    seed : int
    n_jobs : int or None, default=None

    Returns
    -------
    ndarray of shape (n_chains, n_visible)
    """
    result = np.empty_like(states)
    for number, begin in enumerate(range(0, len(states), _MOST_CHAINS)):
        part = states[begin : begin + _MOST_CHAINS]
        plan, slots = Plan(machine.store.vector.dtype, len(part)), machine.store.slots(0)
        connection, hidden = Connection(plan, slots["weights"]), machine.hidden
        visible = plan.buffer((connection.n_visible,))
        seen = visible
        if machine.visible.is_scaled:
            seen = plan.buffer(visible.shape)
            machine.visible.add_scaled(plan, visible, seen)
        products = connection.up(seen)
        hidden.add_states(plan, products, slots["hidden_bias"], machine.up_factor, 0)
        connection.down(products, visible)
        machine.visible.add_states(
            plan, visible, slots["visible_bias"], machine.down_factor, 1
        )
        rows = visible.array.reshape(len(part), -1)[:, : connection.n_visible]
        rows[...] = part
        _run(plan, len(part), n_steps, n_jobs, seed, number * n_steps)
        result[begin : begin + len(part)] = rows
    return result


def anneal(
    machine: Machine, states: np.ndarray, base: np.ndarray, betas: np.ndarray, seed: int,
    n_jobs: int | None = None,
) -> np.ndarray:
    """Return log-weights of annealed importance sampling: Salakhutdinov and Murray 2008.

    Parameters
    ----------
    machine : Machine
    states : ndarray of shape (n_chains, n_visible), the machine's dtype
        Drawn from the machine without weights whose biases of visible units are the base's.
    base : ndarray of shape (n_visible,), the machine's dtype
    betas : ndarray of shape (n_steps + 1,)
        Inverse temperatures, from 0 to 1.
    seed : int
    n_jobs : int or None, default=None

    Returns
    -------
    ndarray of shape (n_chains,), float64
        Their mean of exponentials estimates the ratio of the partition functions.
    """
    n_chains = len(states)
    plan, slots = Plan(machine.store.vector.dtype, n_chains), machine.store.slots(0)
    connection = Connection(plan, slots["weights"])
    now, before = np.ascontiguousarray(betas[1:]), np.ascontiguousarray(betas[:-1])
    places = [plan.numbers_of_updates(lambda _: now, 0.0) for _ in range(2)]
    for place, numbers in zip(places, (now, before), strict=True):
        place[0] = numbers.ctypes.data
    weights, field = np.zeros(n_chains), np.empty(n_chains)
    field[:] = _derivative(machine, states, base)
    annealing = Annealing(base, places[0], field)
    visible = plan.buffer((connection.n_visible,))
    seen = visible
    if machine.visible.is_scaled:
        seen = plan.buffer(visible.shape)
        machine.visible.add_scaled(plan, visible, seen)
    products = connection.up(seen)
    plan.uses_seed = True
    plan.by_rows(anneal_hidden, z=products, bias=slots["hidden_bias"], betas=places[0],
                 before=places[1], field=field, weight=weights, columns=products.columns, key=0)
    connection.down(products, visible)
    machine.visible.add_annealed(plan, visible, slots["visible_bias"], annealing, 1)
    visible.array.reshape(n_chains, -1)[:, : connection.n_visible] = states
    _run(plan, n_chains, len(now), n_jobs, seed, 0)
    return weights


def _derivative(machine, states, base):
    """Return that of the visible units' log-probability by the inverse temperature, at 0."""
    v, bias = states.astype(float), machine.visible_bias.astype(float)
    variances = getattr(machine.visible, "variances", None)
    if variances is None:
        return v @ (bias - base)
    return 0.5 * ((np.square(v - base) - np.square(v - bias)) / variances).sum(axis=1)


def _run(plan, n_rows, n_steps, n_jobs, seed, first_step):
    prepare = [*plan.prepare, BARRIER] if plan.prepare else []
    runner = Runner(plan, plan.all_steps(), n_jobs, prepare)
    runner.key_noise(seed, first_step)
    try:
        runner.run(n_rows * n_steps)
    finally:
        runner.team.close()
    warn_of_cache()
