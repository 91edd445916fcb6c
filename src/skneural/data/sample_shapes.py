"""X whose samples have a shape: arrays of two to five dimensions, read by the engine as rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from ..layers import Layer
from ..layers._other_shapes import shapes_for
from .channels_first import moved_hint
from .numbers import check_masks, check_numbers
from .provider import Provider
from .ragged import check_makes_one_array
from .single_sample import check_is_not_one_image

MOST_DIMENSIONS = 5
Pairs = Sequence[tuple[str, Layer]]


def sample_shape(
    X: Any, owner: str, name: str = "X", numbers: bool = True
) -> tuple[int, ...] | None:
    """Return the shape of the samples of X, None if X is flat or scikit-learn does not accept it.

    ``name`` is what the error calls X; labels need not be ``numbers``.

    Raises
    ------
    ValueError
        For more than five dimensions, or samples that are not numeric.
    """
    Provider.refuse(X, owner, name)
    if sparse.issparse(X) or getattr(X, "ndim", None) in (0, 1, 2):
        check_makes_one_array(X, f"{owner}: {name}", lists=name != "y")
        return None
    try:
        shape = np.asarray(X).shape
    except ValueError:  # samples of different shapes
        check_makes_one_array(X, f"{owner}: {name}", lists=name != "y")
        return None  # `validate_data` raises the other errors
    if len(shape) <= 2:
        return None
    if len(shape) > MOST_DIMENSIONS:
        raise ValueError(
            f"{owner}: {name} has {len(shape)} dimensions, shape {shape};"
            f" 2 to {MOST_DIMENSIONS} are supported"
        )
    (check_numbers if numbers else check_masks)(X, f"{owner}: {name}")
    return shape[1:]


def as_rows(X: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of samples of a shape as rows of numbers, without a copy if it is in C order.

    Returns
    -------
    ndarray of shape (n_samples, n_features)
    """
    X = np.asarray(X)
    return X.reshape(len(X), math.prod(shape))


def stands_for(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether samples of a shape have the numbers of another in the same order.

    A flat sample matches any shape of its size, and a single channel may be left out or added.
    """
    flat = len(shape) == 1 and shape[0] == math.prod(wanted)
    return flat or shape == wanted or (*shape, 1) == wanted or shape == (*wanted, 1)


def shape_as_given(
    name: str, value: Any, shape: tuple[int, ...], owner: str
) -> tuple[int, ...]:
    """Return the shape given by a parameter, after a check that it fits the samples of X.

    Parameters
    ----------
    name : str
        The parameter's name.
    value : sequence of int
    shape : tuple of int
        Of the samples of X, ``(n_features,)`` where X is flat.
    owner : str
        The estimator's name, for the error.
    """
    wanted = tuple(int(size) for size in value)
    if stands_for(shape, wanted):
        return wanted
    if len(shape) == 1:
        raise ValueError(
            f"{owner}: {name}={wanted} needs {math.prod(wanted)} features, X has {shape[0]}"
        )
    hint = moved_hint(shape, wanted)
    raise ValueError(f"{owner}: {name}={wanted}, but X has samples of shape {shape}{hint}")


def as_samples(X: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return an array of samples in a shape, of which a single channel may be missing."""
    X = np.asarray(X)
    return X.reshape(len(X), *shape)


def with_channels_of(shape: tuple[int, ...], fitted: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape with or without a single channel, as the fitted one has it."""
    if (*shape, 1)[len(fitted) - 1 :] == fitted[-1:] == (1,):
        return (*shape, 1)
    return shape[:-1] if shape[-1] == 1 and len(shape) == len(fitted) + 1 else shape


def other_shape(
    X: Any,
    fitted: tuple[int, ...],
    owner: str,
    layers: Callable[[], Pairs] | Pairs | None = None,
) -> tuple[int, ...] | None:
    """Return the shape of the samples of X if it is neither the fitted one nor flat; else None.

    Parameters
    ----------
    X : array-like
    fitted : tuple of int
        Shape of a sample as the network reads it.
    owner : str
        The estimator's name, for the error.
    layers : callable, sequence of (name, Layer) or None, default=None
        Those of the network, or what returns them; an empty sequence where they are not known yet,
        None where no other shape is allowed.

    Raises
    ------
    ValueError
        If X looks like one sample of the fitted shape, or if other shapes, or the layers on samples
        of that shape, are not allowed.
    """
    try:
        whole = X.shape if hasattr(X, "shape") else np.asarray(X).shape
    except ValueError:  # rows of different lengths, for which `validate_data` raises
        return None
    shape = tuple(whole[1:])
    is_flat = len(shape) < 2
    if stands_for(shape, fitted) if not is_flat else shape == (math.prod(fitted),):
        return None
    if len(whole) > 1 and stands_for(whole, fitted):
        raise ValueError(
            f"{owner}: X has the shape {whole} of one sample, where an array of samples is needed:"
            " X[None]"
        )
    check_is_not_one_image(whole, fitted, owner)
    if is_flat:
        return None
    other, hint = with_channels_of(shape, fitted), moved_hint(shape, fitted)
    if layers is not None and len(other) == len(fitted) and other[-1] == fitted[-1]:
        try:
            shapes_for(layers() if callable(layers) else layers, fitted, other)
            return other
        except ValueError as error:
            hint = hint or f"; {error}"
    raise ValueError(f"{owner}: X has samples of shape {shape}, fitted with {fitted}{hint}")
