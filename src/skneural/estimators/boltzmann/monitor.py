"""What is watched while a machine learns, on some of the rows."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np

from ...data.rows import spread
from ...network.boltzmann import Machine
from ...network.machine_plans import RowsPlan, figures
from ...training.reporting import LineReporter, Reporter, make_reporter

_MOST_ROWS = 1000


class Figures(NamedTuple):
    """Means over rows."""

    error: float
    pseudo_likelihood: float
    free_energy: float


class Monitor:
    """Figures of a machine on at most 1,000 rows of X, evenly spread.

    Parameters
    ----------
    machine : Machine
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    among : ndarray of int64 or None
        The rows to choose from; None for all.
    n_jobs : int or None
    """

    def __init__(self, machine: Machine, X: Any, among: np.ndarray | None, n_jobs: int | None):
        chosen = spread(X.shape[0] if among is None else len(among), _MOST_ROWS)
        rows = X[chosen if among is None else among[chosen]]
        self._plan = RowsPlan(machine, rows, figures(machine), n_jobs)

    def figures(self) -> Figures:
        """Return the present ones; the estimates of the pseudo-likelihood draw the same numbers."""
        with np.errstate(over="ignore", invalid="ignore"):
            return Figures(*map(float, self._plan.run().mean(axis=0, dtype=float)))


class PassReporter(LineReporter):
    """Prints scikit-learn's lines.

    Parameters
    ----------
    owner : str
        The estimator's name.
    """

    def __init__(self, owner: str):
        self._owner, self._began, self._figure = owner, time.perf_counter(), ""

    def figure(self, name: str, value: float) -> None:
        self._figure = f"{name} = {value:.2f}, "

    def epoch(self, n_iter: int, loss: float, n_samples: int) -> None:
        now = time.perf_counter()
        seconds, self._began = now - self._began, now
        print(f"[{self._owner}] Iteration {n_iter}, {self._figure}time = {seconds:.2f}s")


def reporter_of(estimator: Any) -> Reporter:
    """Return what prints the progress of a fit."""
    owner, verbose = type(estimator).__name__, estimator.verbose
    if verbose and verbose != 2:
        return PassReporter(owner)
    return make_reporter(verbose, estimator.n_iter, owner)
