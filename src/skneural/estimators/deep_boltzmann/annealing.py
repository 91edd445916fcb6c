"""The partition function of a machine by annealed importance sampling, or exactly."""

from __future__ import annotations

import numpy as np
from scipy.special import expit, logsumexp

from ...engine.gemm import gemm
from ...engine.run import run
from ..boltzmann.partition import log_mean
from .gibbs import anneal
from .machine import Machine

_TOGETHER = 64  # steps in a call
_MOST_UNITS = 20  # of the layers that are enumerated


def annealed_log_partition(
    machine: Machine,
    bases: list[np.ndarray],
    n_chains: int,
    n_steps: int,
    random: np.random.RandomState,
    n_jobs: int | None,
) -> tuple[float, float]:
    """Return an estimate of the logarithm of the partition function, and its standard error.

    Annealed importance sampling from units that are independent, with the intercepts ``bases``,
    to the machine; layers of even number are summed out. Neal 2001; Salakhutdinov and Murray 2008.

    Parameters
    ----------
    machine : Machine
        Made with the same bases.
    bases : list of ndarray of shape (n_units,)
    n_chains, n_steps : int
    random : RandomState
    n_jobs : int or None
    """
    rows, weights = machine.rows(n_chains), np.zeros(n_chains)
    for layer in range(1, machine.n_layers + 1, 2):
        chances = expit(bases[layer])
        rows.states_of(layer)[...] = random.uniform(size=(n_chains, len(chances))) < chances
    seed = int(random.randint(np.iinfo(np.int32).max))
    betas = np.linspace(0, 1, n_steps + 1)
    for first in range(0, n_steps, _TOGETHER):
        some = min(_TOGETHER, n_steps - first)
        run(
            anneal, n_chains, n_jobs, seed=seed, gemm=gemm, layers=rows.table,
            n_layers=machine.n_layers, work=rows.work,
            betas=np.ascontiguousarray(betas[first : first + some + 1]),
            number=first * (machine.n_layers + 1), n_steps=some, weights=weights,
        )
    of_base = sum(float(np.logaddexp(0, base.astype(float)).sum()) for base in bases)
    ratio, error = log_mean(weights)
    return of_base + ratio, error


def exact_log_partition(
    coefs: list[np.ndarray], intercepts: list[np.ndarray], owner: str
) -> float:
    """Return the logarithm of the partition function by summing over all states of some layers.

    Those of odd or of even number, whichever have fewer units; the others are summed out.

    Raises
    ------
    ValueError
        If these have more units than can be enumerated.
    """
    units = [len(bias) for bias in intercepts]
    parity = 1 if sum(units[1::2]) <= sum(units[::2]) else 0
    n_listed = sum(units[parity::2])
    if n_listed > _MOST_UNITS:
        raise ValueError(
            f"{owner}: method='exact' lists all states of {n_listed} units, and at most"
            f" {_MOST_UNITS} are possible; use method='ais'"
        )
    total = -np.inf
    for first in range(0, 2**n_listed, 2**14):
        numbers = np.arange(first, min(2**n_listed, first + 2**14))
        states = (numbers[:, None] >> np.arange(n_listed) & 1).astype(float)
        ends = np.cumsum(units[parity::2])
        parts = dict(zip(range(parity, len(units), 2), np.split(states, ends[:-1], 1), strict=True))
        logs = sum((part @ intercepts[layer] for layer, part in parts.items()), np.zeros(1))
        for layer in range(1 - parity, len(units), 2):
            field = np.asarray(intercepts[layer], float)[None]
            if layer > 0:
                field = field + parts[layer - 1] @ coefs[layer - 1]
            if layer < len(coefs):
                field = field + parts[layer + 1] @ coefs[layer].T
            logs = logs + np.logaddexp(0, field).sum(axis=1)
        total = np.logaddexp(total, logsumexp(logs))
    return float(total)
