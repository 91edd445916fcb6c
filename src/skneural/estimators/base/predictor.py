"""The network that predicts for a fitted estimator, kept beside it and never on it.

A fitted estimator holds its weights in public attributes that users may edit, replace, pickle
or memory-map. The network needs them in one flat vector. After `fit`, and after unpickling, the
attributes are views of that vector: predictions use what is written into them. Arrays assigned in
their place are compared with the vector before every prediction, and a new network is built when
they differ. Networks are replaced, never written to, so that any number of threads may predict at
once.
"""

from __future__ import annotations

import mmap
import operator
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from .shown_weights import are_ready, copy_weights


class _Kept(NamedTuple):
    """A network, its weights as an estimator shows them, and what the estimator showed instead."""

    network: Any
    views: list[np.ndarray]
    shown: list[np.ndarray]


_networks: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()


def keep(
    estimator: Any, network: Any, views: list[np.ndarray], shown: list[np.ndarray] | None = None
) -> None:
    """Keep the network just trained; `views` are its weights as the estimator shows them."""
    _networks[estimator] = _Kept(network, views, views if shown is None else shown)


def share(estimator: Any, other: Any) -> None:
    """Let another estimator that shows the same arrays predict with the same network."""
    if estimator in _networks:
        _networks[other] = _networks[estimator]


def predictor(estimator: Any) -> Any:
    """Return a network with the weights that the fitted estimator shows at this moment."""
    kept = _networks.get(estimator)
    if kept is not None and _shows_views(estimator, kept.views):
        return kept.network
    weights = estimator._weights()
    if kept is not None and _agree(kept, weights):
        return kept.network
    network = estimator._make_predictor(weights[0].dtype)
    keep(estimator, network, copy_weights(estimator, network), weights)
    return network


def adopt(estimator: Any) -> None:
    """Make the weights of an estimator just unpickled views of its network's.

    There is then one copy of them, and nothing to compare. Weights in a mapped file stay there.
    """
    attributes = vars(estimator)
    if "_built" not in attributes or not estimator._shown.are_in(attributes):
        return
    try:
        weights = estimator._shown.flat(attributes)
        if not are_ready(weights) or any(isinstance(w, np.memmap) for w in weights):
            return
        network = estimator._make_predictor(weights[0].dtype)
        copy_weights(estimator, network)
    except (ValueError, TypeError, KeyError, AttributeError):
        return  # assigned: errors are raised when they are used
    attributes.update(estimator._show_weights(network))
    keep(estimator, network, estimator._weights())


def _shows_views(estimator: Any, views: list[np.ndarray]) -> bool:
    """Whether an estimator shows the weights of a network themselves."""
    try:
        weights = estimator._shown.flat(vars(estimator))
    except (KeyError, TypeError, AttributeError):
        return False  # assigned; the estimator raises the error
    return len(views) == len(weights) and all(map(operator.is_, views, weights))


def _agree(kept: _Kept, weights: list[np.ndarray]) -> bool:
    return len(kept.views) == len(weights) and all(
        view is weight
        or (seen is weight and _is_constant(weight))
        or (view.dtype == weight.dtype and np.array_equal(view, weight))
        for view, seen, weight in zip(kept.views, kept.shown, weights, strict=True)
    )


def _is_constant(array: Any) -> bool:
    """Whether an array is a view of a file mapped read-only."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return False
        array = array.base
    return isinstance(array, mmap.mmap) and memoryview(array).readonly
