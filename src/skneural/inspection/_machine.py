"""Gradients of what a restricted Boltzmann machine says of rows, by these."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import expit

from ..data.numbers import as_dense
from ..estimators import BernoulliRBM, GaussianRBM
from ..estimators.boltzmann.machines import machine_of, variances_of
from ._network_function import check_fitted
from ._output_targets import numbers_of


def machine_gradient(
    estimator: BernoulliRBM | GaussianRBM, X: Any, target: Any, of: str, caller: str
) -> np.ndarray:
    """Return the gradient of a hidden unit's probability, or of minus the free energy, by X.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    check_fitted(estimator, caller)
    what = f"{caller}: {type(estimator).__name__}"
    if of != "score":
        raise ValueError(f"{what} was trained without classes; set of='score'")
    machine = machine_of(estimator)
    weights, variances = machine.weights, variances_of(machine)
    rows = as_dense(estimator._samples().check(X, weights.dtype))
    seen = rows if variances is None else rows / variances
    hidden = expit(seen @ weights.T + machine.hidden_bias)
    if target is not None:
        units = numbers_of(target, len(weights), len(rows), what, "hidden units")
        means = hidden[np.arange(len(rows)), units]
        gradient = (means * (1 - means))[:, None] * weights[units]
    elif variances is None:
        gradient = machine.visible_bias + hidden @ weights
    else:
        gradient = machine.visible_bias - rows + hidden @ weights
    if variances is not None:
        gradient = gradient / variances
    return gradient.astype(weights.dtype).reshape(np.shape(X))
