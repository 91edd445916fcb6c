"""The parameter `initial_weights`: layers initialised from pretrained weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.frozen import FrozenEstimator

from ..._naming import did_you_mean
from ...data.rows import Rows
from ...network.network import Network
from ...training.train import FirstWeights
from .shown_weights import as_numbers
from .weights import NamedWeights

Weights = Mapping[str, Mapping[str, np.ndarray]]


def initial_weights(estimator: Any, names: Sequence[str]) -> list[FirstWeights]:
    """Return what writes the parameter's weights into a new network of named layers, if given."""
    given = estimator.initial_weights
    if given is None:
        return []

    def write(network: Network, rows: Rows, random_state: np.random.RandomState) -> None:
        weights = NamedWeights().show(network, names)["weights_"]
        set_initial_weights(given, weights, estimator._targets, type(estimator).__name__)

    return [write]


def set_initial_weights(given: Any, weights: Weights, targets: Any, owner: str) -> None:
    """Write the weights given into those of a new network, in place.

    Parameters
    ----------
    given : dict of str to dict of str to array-like, or fitted estimator with ``weights_``
        Of an estimator, the layers whose names the network has too are taken, but not those of
        the output layer if its shape or its classes differ.
    weights : dict of str to dict of str to ndarray
        Views of the network's variables, by names of layer and variable.
    targets : object with ``kind`` and ``classes``
        What the network is to predict.
    owner : str
        The estimator's name, for errors.

    Raises
    ------
    ValueError
        For names that the network does not have, other shapes, or an estimator that is not fitted.
    """
    taken = given if isinstance(given, Mapping) else _shared(given, weights, targets, owner)
    for name, variables in taken.items():
        if name not in weights:
            raise ValueError(
                f"{owner}: initial_weights has a layer {name!r}, the layers with weights are"
                f" {list(weights)}.{did_you_mean(name, weights)}"
            )
        for key, values in variables.items():
            _set(weights[name], key, values, f"{owner}: initial_weights of layer {name!r}")


def _shared(estimator: Any, weights: Weights, targets: Any, owner: str) -> Weights:
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
    output = [name for name in _output_layers(weights) if name in shared]
    same = _same_targets(getattr(estimator, "_targets", None), targets)
    if not same or any(_shapes(shared[name]) != _shapes(weights[name]) for name in output):
        shared = {name: variables for name, variables in shared.items() if name not in output}
    if shared.keys() <= set(output) and len(shared) < len(weights):
        why = "which gives the outputs" if shared else "of another shape or for other classes"
        but = f" but {output}, {why}" if output else ""
        raise ValueError(
            f"{owner}: initial_weights has the layers {list(known)}, none of {list(weights)}{but}"
        )
    return shared


def _output_layers(weights: Weights) -> list[str]:
    """Return the last layer with a kernel and what follows it: they are made for the outputs."""
    names = list(weights)
    kernels = [place for place, name in enumerate(names) if "kernel" in " ".join(weights[name])]
    return names[kernels[-1] if kernels else -1 :]


def _same_targets(one: Any, other: Any) -> bool:
    """Whether two networks predict the same classes in the same order, or both none."""
    if one is None or one.classes is None or other.classes is None:
        return getattr(one, "classes", None) is other.classes
    return one.kind == other.kind and np.array_equal(one.classes, other.classes)


def _shapes(variables: Mapping[str, np.ndarray]) -> dict[str, tuple[int, ...]]:
    return {key: np.shape(values) for key, values in variables.items()}


def _set(variables: Mapping[str, np.ndarray], key: str, values: Any, what: str) -> None:
    if key not in variables:
        raise ValueError(f"{what} have {key!r}, the layer has {list(variables)}")
    values = as_numbers(values, f"{what}: {key!r}")
    if values.shape != variables[key].shape:
        raise ValueError(
            f"{what} have {key!r} of shape {values.shape}, the layer needs {variables[key].shape}"
        )
    if not np.isfinite(values).all():
        raise ValueError(f"{what} have {key!r} with values that are NaN or infinite")
    variables[key][...] = values
