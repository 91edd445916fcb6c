"""How often rows are to be seen, where weights count as repetitions."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils import gen_batches

_NUMBERS = 2**22  # that are looked at at a time


def repeated_rows(X: Any, weight: np.ndarray | None) -> np.ndarray:
    """Return the indices of rows to learn from, each as often as its weight says.

    A row of weight 2 comes twice, one of weight 0 not at all, and of fractions a part comes, evenly
    spread. Equal rows share their weights, and the order depends on the rows' numbers alone: rows
    that are repeated, or moved, give the same sequence of rows as rows with weights.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features)
    weight : ndarray of shape (n_samples,) or None
        None for ones.

    Returns
    -------
    indices : ndarray of int64
    """
    keys, weights = _keys(X), np.ones(X.shape[0]) if weight is None else weight
    kept = np.flatnonzero(weights)
    _, first, groups = np.unique(keys[kept], return_index=True, return_inverse=True)
    totals = np.bincount(groups.reshape(-1), weights[kept])
    totals = totals * max(1.0, len(first) / totals.sum())  # every row counts once on average
    ends = np.round(np.cumsum(totals)).astype(np.int64)
    return kept[np.repeat(first, np.diff(ends, prepend=0))]


def _keys(X: Any) -> np.ndarray:
    """Return a number of 64 bits for each row, as good as certainly another for another row."""
    factors = np.random.RandomState(0).randint(1 << 62, size=X.shape[1]).astype(np.uint64)
    factors = factors * np.uint64(2) + np.uint64(1)
    if sparse.issparse(X):
        terms = _bits(X.data) * factors[X.indices]
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)])
        return sums[X.indptr[1:]] - sums[X.indptr[:-1]]
    keys = np.empty(len(X), np.uint64)
    for part in gen_batches(len(X), max(1, _NUMBERS // X.shape[1])):
        keys[part] = (_bits(X[part]) * factors).sum(axis=1, dtype=np.uint64)
    return keys


def _bits(numbers: np.ndarray) -> np.ndarray:
    """Return numbers as whole ones, their bits mixed; 0 for 0."""
    bits = (numbers.astype(np.float64) + 0.0).view(np.uint64)
    return (bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
