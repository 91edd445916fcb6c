"""Rows as the network reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils import _safe_indexing

from .sources import Sequences, Source


@dataclass
class Rows:
    """Rows as the network reads them, with the user's own arrays.

    Parameters
    ----------
    X : {ndarray, CSR} of shape (n_samples, n_features), or Source
    y : {ndarray, CSR} of shape (n_samples, n_targets), dtype of the network
        Encoded targets; X itself, of its dtype, for autoencoders.
    loss_weight : ndarray of shape (n_samples,) or None
        Sample weight times class weight.
    labels : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        The targets as passed by the user.
    sample_weight : ndarray of shape (n_samples,) or None
        The weights as passed by the user.
    among : ndarray of shape (n_chosen,), int64, or None
        The selected rows of these arrays; None for all.
    """

    X: Any
    y: Any
    loss_weight: np.ndarray | None
    labels: Any
    sample_weight: np.ndarray | None
    among: np.ndarray | None = None

    @property
    def n_samples(self) -> int:
        return n_rows(self.X) if self.among is None else len(self.among)

    def lengths(self) -> np.ndarray | None:
        """Return the lengths of the selected series; None where all samples are as long."""
        if not isinstance(self.X, Sequences):
            return None
        return self.X.lengths if self.among is None else self.X.lengths[self.among]

    def alone(self) -> Rows:
        """Return only the selected rows, as a copy unless they are all."""
        return self if self.among is None else replace(self, among=None).take(self.among)

    def copied(self) -> Rows:
        """Return rows with copies of X, targets and weights; shared arrays stay shared."""
        X = self.X if isinstance(self.X, Source) else self.X.copy()
        weight = self.loss_weight
        y = X if self.y is self.X else self.y.copy()
        return replace(self, X=X, y=y, loss_weight=None if weight is None else weight.copy())

    def weights_among_all(self) -> np.ndarray | None:
        """Return the weight of each row of the arrays in the loss, 0 if not selected."""
        if self.among is None:
            return self.loss_weight
        weights = np.zeros(n_rows(self.X))
        weights[self.among] = 1 if self.loss_weight is None else self.loss_weight[self.among]
        return weights

    def take(self, indices: np.ndarray) -> Rows:
        """Return a copy of some rows; shared arrays stay shared."""
        parts = {id(v): v for v in vars(self).values()}
        taken: dict[int, Any] = {
            key: None if v is None else rows_of(v, indices) for key, v in parts.items()
        }
        return Rows(**{name: taken[id(v)] for name, v in vars(self).items()})


def n_rows(X: Any) -> int:
    """Return how many samples there are, in an array, a sparse matrix or a source."""
    return X.n_samples if isinstance(X, Source) else X.shape[0]


def rows_of(X: Any, indices: Any) -> Any:
    """Return some rows of an array, a sparse matrix, a list or a source."""
    return X.take(indices) if isinstance(X, Source) else _safe_indexing(X, indices)


def n_columns(X: Any) -> int:
    """Return how many numbers a row has, in an array, a sparse matrix or a source."""
    return X.columns if isinstance(X, Source) else X.shape[1]


def spread(n_samples: int, most: int) -> np.ndarray:
    """Return the indices of so many rows at most, evenly spread over all."""
    n_chosen = min(n_samples, most)
    return np.arange(n_chosen) * n_samples // n_chosen


def stacked(X: Any, other: Any) -> Any:
    """Return the rows of two arrays or sparse matrices, sparse if the first are."""
    if sparse.issparse(X):
        return sparse.vstack([X, sparse.csr_array(other)], format="csr")
    return np.concatenate([X, other.toarray() if sparse.issparse(other) else other])


def joined(parts: Sequence[Any]) -> Any:
    """Return the rows of several parts, in the container that holds them; None if they are None."""
    if parts[0] is None:
        return None
    if hasattr(parts[0], "iloc"):
        return import_module("pandas").concat(list(parts))
    if sparse.issparse(parts[0]):
        return sparse.vstack(list(parts), format="csr")
    return np.concatenate(list(parts))
