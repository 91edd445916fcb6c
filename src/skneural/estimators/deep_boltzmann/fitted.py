"""What a fitted machine computes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from .annealing import annealed_log_partition
from .machine import Machine


def posteriors(estimator: Any, X: Any) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """Return X checked, the posterior means of all hidden layers, and the bounds without Z."""
    check_is_fitted(estimator)
    checked = estimator._samples().check(X, estimator.coefs_[0].dtype)
    means, bounds = Machine(estimator.coefs_, estimator.intercepts_).posteriors(
        checked, estimator.n_mean_field_steps, estimator.mean_field_tol, estimator.n_jobs
    )
    return checked, means, bounds


def annealed(estimator: Any, n_chains: int, n_steps: int, seed: int) -> tuple[float, float]:
    """Return the logarithm of the partition function by annealing, and its standard error.

    The base distribution has independent units, as active as the machine's given the data.
    """
    bases = estimator._bases
    machine = Machine(estimator.coefs_, estimator.intercepts_, bases)
    random = np.random.RandomState(seed)
    return annealed_log_partition(machine, bases, n_chains, n_steps, random, estimator.n_jobs)
