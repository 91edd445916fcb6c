"""The scale of X: a rule about the numbers of images, whatever dtype or container holds them."""

from __future__ import annotations

import math
from numbers import Real
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils._param_validation import Interval, StrOptions

from .._user_warnings import warn_user
from ..layers import Scale
from .numbers import as_dense

RESCALE = {"rescale": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither"), None]}
RESCALE_DOCUMENTATION = """\
"auto", float or None, default="auto"
    The factor that X is multiplied by, a batch at a time, before the first layer. "auto" follows
    from the numbers of the first `fit`: images of numbers from 0 to more than 2 are levels of so
    many bits (2 to 5, 8, 10, 12, ...) as hold the greatest, and are divided by the highest level of
    these, 255 for photographs of 8 bits. All other images are left alone; so are tables, flat X
    that no shape is given for, and images that a first layer `Scale` has been given for."""
_LARGEST_LEFT = 2  # numbers up to here train as they are
_BEYOND = 2  # times the greatest number there is, where none is negative
_FAR = 8  # times the greatest number of `fit`, of standardised images
_NARROW = 15  # highest level from which on numbers from 0 to 1 are another scale


class Rescaling:
    """Mixin of estimators that bring images to numbers of about 0 to 1.

    X of uint8 is left as it is until the engine reads it, and is never copied whole. The network
    computes in float32 on it, unless the parameter `dtype` says otherwise.

    Attributes
    ----------
    rescale_ : float or None
        The factor that X is multiplied by; None where it is left alone.
    """

    dtype: Any
    rescale: Any
    rescale_: float | None
    _value_range: tuple[float, float]  # of X as the network sees it

    def _sees_images(self) -> bool:
        """Whether the samples are images."""
        return True

    def _begins_with_scale(self) -> bool:
        layers = [layer for _, layer in self._given_layers()[:1]]  # type: ignore[attr-defined]
        return bool(layers) and isinstance(layers[0], Scale)

    @property
    def _factor(self) -> float:
        return 1.0 if self.rescale_ is None else self.rescale_

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        kept = np.uint8 if _holds_bytes(X) else dtype
        X, y = super()._check_X_y(X, y, kept, first)  # type: ignore[misc]
        if not first:
            self._check_range(X)
        return X, y

    def _check_X(self, X: Any, dtype: np.dtype) -> Any:
        X = super()._check_X(X, np.dtype(np.uint8) if _holds_bytes(X) else dtype)  # type: ignore[misc]
        self._check_range(X)
        return X

    def _learn_range(self, X: Any, weight: np.ndarray | None) -> None:
        super()._learn_range(X, weight)  # type: ignore[misc]
        low, high = value_range(X, weight)
        self.rescale_ = self.rescale
        if isinstance(self.rescale, str):
            images = self._sees_images() and not self._begins_with_scale()
            self.rescale_ = image_factor(low, high) if images else None
        self._value_range = (low * self._factor, high * self._factor)

    def _check_range(self, X: Any) -> None:
        """Warn of images whose numbers are of another scale than those of the first fit."""
        if not self._sees_images():
            return
        fitted = tuple(value / self._factor for value in self._value_range)
        if is_other_scale(X, fitted, self.rescale_):
            warn_user(
                f"{type(self).__name__}: X has numbers from {X.min():g} to {X.max():g}, but those"
                f" of fit were from {fitted[0]:g} to {fitted[1]:g}; bring X to their scale"
            )

    def _network_dtype(self, X: Any, first: bool) -> np.dtype:
        if X.dtype != np.uint8:
            return X.dtype
        if first:
            return np.dtype(self.dtype or np.float32)
        return self._weights()[0].dtype  # type: ignore[attr-defined]


def image_factor(low: float, high: float) -> float | None:
    """Return what images of numbers from ``low`` to ``high`` are multiplied by, None to leave them.

    The inverse of the highest level of as many bits as hold ``high``: 2 to 5, else 8, 10, 12, ...,
    so that a few dark images are of the same scale as the others.
    """
    if low < 0 or high <= _LARGEST_LEFT:
        return None
    bits = math.ceil(math.log2(high + 1))
    bits = bits if bits <= 5 else max(8, bits + bits % 2)
    return 1 / (2**bits - 1)


def is_other_scale(X: np.ndarray, fitted: tuple[float, ...], factor: float | None) -> bool:
    """Whether the numbers of X cannot be of the scale of those of a fit.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)
    fitted : tuple of two float
        Least and greatest number of the fit.
    factor : float or None
        What all are multiplied by.
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
    if weight is None or weight.all():
        return float(X.min()), float(X.max())
    extremes = []
    for each in (X.min(axis=1), X.max(axis=1)):  # not X[weight > 0], which is a copy
        extremes.append(as_dense(each).ravel()[weight > 0])
    return float(extremes[0].min()), float(extremes[1].max())


def _holds_bytes(X: Any) -> bool:
    """Whether X is an array or a data frame of uint8."""
    if sparse.issparse(X):
        return False
    if hasattr(X, "dtype"):
        return X.dtype == np.uint8
    kinds = {str(dtype).lower() for dtype in getattr(X, "dtypes", ())}
    return kinds == {"uint8"} and np.asarray(X).dtype == np.uint8
