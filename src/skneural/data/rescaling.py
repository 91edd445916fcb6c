"""The scale of X: a rule for the values of images of any dtype and container."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import sparse

from .numbers import as_dense
from .sources import FarRows

_LARGEST_LEFT = 2  # values up to here are not rescaled
_BEYOND = 2  # times the greatest number there is, where none is negative
_FAR = 8  # times the greatest number of `fit`, of standardised images
_NARROW = 15  # highest level from which on numbers from 0 to 1 are another scale


def image_factor(low: float, high: float) -> float | None:
    """Return the factor for images with values from ``low`` to ``high``, None not to rescale them.

    The inverse of the highest level of the least number of bits that holds ``high``: 2 to 5, else
    8, 10, 12, ..., so that a few dark images get the same factor as the others.
    """
    if low < 0 or high <= _LARGEST_LEFT:
        return None
    bits = math.ceil(math.log2(high + 1))
    bits = bits if bits <= 5 else max(8, bits + bits % 2)
    return 1 / (2**bits - 1)


def is_other_scale(X: np.ndarray, fitted: tuple[float, ...], factor: float | None) -> bool:
    """Whether the values of X cannot be on the scale of those of a fit.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    fitted : tuple of two float
        Least and greatest number of the fit.
    factor : float or None
        The factor of all images.
    """
    low, high = float(X.min()), float(X.max())
    greatest = max(1.0, -fitted[0], fitted[1]) if factor is None else max(1 / factor, fitted[1])
    if max(high, -low) > (_FAR if fitted[0] < 0 else _BEYOND) * greatest:
        return True
    if fitted[0] < 0:
        return False
    if low < -greatest / 4 or (low < 0 and high < greatest / 16):
        return True
    tiny = fitted[1] >= _NARROW and 0 < high <= 1
    return tiny and X.dtype != np.uint8 and bool((np.floor(X) != X).any())


def value_range(X: Any, weight: np.ndarray | None) -> tuple[float, float]:
    """Return the least and the greatest number among the rows of X that have a weight."""
    if isinstance(X, FarRows):
        chosen = ((part, None if weight is None else weight[rows]) for rows, part in X.parts())
        found = [value_range(part, each) for part, each in chosen if each is None or each.any()]
        return min(low for low, _ in found), max(high for _, high in found)
    if weight is None or weight.all():
        return float(X.min()), float(X.max())
    extremes = []
    for each in (X.min(axis=1), X.max(axis=1)):  # not X[weight > 0], which is a copy
        extremes.append(as_dense(each).ravel()[weight > 0])
    return float(extremes[0].min()), float(extremes[1].max())


def holds_bytes(X: Any) -> bool:
    """Whether X is an array or a data frame of uint8."""
    if sparse.issparse(X):
        return False
    if hasattr(X, "dtype"):
        return X.dtype == np.uint8
    kinds = {str(dtype).lower() for dtype in getattr(X, "dtypes", ())}
    return kinds == {"uint8"} and np.asarray(X).dtype == np.uint8
