"""Accuracy under attack."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from ..data.numbers import as_dense
from ._arguments import check_name
from ._attacked import Attacked, Norm
from ._attacks import Bounds, fast_gradient, projected_gradient

_OWNER = "adversarial_accuracy"
_ATTACKS = {"projected_gradient": projected_gradient, "fast_gradient": fast_gradient}


def adversarial_accuracy(
    estimator: Any, X: ArrayLike, y: ArrayLike, epsilons: ArrayLike, *,
    attack: Literal["projected_gradient", "fast_gradient"] = "projected_gradient",
    norm: Norm = "inf", bounds: Bounds = "auto", **options: Any,
) -> np.ndarray:  # fmt: skip
    """Return the accuracy of predictions on attacked samples, for changes of several sizes.

    A sample counts as wrong if it is predicted wrongly as it is, or by an attack with this
    ``epsilon`` or a smaller one, whose changes are allowed as well; so accuracies never grow.

    Parameters
    ----------
    estimator : estimator
        A fitted classifier with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    y : array-like of shape (n_samples,)
        The true classes.
    epsilons : array-like of shape (n_epsilons,), or float
        Greatest changes, in the units of X; 0 gives the accuracy on X itself.
    attack : {"projected_gradient", "fast_gradient"}, default="projected_gradient"
        The attack.
    norm : {"inf", 2}, default="inf"
        What ``epsilons`` bound: each number's change, or the Euclidean length of a sample's.
    bounds : (float, float), "auto" or None, default="auto"
        Least and greatest number of attacked samples, as of the attacks.
    **options : dict
        Passed to `projected_gradient`, as ``n_iter`` and ``random_state``.

    Returns
    -------
    accuracies : ndarray of shape (n_epsilons,), float64
        In the order of ``epsilons``; a float for a single number.

    Raises
    ------
    TypeError
        If the estimator has no layers, or predicts no classes.
    NotFittedError
        If it is not fitted.
    ValueError
        For an unknown attack or class, a negative epsilon, or X of another shape than in the fit.
    """
    check_name(_OWNER, "attack", attack, list(_ATTACKS))
    if y is None:
        raise ValueError(f"{_OWNER}: y=None, where the true classes are needed; give y")
    try:
        sizes = np.asarray(epsilons, np.float64)
    except (TypeError, ValueError):
        sizes = np.full(1, np.nan)
    if sizes.ndim > 1 or not sizes.size or not np.isfinite(sizes).all() or sizes.min() < 0:
        raise ValueError(
            f"{_OWNER}: epsilons={epsilons!r} must be numbers from 0 on, in one dimension"
        )
    attacked = Attacked(estimator, X, y, None, norm, _OWNER)
    if not len(attacked.X):
        raise ValueError(f"{_OWNER}: X has no samples")
    y, names = np.asarray(as_dense(y)), attacked.estimator
    y = np.full(len(attacked.X), y) if y.ndim == 0 else y
    _ATTACKS[attack](  # which checks the options, whatever the sizes
        names, attacked.X[:1], y[:1], epsilon=0.0, norm=norm, bounds=bounds,
        **(options if attack == "fast_gradient" else {"n_iter": 1, **options}),
    )
    right, found = attacked.are_right(attacked.X), {0.0: 0.0}
    found[0.0] = float(right.mean())
    for size in np.unique(sizes[sizes > 0]):
        rows = np.flatnonzero(right)
        if len(rows):
            near = _ATTACKS[attack](
                names, attacked.X[rows], y[rows], epsilon=float(size), norm=norm, bounds=bounds,
                **options,
            )
            right[rows] = attacked.rows(rows).are_right(near)
        found[float(size)] = float(right.mean())
    accuracies = np.array([found[float(size)] for size in sizes.ravel()])
    return accuracies if sizes.ndim else accuracies[0]
