"""X as dense columns of float64, for what reads columns and their powers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import sparse

from .numbers import as_dense
from .samples import Samples

_MOST_NUMBERS = 2**27  # of a sparse X as a dense one: a gigabyte


class DenseSamples(Samples):
    """X as dense rows of float64, whatever holds the numbers; a sparse one within limits.

    Parameters
    ----------
    estimator : estimator
    """

    def accepted_dtypes(self) -> Any:
        """Return float64: sums of fourth powers need it."""
        return np.dtype(np.float64)

    def check_with_targets(self, X: Any, y: Any, dtype: Any, first: bool) -> tuple[Any, Any]:
        """Return X as dense rows, and y, both checked; `first` to learn their features."""
        X, y = super().check_with_targets(X, y, dtype, first)
        return self._dense(X), y

    def check(self, X: Any, dtype: np.dtype) -> Any:
        """Return X to predict from as dense rows, checked."""
        return self._dense(super().check(X, dtype))

    def _dense(self, X: Any) -> np.ndarray:
        if sparse.issparse(X) and math.prod(X.shape) > _MOST_NUMBERS:
            raise ValueError(
                f"{self.owner}: sparse X of shape {X.shape} would fill"
                f" {8 * math.prod(X.shape) / 2**30:.3g} GB, as polynomials read dense columns;"
                " select features first, as by SelectKBest"
            )
        return as_dense(X)
