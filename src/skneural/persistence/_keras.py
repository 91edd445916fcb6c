"""Weights of Keras' layers, which have our layouts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np

from ._parts import array_of, parts_of, put_all


def to_keras(estimator: Any) -> list[np.ndarray]:
    """Return the weights of a fitted estimator in the order of Keras' ``set_weights``.

    Parameters
    ----------
    estimator : estimator
        A fitted one with dense, convolutional, normalization and recurrent layers.

    Returns
    -------
    weights : list of ndarray
        Keras has the same layouts: kernels (inputs, outputs) or (height, width, inputs, outputs),
        the gates i, f, c, o and z, r, h.

    Raises
    ------
    ValueError
        If a layer has other variables; the message names it.
    NotFittedError
        If the estimator is not fitted.
    """
    return [np.array(part[key]) for part in parts_of(estimator, "to_keras") for key in part.keys]


def from_keras(estimator: Any, weights: Sequence[Any]) -> Any:
    """Put the list that Keras' ``get_weights`` gives into a fitted estimator.

    Parameters
    ----------
    estimator : estimator
        A fitted one with the layers of the model, in the same order. `BatchNorm` needs
        ``epsilon=0.001`` for Keras' default.
    weights : list of array-like

    Returns
    -------
    estimator : estimator
        The one given, changed in place. Nothing is changed if anything does not fit.

    Raises
    ------
    ValueError
        If numbers of arrays or shapes differ, or one holds NaN or infinite numbers; the message
        tells the first that does.
    TypeError
        If ``weights`` is no list.
    """
    owner = "from_keras"
    if isinstance(weights, str | bytes | Mapping) or not isinstance(weights, Iterable):
        raise TypeError(
            f"{owner}: expected a list of arrays, got a {type(weights).__name__}; pass"
            " model.get_weights()"
        )
    weights = list(weights)
    parts = list(parts_of(estimator, owner))
    names = [f"the {key} of layer {part.name!r}" for part in parts for key in part.keys]
    arrays = [
        array_of(value, owner, f"array {number}" + (f", {name}," if name else ""))
        for number, (value, name) in enumerate(zip_longest(weights, names[: len(weights)]))
    ]
    n_needed = sum(len(part.keys) for part in parts)
    if len(arrays) != n_needed:
        raise ValueError(
            f"{owner}: {type(estimator).__name__} has {n_needed} arrays of weights, got"
            f" {len(arrays)}; fit with the layers of the model"
        )
    left = iter(arrays)
    found = [{key: next(left) for key in part.keys} for part in parts]
    put_all(parts, found, owner)
    return estimator
