"""What is watched while a machine learns, on some of the rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...network.boltzmann import Machine
from ...network.machine_plans import RowsPlan, reconstructions

_MOST_ROWS = 1000


class Monitor:
    """Figures of a machine on at most 1,000 rows of X, evenly spread.

    Parameters
    ----------
    machine : Machine
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    n_jobs : int or None
    """

    def __init__(self, machine: Machine, X: Any, n_jobs: int | None):
        n_samples = X.shape[0]
        n_rows = min(n_samples, _MOST_ROWS)
        self._rows = X[np.arange(n_rows) * n_samples // n_rows]
        self._dense = self._rows if isinstance(X, np.ndarray) else self._rows.toarray()
        self._plan = RowsPlan(machine, self._rows, reconstructions(machine), n_jobs)

    def reconstruction_error(self) -> float:
        """Return the mean square of the difference between numbers of X and their means."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(np.mean(np.square(self._plan.run() - self._dense)))
