"""X of uint8, left as it is: the engine makes numbers from 0 to 1 of it, a batch at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse


class ByteImages:
    """Mixin of estimators for which uint8 means images, numbers from 0 to 255 divided by 255.

    So it is where the first fit saw uint8, or floats from 0 to 1, as images of uint8 are once they
    are scaled. Fitted on any other floats, the estimator takes the numbers of uint8 as they are.

    The network computes in float32 on uint8, unless the parameter `dtype` says otherwise.
    """

    dtype: Any
    _scales_bytes: bool
    _value_range: tuple[float, float]

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        kept = np.uint8 if holds_bytes(X) and (first or self._scales_bytes) else dtype
        return super()._check_X_y(X, y, kept, first)  # type: ignore[misc]

    def _check_X(self, X: Any, dtype: np.dtype) -> Any:
        kept = np.dtype(np.uint8) if holds_bytes(X) and self._scales_bytes else dtype
        return super()._check_X(X, kept)  # type: ignore[misc]

    def _learn_range(self, X: Any, weight: np.ndarray | None) -> None:
        super()._learn_range(X, weight)  # type: ignore[misc]
        low, high = value_range(X, weight)
        self._scales_bytes = X.dtype == np.uint8 or (low >= 0 and high <= 1)
        scale = 255 if X.dtype == np.uint8 else 1
        self._value_range = (low / scale, high / scale)

    def _network_dtype(self, X: Any, first: bool) -> np.dtype:
        if X.dtype != np.uint8:
            return X.dtype
        if first:
            return np.dtype(self.dtype or np.float32)
        return self._weights()[0].dtype  # type: ignore[attr-defined]


def holds_bytes(X: Any) -> bool:
    """Whether X is an array of uint8."""
    return getattr(X, "dtype", None) == np.uint8


def value_range(X: Any, weight: np.ndarray | None) -> tuple[float, float]:
    """Return the least and the greatest number among the rows of X that have a weight."""
    if weight is None or weight.all():
        return float(X.min()), float(X.max())
    extremes = []
    for each in (X.min(axis=1), X.max(axis=1)):  # not X[weight > 0], which is a copy
        each = each.toarray() if sparse.issparse(each) else each
        extremes.append(each.ravel()[weight > 0])
    return float(extremes[0].min()), float(extremes[1].max())
