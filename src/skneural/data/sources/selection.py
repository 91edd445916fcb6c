"""Selection of the source for X."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from .base import Source
from .dense import ByteRows, DenseRows
from .sparse import SparseRows

_BYTE = np.dtype(np.uint8)  # made once, as one row is predicted in microseconds


def source_of(X: Any) -> Source:
    """Return the source of the rows of X.

    Parameters
    ----------
    X : ndarray of shape (n_samples, ...), CSR matrix, or Source
        An array is in C order and has the network's dtype or uint8. One of two dimensions has
        flat rows, which match samples of any shape with as many numbers.

    Returns
    -------
    Source
        X itself where it is one.
    """
    if isinstance(X, np.ndarray):
        return ByteRows(X) if X.dtype == _BYTE else DenseRows(X)
    if isinstance(X, Source):
        return X
    if sparse.issparse(X):
        return SparseRows(X)
    raise TypeError(f"X is {type(X).__name__}, where an array, a CSR matrix or a Source is needed")
