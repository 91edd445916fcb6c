"""Predictions for the partitions of dask collections."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from ._cluster import package


def predict(estimator: Any, X: Any, method: str = "predict") -> Any:
    """Return the predictions for a dask array or data frame, computed when they are asked for.

    Parameters
    ----------
    estimator : fitted estimator
    X : dask array of shape (n_samples, ...) or dask data frame
    method : str, default="predict"
        The estimator's method, such as "predict_proba" or "transform".

    Returns
    -------
    predictions : dask array of shape (n_samples, ...)
        With the partitions of X. Lengths are unknown where those of X are.

    Raises
    ------
    ImportError
        If dask is not installed.
    TypeError
        If X is not dask's.
    NotFittedError
        If the estimator is not fitted.
    """
    dask, array = package("dask"), package("dask.array")
    owner = type(estimator).__name__
    check_is_fitted(estimator)
    if not dask.is_dask_collection(X):
        raise TypeError(
            f"{owner}: X is {type(X).__name__}, where a dask array or data frame is needed; call"
            f" {method} of the estimator itself"
        )
    if hasattr(X, "chunks"):
        X = X.rechunk(dict.fromkeys(range(1, X.ndim), -1))
        lengths = X.chunks[0]
        example = np.zeros((1, *X.shape[1:]), X.dtype)
    else:
        lengths = [np.nan] * X.npartitions
        example = X._meta_nonempty.iloc[:1]
    found = np.asarray(getattr(estimator, method)(example))
    shared = dask.delayed(estimator, pure=False)
    work = dask.delayed(_predictions, pure=False)
    parts = [
        array.from_delayed(
            work(shared, method, part, found.shape[1:], found.dtype), (n_rows, *found.shape[1:]),
            dtype=found.dtype,
        )
        for part, n_rows in zip(np.ravel(X.to_delayed()), lengths, strict=True)
    ]
    return array.concatenate(parts)


def _predictions(
    estimator: Any, method: str, X: Any, shape: tuple[int, ...], dtype: np.dtype
) -> np.ndarray:
    """Return the predictions for a partition, which may be empty."""
    if not X.shape[0]:
        return np.empty((0, *shape), dtype)
    return np.asarray(getattr(estimator, method)(X))
