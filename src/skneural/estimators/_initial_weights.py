"""The parameter `initial_weights`: layers that start from weights trained before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator

from .._naming import did_you_mean

Weights = Mapping[str, Mapping[str, np.ndarray]]


def set_initial_weights(given: Any, weights: Weights, output: str, owner: str) -> None:
    """Write the weights given into those of a new network, in place.

    Parameters
    ----------
    given : dict of str to dict of str to array-like, or fitted estimator with ``weights_``
        Of an estimator, the layers whose names the network has too are taken, but not an output
        layer of another shape.
    weights : dict of str to dict of str to ndarray
        Views of the network's variables, by names of layer and variable.
    output : str
        Name of the network's last layer.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        For names that the network does not have, other shapes, or an estimator that is not fitted.
    """
    taken = given if isinstance(given, Mapping) else _shared(given, weights, output, owner)
    for name, variables in taken.items():
        if name not in weights:
            raise ValueError(
                f"{owner}: initial_weights has a layer {name!r}, the layers with weights are"
                f" {list(weights)}.{did_you_mean(name, weights)}"
            )
        for key, values in variables.items():
            _set(weights[name], key, values, f"{owner}: initial_weights of layer {name!r}")


def _shared(estimator: Any, weights: Weights, output: str, owner: str) -> Weights:
    """Return the weights of the layers that a fitted estimator and the network share."""
    if isinstance(estimator, FrozenEstimator):
        estimator = estimator.estimator
    known = getattr(estimator, "weights_", None)
    if known is None:
        raise ValueError(
            f"{owner}: initial_weights={type(estimator).__name__}(...) is not fitted; a clone, as"
            " in a grid search, keeps the weights of FrozenEstimator(...) alone"
        )
    shared = {name: variables for name, variables in known.items() if name in weights}
    if output in shared and _shapes(shared[output]) != _shapes(weights[output]):
        del shared[output]
    if not shared:
        raise ValueError(
            f"{owner}: initial_weights has the layers {list(known)}, none of {list(weights)}"
        )
    return shared


def _shapes(variables: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    return {key: np.shape(values) for key, values in variables.items()}


def _set(variables: Mapping[str, np.ndarray], key: str, values: Any, what: str) -> None:
    if key not in variables:
        raise ValueError(f"{what} have {key!r}, the layer has {list(variables)}")
    values = np.asarray(values)
    if values.shape != variables[key].shape:
        raise ValueError(
            f"{what} have {key!r} of shape {values.shape}, the layer needs {variables[key].shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{what} have {key!r} with values that are NaN or infinite")
    variables[key][...] = values
