"""Edges of the bins that a column of numbers is cut into."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor


def quantile_edges(
    values: np.ndarray, n_bins: int, weight: np.ndarray | None = None
) -> np.ndarray:
    """Return the edges of bins of equally many values, each edge one of the values.

    A value that is in more rows than a bin should have counts as one bin. So a column that is 0 in
    nine of ten rows still has nearly all of its edges among the other values.

    Parameters
    ----------
    values : ndarray of shape (n_values,), dtype float64
        Finite.
    n_bins : int
        Most bins.
    weight : ndarray of shape (n_values,) or None, default=None
        Positive: a weight of 2 counts as two equal values.

    Returns
    -------
    edges : ndarray of shape (n_edges,), dtype float64
        Increasing; at least two, which are equal where there is no bin.
    """
    if not len(values):
        return np.zeros(2)
    distinct, inverse = np.unique(values, return_inverse=True)
    counts = np.bincount(inverse, weight)
    if len(distinct) <= n_bins + 1:
        return distinct if len(distinct) > 1 else np.repeat(distinct, 2)
    sums = np.cumsum(np.minimum(counts, _most_rows(counts, n_bins)))
    wanted = np.linspace(0, sums[-1], n_bins + 1)
    places = np.searchsorted(sums, wanted * (1 - 1e-12))
    places[-1] = len(distinct) - 1
    return distinct[np.unique(places)]


def tree_edges(
    values: np.ndarray, y: np.ndarray, n_bins: int, min_samples_leaf: float, classify: bool
) -> np.ndarray:
    """Return the extremes of some values, and between them the splits of a tree for a target.

    Parameters
    ----------
    values : ndarray of shape (n_values,), dtype float64
        Finite.
    y : ndarray of shape (n_values,) or (n_values, n_outputs)
    n_bins : int
        Most leaves of the tree.
    min_samples_leaf : int or float
        As in scikit-learn's trees.
    classify : bool
        Whether y is labels.

    Returns
    -------
    edges : ndarray of shape (n_edges,), dtype float64
        Increasing; at least two, which are equal where there is no bin.
    """
    if not len(values):
        return np.zeros(2)
    tree: Any = DecisionTreeClassifier if classify else DecisionTreeRegressor
    low, high = values.min(), values.max()
    # trees compute in float32, and would not find splits in a column that is far from 0
    unit = high - low if high > low else 1.0
    grown = tree(
        max_leaf_nodes=n_bins, min_samples_leaf=min_samples_leaf, random_state=0
    ).fit(((values - low) / unit)[:, None], y).tree_
    splits = low + grown.threshold[grown.feature >= 0] * unit
    edges = np.unique(np.concatenate([[low], splits, [high]]).clip(low, high))
    return edges if len(edges) > 1 else np.repeat(edges, 2)


def _most_rows(counts: np.ndarray, n_bins: int) -> float:
    """Return the number of rows in a bin, if values that have more are in one bin each."""
    largest = np.sort(counts)[::-1]
    rest = np.append(largest[::-1].cumsum()[::-1], 0)
    for alone in range(min(n_bins, len(counts))):
        most = rest[alone] / (n_bins - alone)
        if largest[alone] <= most:
            return float(most)
    return 1.0
