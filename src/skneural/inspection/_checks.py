"""What displays ask of estimators, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ..data.numbers import check_numbers


def as_numbers(values: Any, what: str) -> np.ndarray:
    """Return values as an array of finite real numbers.

    Parameters
    ----------
    values : array-like
    what : str
        What the values are and of which display, for errors: ``"FilterDisplay: filters"``.

    Raises
    ------
    ValueError
        If they are something else.
    """
    check_numbers(values, what)
    numbers = as_array(values, what)
    if numbers.dtype.kind not in "biuf":
        raise ValueError(f"{what} must be real numbers, got {numbers.dtype}")
    if not np.isfinite(numbers).all():
        raise ValueError(f"{what} must be finite, got NaN or infinity")
    return numbers


def as_array(values: Any, what: str) -> np.ndarray:
    """Return values as an array; raise a ValueError naming ``what`` if they have no one shape."""
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{what} has parts of unequal lengths; give an array") from error


def layered(estimator: Any, owner: str, instead: str) -> None:
    """Raise unless an estimator is fitted and has a network of layers.

    Parameters
    ----------
    estimator : object
    owner : str
        The display.
    instead : str
        What to do otherwise, for the error.

    Raises
    ------
    TypeError
        If it has no such network.
    NotFittedError
        If it is not fitted.
    """
    require(estimator, ("activations", "get_layer"), owner, "network of layers", instead)
    check_is_fitted(estimator)


def trained(estimator: Any, owner: str) -> None:
    """Raise a TypeError unless this is an estimator, a NotFittedError unless it is fitted."""
    require(estimator, ("fit",), owner, "curves", "give an estimator that trains by epochs")
    check_is_fitted(estimator)


def require(
    estimator: Any, methods: Sequence[str], owner: str, what: str, instead: str
) -> None:
    """Raise a TypeError unless an estimator has some methods, and thus something named ``what``."""
    if isinstance(estimator, type):
        raise TypeError(
            f"{owner}: estimator={estimator.__name__} is a class; give a fitted instance"
        )
    if not all(hasattr(estimator, name) for name in methods):
        hint = instead_of(estimator, instead)
        raise TypeError(f"{owner}: estimator={type(estimator).__name__} has no {what}; {hint}")


def instead_of(estimator: Any, instead: str) -> str:
    """Return what to give instead of an estimator: a part of it if it holds others."""
    if hasattr(estimator, "steps"):
        return "give its last step, and X, if any, as the steps before return it"
    if hasattr(estimator, "refit") and hasattr(estimator, "estimator"):
        return "give its best_estimator_"
    return instead


def default_layer(estimator: Any, n_axes: int, owner: str, what: str) -> str:
    """Return the name of an estimator's first layer whose outputs have so many axes.

    Raises
    ------
    ValueError
        If there is none.
    """
    for name, _ in estimator._fitted_layers():
        if len(estimator.get_layer(name).output_shape) == n_axes:
            return name
    raise ValueError(f"{owner}: no layer of estimator={type(estimator).__name__} {what}")
