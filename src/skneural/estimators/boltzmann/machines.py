"""Machines with the parameters that fitted estimators show."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...network.boltzmann import Machine, variables_of_machine
from ...network.parameters import Parameters
from ...network.stochastic_units import BernoulliUnits, GaussianUnits

_SMALLEST = 1e-3  # mean of a unit, so that no bias is infinite


def new_machine(
    n_visible: int, n_hidden: int, dtype: np.dtype, variances: np.ndarray | None = None,
    learned: bool = False,
) -> Machine:
    """Return a machine whose weights and biases are 0.

    Parameters
    ----------
    n_visible, n_hidden : int
    dtype : dtype
    variances : ndarray of shape (n_visible,) or None, default=None
        Of visible units that are real-valued; None for binary ones.
    learned : bool, default=False
        Whether the variances are learned; otherwise they are all 1.
    """
    store = Parameters([variables_of_machine(n_visible, n_hidden, learned)], dtype)
    if variances is None:
        return Machine(store)
    variances = np.array(variances, dtype)
    if learned:
        store.variables[0]["log_variance"][...] = np.log(variances)
    return Machine(store, GaussianUnits(variances, learned))


def machine_of(estimator: Any) -> Machine:
    """Return a machine with the parameters that a fitted estimator shows at this moment.

    The estimator's ``_visible_units(X)`` gives the variances for a machine that is to learn X, or
    for None those that it shows, and whether they are learned, as `new_machine` takes them.
    """
    weights = np.asarray(estimator.components_)
    n_hidden, n_visible = weights.shape
    machine = new_machine(n_visible, n_hidden, weights.dtype, *estimator._visible_units(None))
    machine.weights[...] = weights
    machine.visible_bias[...] = estimator.intercept_visible_
    machine.hidden_bias[...] = estimator.intercept_hidden_
    return machine


def is_binary(machine: Machine) -> bool:
    """Whether the visible units are 0 or 1."""
    return isinstance(machine.visible, BernoulliUnits)


def variances_of(machine: Machine) -> np.ndarray | None:
    """Return those of visible units that are real-valued, None of binary ones."""
    units = machine.visible
    return units.variances if isinstance(units, GaussianUnits) else None


def logit_of(means: np.ndarray) -> np.ndarray:
    """Return the biases that give units these means, kept away from 0 and 1."""
    means = np.clip(means, _SMALLEST, 1 - _SMALLEST)
    return np.log(means / (1 - means))
