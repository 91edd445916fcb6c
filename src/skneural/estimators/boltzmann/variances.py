"""The variances that a machine for real-valued data begins with."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.sparsefuncs import mean_variance_axis

_SMALLEST = 0.01  # share of the mean variance, below which a column counts as constant


def column_variances(X: Any) -> np.ndarray:
    """Return the variance of each column of X, of constant ones the mean of all.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    """
    if isinstance(X, np.ndarray):
        variances = X.var(axis=0, dtype=float)
    else:
        variances = np.asarray(mean_variance_axis(X, axis=0)[1], float)
    mean = variances.mean()
    return np.where(variances > _SMALLEST * mean, variances, mean if mean > 0 else 1.0)
