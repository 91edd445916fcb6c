"""The variance of X, the scale of reconstruction errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from .numbers import as_dense
from .rows import n_columns, n_rows
from .sources import parts_of

_NUMBERS_AT_A_TIME = 1 << 18


def mean_variance(X: Any, weight: np.ndarray | None) -> float:
    """Return the variance of the features of X, averaged over them; no copy of X is made.

    Parameters
    ----------
    X : {ndarray, CSR matrix, FarRows} of shape (n_samples, n_features)
    weight : ndarray of shape (n_samples,) or None
        Weights of the samples; None for one each.
    """
    n_samples, n_features = n_rows(X), n_columns(X)
    length = max(1, _NUMBERS_AT_A_TIME // n_features)
    weight = np.ones(n_samples) if weight is None else weight
    total = weight.sum()
    mean = np.zeros(n_features)
    for rows, part in parts_of(X, length):
        mean += weight[rows] @ _numbers(part)
    mean /= total
    squares = 0.0
    for rows, part in parts_of(X, length):
        squares += weight[rows] @ ((_numbers(part) - mean) ** 2).sum(axis=1)
    return float(squares / total / n_features)


def _numbers(rows):
    return as_dense(rows).astype(np.float64, copy=False)
