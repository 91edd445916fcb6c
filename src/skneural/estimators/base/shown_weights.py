"""The weights in an estimator's attributes, fitted or assigned: read, checked, copied."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError

from ..._naming import did_you_mean, listed
from ...data.numbers import as_dense

_DTYPES = (np.dtype(np.float32), np.dtype(np.float64))


def shown_weights(estimator: Any) -> list[np.ndarray]:
    """Return the weights that an estimator shows, as one list of arrays of one dtype.

    It is float32 where all are float32 or float16, and else float64. Arrays that have it already
    are returned as they are.

    Raises
    ------
    NotFittedError
        If the attributes are not all there, or are not what they are after a fit.
    ValueError
        For anything but arrays of real numbers.
    """
    attributes = vars(estimator)
    try:
        weights = estimator._shown.flat(attributes)
    except (KeyError, TypeError, AttributeError):
        raise NotFittedError(
            f"{type(estimator).__name__}: {estimator._shown.form}, as they are after fit"
        ) from None
    if are_ready(weights):
        return weights
    names, owner = estimator._shown.names(attributes), type(estimator).__name__
    arrays = [as_numbers(w, f"{owner}: {name}") for w, name in zip(weights, names, strict=True)]
    small = bool(arrays) and all(a.dtype.kind == "f" and a.itemsize <= 4 for a in arrays)
    return [a.astype(_DTYPES[0 if small else 1], copy=False) for a in arrays]


def are_ready(weights: Sequence[Any]) -> bool:
    """Whether weights are arrays of the same one of the dtypes that networks compute in."""
    dtype = getattr(weights[0], "dtype", None) if weights else None
    return dtype in _DTYPES and all(isinstance(w, np.ndarray) and w.dtype == dtype for w in weights)


def as_numbers(weights: Any, name: str) -> np.ndarray:
    """Return weights of any container as an array of real numbers."""
    try:
        array = as_dense(weights)
        if array.dtype.kind == "O":
            array = array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is no array of numbers: {error}") from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} has the dtype {array.dtype}; real numbers are needed")
    return array


def copy_weights(estimator: Any, network: Any, advice: str = "") -> list[np.ndarray]:
    """Copy the weights that an estimator shows into a network; return the network's own.

    Raises
    ------
    ValueError
        If they are not those of the network's layers; ``advice`` ends the message.
    """
    shown, owner = estimator._show_weights(network), type(estimator).__name__
    form, weights = estimator._shown, shown_weights(estimator)
    views, names, needed = form.flat(shown), form.names(vars(estimator)), form.names(shown)
    _check_names(names, needed, owner, advice)
    for name, weight, view in zip(names, weights, views, strict=True):
        is_bias = view.ndim == 1 and weight.size in (1, view.size)  # as NumPy adds it to rows
        if weight.shape != view.shape and not is_bias:
            raise ValueError(
                f"{owner}: {name} has the shape {weight.shape}, the network needs"
                f" {view.shape}{advice}"
            )
        view[...] = weight.ravel() if is_bias else weight
    return views


def _check_names(names: list[str], needed: list[str], owner: str, advice: str) -> None:
    """Raise a ValueError unless the network's weights are all there, and no others."""
    for one, other, what in (
        (names, needed, "is not among the network's weights"),
        (needed, names, "is missing among the weights; the network has"),
    ):
        odd = [name for name in one if name not in other]
        if odd:
            hint = did_you_mean(odd[0], other) if one is names else ""
            raise ValueError(f"{owner}: {odd[0]} {what} {listed(needed)}.{hint}{advice}")
