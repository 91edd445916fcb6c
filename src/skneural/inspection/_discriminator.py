"""The gradient of a discriminator's logits by rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import softmax

from ..estimators import GenerativeAdversarialNetwork
from ..network.input_gradients import InputGradients
from ._network_function import check_fitted
from ._output_targets import codes_of, one_of_each


def discriminator_gradient(
    estimator: GenerativeAdversarialNetwork, X: Any, target: Any, of: str, caller: str
) -> np.ndarray:
    """Return the gradient of `score_samples` by X, for classes or averaged over all.

    Raises
    ------
    ValueError
        If columns are read by their distributions, or there is no such class.
    """
    check_fitted(estimator, caller)
    owner = type(estimator).__name__
    what = f"{caller}: {owner}"
    if of != "score":
        raise ValueError(f"{what} has logits alone; set of='score'")
    network = estimator.discriminator_._network
    rows = estimator._samples().check(X, network.dtype)
    line = estimator._marginals.read(rows, network.dtype)
    if not estimator._marginals.bounded:
        raise ValueError(
            f"{what} reads each column by its distribution function, which has steps and no"
            " gradient; fit with scaling='range'"
        )
    numbers = np.ascontiguousarray(line.numbers().reshape(len(rows), -1))
    gradients = InputGradients(network, estimator.n_jobs)
    (outputs,) = gradients.activations(numbers, [-1])
    slopes = np.zeros(outputs.shape)
    slopes[:, 0] = 1
    known = getattr(estimator, "classes_", None)
    if known is None and target is not None:
        raise ValueError(f"{what} was fitted without y, but target={target!r} is given")
    if known is not None and target is None:
        logs = (outputs[:, :1] + outputs[:, 1:]).astype(float)
        slopes[:, 1:] = softmax(logs + np.log(estimator._class_shares), axis=1)
    elif known is not None:
        slopes[:, 1:] = one_of_each(codes_of(target, known, len(rows), what), len(known))
    by_rows = gradients.backward(numbers, {-1: slopes}) * line.factor
    return by_rows.astype(network.dtype).reshape(np.shape(X))
