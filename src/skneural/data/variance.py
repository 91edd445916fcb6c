"""The variance of X, the scale of reconstruction errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numbers import as_dense

_NUMBERS_AT_A_TIME = 1 << 18


def mean_variance(X: Any, weight: np.ndarray | None) -> float:
    """Return the variance of the features of X, averaged over them; no copy of X is made.

    Parameters
    ----------
    X : {ndarray, CSR matrix} of shape (n_samples, n_features)
    weight : ndarray of shape (n_samples,) or None
        Weights of the samples; None for one each.
    """
    n_samples, n_features = X.shape
    weight = np.ones(n_samples) if weight is None else weight
    total = weight.sum()
    mean = np.zeros(n_features)
    for rows in _parts(n_samples, n_features):
        mean += weight[rows] @ _numbers(X[rows])
    mean /= total
    squares = 0.0
    for rows in _parts(n_samples, n_features):
        squares += weight[rows] @ ((_numbers(X[rows]) - mean) ** 2).sum(axis=1)
    return float(squares / total / n_features)


def _parts(n_samples, n_features):
    length = max(1, _NUMBERS_AT_A_TIME // n_features)
    return (slice(begin, begin + length) for begin in range(0, n_samples, length))


def _numbers(rows):
    return as_dense(rows).astype(np.float64, copy=False)
