"""X of uint8, left as it is: the engine makes numbers from 0 to 1 of it, a batch at a time."""

from __future__ import annotations

from typing import Any

import numpy as np


class ByteImages:
    """Mixin of estimators for which uint8 means images, numbers from 0 to 255 divided by 255.

    The network then computes in float32, unless the parameter `dtype` says otherwise.
    """

    dtype: Any

    def _check_X_y(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        kept = np.uint8 if holds_bytes(X) else dtype
        return super()._check_X_y(X, y, kept, first)  # type: ignore[misc]

    def _check_X(self, X: Any, dtype: np.dtype) -> Any:
        kept = np.dtype(np.uint8) if holds_bytes(X) else dtype
        return super()._check_X(X, kept)  # type: ignore[misc]

    def _network_dtype(self, X: Any, first: bool) -> np.dtype:
        if X.dtype != np.uint8:
            return X.dtype
        if first:
            return np.dtype(self.dtype or np.float32)
        return self._weights()[0].dtype  # type: ignore[attr-defined]


def holds_bytes(X: Any) -> bool:
    """Whether X is an array of uint8."""
    return getattr(X, "dtype", None) == np.uint8
