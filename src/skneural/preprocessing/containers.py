"""Series put back into the container that they were read from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..data.series import Series, is_list


def in_container_of(X: Any, series: Series) -> Any:
    """Return series in a container like that of X, with NaN in the steps that X was filled up with.

    Parameters
    ----------
    X : array-like or sequence of array-like
        What the series were read from.
    series : ndarray or list of ndarray of shape (time_i, features)

    Returns
    -------
    ndarray of the shape of X, or a list, tuple, array or pandas Series of arrays of the items'
    """
    if not is_list(X):
        return _array_like(np.shape(X), series)
    arrays = [_filled(np.shape(x), each) for x, each in zip(X, series, strict=True)]
    if isinstance(X, (list, tuple)):
        return arrays if isinstance(X, list) else tuple(arrays)
    objects = np.empty(len(arrays), object)
    objects[:] = arrays
    return objects if isinstance(X, np.ndarray) else type(X)(objects, index=X.index, name=X.name)


def _array_like(shape: tuple[int, ...], series: Series) -> np.ndarray:
    if isinstance(series, np.ndarray) and series.size == np.prod(shape):
        return series.reshape(shape)
    return np.stack([_filled(shape[1:], each) for each in series])


def _filled(shape: tuple[int, ...], steps: np.ndarray) -> np.ndarray:
    """Return an array of a shape that begins with steps; its others are NaN."""
    filled = np.full((shape[0], steps.shape[1]), np.nan, steps.dtype)
    filled[: len(steps)] = steps
    return filled.reshape(shape)
