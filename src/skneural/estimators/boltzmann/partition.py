"""The partition function of a machine: exact, or by annealed importance sampling."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from ...network.boltzmann import Machine
from ...network.chains import anneal
from ...network.machine_plans import RowsPlan, free_energies, hidden_free_energies
from .machines import is_binary, logit_of, variances_of

MOST_UNITS = 25  # that are enumerated
_BLOCK_BITS = 14  # states at a time: 2 to the power of it
_CALM, _LATE = (0.5, 500), ((0.9, 4000), (1.0, 10000))  # inverse temperatures, and steps to them


def method_for(machine: Machine) -> str:
    """Return "exact" where the sum over states is short, otherwise "ais"."""
    n_hidden, n_visible = machine.weights.shape
    n_units = min(n_hidden, n_visible) if is_binary(machine) else n_hidden
    return "exact" if n_units <= MOST_UNITS else "ais"


def exact_log_partition(machine: Machine, n_jobs: int | None, owner: str) -> float:
    """Return the logarithm of the partition function, by a sum over the smaller layer's states.

    Raises
    ------
    ValueError
        If the smaller layer has more than 25 units; real-valued units are integrated out.
    """
    n_hidden, n_visible = machine.weights.shape
    by_hidden = n_hidden <= n_visible or not is_binary(machine)
    n_units = n_hidden if by_hidden else n_visible
    if n_units > MOST_UNITS:
        raise ValueError(
            f"{owner}: method='exact' sums over all states of {n_units} units, at most"
            f" {MOST_UNITS}; use method='ais'"
        )
    n_bits = min(n_units, _BLOCK_BITS)
    rows = np.zeros((1 << n_bits, n_units), machine.weights.dtype)
    rows[:, :n_bits] = np.arange(1 << n_bits)[:, None] >> np.arange(n_bits) & 1
    add = hidden_free_energies(machine) if by_hidden else free_energies(machine)
    plan, parts = RowsPlan(machine, rows, add, n_jobs), []
    for block in range(1 << (n_units - n_bits)):
        rows[:, n_bits:] = block >> np.arange(n_units - n_bits) & 1
        parts.append(logsumexp(-plan.run().astype(float)))
    variances = variances_of(machine)
    constant = 0.0 if variances is None else _log_of_integrals(variances)
    return constant + float(logsumexp(parts))


def _log_of_integrals(variances):
    """Return the logarithm of the integral over normal units of these variances."""
    return 0.5 * float(np.log(2 * np.pi * variances.astype(float)).sum())


def annealed_log_partition(
    machine: Machine, means: np.ndarray, n_chains: int, n_steps: int,
    random: np.random.RandomState, n_jobs: int | None,
) -> tuple[float, float]:
    """Return an estimate of the logarithm of the partition function, and its standard error.

    The error of one chain is NaN.

    Parameters
    ----------
    machine : Machine
    means : ndarray of shape (n_visible,)
        Of the data: those of the visible units at the first temperature.
    n_chains, n_steps : int
    random : RandomState
    n_jobs : int or None
    """
    dtype, n_hidden = machine.weights.dtype, len(machine.hidden_bias)
    variances = variances_of(machine)
    if variances is None:
        base = logit_of(means).astype(dtype)
        of_base = np.logaddexp(0, base.astype(float)).sum()
        chances = 1 / (1 + np.exp(-base.astype(float)))
        states = random.uniform(size=(n_chains, len(base))) < chances
    else:
        base, of_base = means.astype(dtype), _log_of_integrals(variances)
        states = base + np.sqrt(variances) * random.normal(size=(n_chains, len(base)))
    seed = random.randint(np.iinfo(np.int32).max)
    weights = anneal(
        machine, np.ascontiguousarray(states, dtype), base, inverse_temperatures(n_steps), seed,
        n_jobs,
    )
    ratio, error = log_mean(weights)
    return float(of_base + n_hidden * np.log(2) + ratio), error


def log_mean(log_weights: np.ndarray) -> tuple[float, float]:
    """Return the logarithm of the mean weight of chains, and its standard error: NaN of one."""
    n_chains, relative = len(log_weights), np.exp(log_weights - log_weights.max())
    error = np.nan
    if n_chains > 1:
        error = relative.std(ddof=1) / relative.mean() / np.sqrt(n_chains)
    return float(logsumexp(log_weights) - np.log(n_chains)), float(error)


def inverse_temperatures(n_steps: int) -> np.ndarray:
    """Return n_steps + 1 numbers from 0 to 1, closer together towards 1.

    Of 14,500 steps 500 lead to 0.5, 4,000 to 0.9 and 10,000 to 1: Salakhutdinov and Murray 2008.
    """
    ends, counts = zip((0.0, 0), _CALM, *_LATE, strict=True)
    total = np.cumsum(counts)
    return np.interp(np.linspace(0, total[-1], n_steps + 1), total, ends)
