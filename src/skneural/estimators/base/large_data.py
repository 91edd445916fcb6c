"""X that is read in blocks: as the user passed it, or because it is large or not in memory."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.provider import Provider, in_memory

LARGE_BYTES = 1 << 30  # of an array in a mapped file that is read in blocks, on every machine
_LIBRARIES = {"dask", "zarr"}
_COPIES_OF_JOBLIB = "joblib_memmapping_folder"  # arrays in memory, passed to other processes


def provided(X: Any) -> Any:
    """Return X, or blocks of it if it is an array of zarr or dask, or a large one in a file."""
    if type(X) is np.ndarray or not (_is_far(X) or _is_large_file(X)):
        return X
    from ...blocks import ArrayBlocks

    return ArrayBlocks(X)


def as_read(X: Any, y: Any, weight: Any) -> tuple[Any, Any, Any]:
    """Return the arguments of a fit: X as `provided` returns it, y and weights in memory."""
    return provided(X), in_memory(y), in_memory(weight)


def _is_far(X: Any) -> bool:
    """Whether X is an array of zarr or dask, whose parts are made when they are asked for."""
    library = type(X).__module__.partition(".")[0]
    return library in _LIBRARIES and all(hasattr(X, name) for name in ("shape", "dtype", "chunks"))


def _is_large_file(X: Any) -> bool:
    if not isinstance(X, np.memmap) or X.nbytes < LARGE_BYTES:
        return False
    return _COPIES_OF_JOBLIB not in str(X.filename)


def rows_to_predict(estimator: Any, X: Any, dtype: np.dtype) -> Any:
    """Return X as a fitted estimator's network of a dtype reads it, checked."""
    samples = estimator._samples()
    if type(X) is np.ndarray:
        return samples.check(X, dtype)
    X = provided(X)
    return X.rows(samples, dtype) if isinstance(X, Provider) else samples.check(X, dtype)


def with_truth(estimator: Any, X: Any, y: Any, weight: Any) -> tuple[Any, Any, Any]:
    """Return X to predict from once, y and weights: those of blocks if they have any."""
    owner = type(estimator).__name__
    kind = type(X).__name__
    if y is None and isinstance(X, Provider):
        X, y, weight = X.with_truth(owner)
    if y is None:
        raise ValueError(f"{owner}: score needs y, which X of {kind} does not have")
    return X, in_memory(y), in_memory(weight)


def validation_data(given: tuple[Any, Any, Any], owner: str) -> tuple[Any, Any, Any]:
    """Return X_val, y_val and weights; without y_val those that blocks have, if X_val is such."""
    X, y, weight = given[0], *map(in_memory, given[1:])
    if y is not None or not isinstance(X, Provider):
        return X, y, weight
    kind = type(X).__name__
    X, y, own = X.with_truth(owner)
    if y is None:
        raise ValueError(
            f"{owner}: X_val of {kind} has no y, and y_val was not given; pass it to fit, or to"
            f" {kind}"
        )
    return X, y, own if weight is None else weight
