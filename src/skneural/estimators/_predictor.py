"""The network that predicts for a fitted estimator, kept beside it and never on it.

A fitted estimator holds its weights in public attributes that users may edit, replace, pickle
or memory-map. The network needs them in one flat vector. After `fit` the attributes are views of
that vector; once they are not, they are compared with it before every prediction, and a new
network is built when they differ. Networks are replaced, never written to, so that any number of
threads may predict at once.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

_networks: WeakKeyDictionary[Any, tuple[Any, list[np.ndarray]]] = WeakKeyDictionary()


def keep(estimator: Any, network: Any, views: list[np.ndarray]) -> None:
    """Keep the network just trained; `views` are its weights as the estimator shows them."""
    _networks[estimator] = (network, views)


def predictor(estimator: Any) -> Any:
    """Return a network with the weights that the fitted estimator shows at this moment."""
    weights = estimator._weights()
    kept = _networks.get(estimator)
    if kept is not None and _agree(kept[1], weights):
        return kept[0]
    network = estimator._make_network(weights[0].dtype)
    keep(estimator, network, estimator._restore(network))
    return network


def copy_weights(weights: list[np.ndarray], views: list[np.ndarray], owner: str) -> None:
    """Copy fitted weights into a network of the same shapes."""
    if [w.shape for w in weights] != [v.shape for v in views]:
        raise ValueError(
            f"{owner}: the fitted weights have shapes {[w.shape for w in weights]}, the network"
            f" needs {[v.shape for v in views]}; warm_start and partial_fit cannot change"
            " the number or the sizes of the layers"
        )
    for view, weight in zip(views, weights, strict=True):
        view[...] = weight


def _agree(views: list[np.ndarray], weights: list[np.ndarray]) -> bool:
    return len(views) == len(weights) and all(
        view is weight or (view.dtype == weight.dtype and np.array_equal(view, weight))
        for view, weight in zip(views, weights, strict=True)
    )
