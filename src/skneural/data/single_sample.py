"""One sample passed where an array of samples is needed: what to write instead."""

from __future__ import annotations

import math
from typing import Any

Shape = tuple[int, ...]


def check_is_not_one_sample(X: Any, y: Any, owner: str, instead: str) -> None:
    """Raise a ValueError for a single target and X of more rows, which looks like one sample.

    Parameters
    ----------
    X, y : array-like
    owner : str
        The estimator's name.
    instead : str
        The code that makes X an array of samples.
    """
    shape = _shape(X)
    is_single = len(y) == 1 if isinstance(y, (list, tuple)) else _shape(y)[:1] == (1,)
    if len(shape) > 1 and shape[0] > 1 and is_single:
        raise ValueError(
            f"{owner}: Found input variables with inconsistent numbers of samples: [{shape[0]}, 1];"
            f" if X of shape {shape} is one sample, pass {instead}"
        )


def check_is_not_one_row(X: Any, n_features: int, owner: str) -> None:
    """Raise a ValueError for X that has the features of the fit only as a single sample."""
    shape = _shape(X)
    if len(shape) > 1 and shape[0] > 1 and math.prod(shape) == n_features:
        has = f"{shape[1]} features" if len(shape) == 2 else f"{len(shape)} dimensions"
        raise ValueError(
            f"{owner}: X has {has}, but {owner} is expecting {n_features} features as input; if X"
            f" of shape {shape} is one sample, pass X.reshape(1, -1)"
        )


def check_is_not_one_image(whole: Shape, fitted: Shape, owner: str) -> None:
    """Raise a ValueError for the shape of one image with channels first, after channels last."""
    if len(whole) > 2 and (*whole[1:], whole[0]) == fitted:
        raise ValueError(
            f"{owner}: X has the shape {whole} of one sample with channels first, where an array of"
            f" samples of shape {fitted} is needed: np.moveaxis(X, 0, -1)[None]"
        )


def _shape(values: Any) -> Shape:
    """Return the shape of an array, a data frame or a sparse matrix, () of anything else."""
    return tuple(getattr(values, "shape", ()))
