"""Adversarial examples: X changed by little so that the predictions become wrong."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from ._arguments import check_number, check_whole
from ._attacked import Attacked, Norm, bounds_for, in_ball, of_length_one

Bounds = tuple[float, float] | Literal["auto"] | None


def fast_gradient(
    estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, epsilon: float,
    norm: Norm = "inf", target: Any = None, bounds: Bounds = "auto",
) -> np.ndarray:  # fmt: skip
    """Change X by one step along the gradient of the loss (Goodfellow et al. 2015).

    Parameters
    ----------
    estimator : estimator
        A fitted classifier with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    y : array-like of shape (n_samples,), default=None
        What predictions are to differ from. None for the classes predicted for X.
    epsilon : float
        Greatest change, in the units of X: of each number, or the Euclidean length of the changes
        of a sample.
    norm : {"inf", 2}, default="inf"
        Which of the two: every number changes by ``epsilon``, or the sample by this length along
        the gradient.
    target : class label or array-like of shape (n_samples,), default=None
        What predictions are to become, in place of ``y``.
    bounds : (float, float), "auto" or None, default="auto"
        Least and greatest number of the result. "auto" is the range of X in the fit where the
        estimator knows it, as those of images do; None for no bounds.

    Returns
    -------
    adversarial : ndarray of the shape of X
        In the dtype of the network.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        For an unknown class, X of another shape than in the fit, or both ``y`` and ``target``.

    References
    ----------
    .. [1] Goodfellow, I., Shlens, J. and Szegedy, C. (2015). Explaining and harnessing adversarial
       examples. ICLR. :arxiv:`1412.6572`
    """
    attacked = Attacked(estimator, X, y, target, norm, "fast_gradient")
    epsilon = check_number("fast_gradient", "epsilon", epsilon, least=0)
    low, high = bounds_for(attacked, bounds, "fast_gradient")
    step = epsilon * of_length_one(attacked.ascent(attacked.X), norm)
    return np.clip(attacked.X + step, low, high).astype(attacked.X.dtype)


def projected_gradient(
    estimator: Any, X: ArrayLike, y: ArrayLike | None = None, *, epsilon: float,
    norm: Norm = "inf", target: Any = None, bounds: Bounds = "auto", n_iter: int = 20,
    step_size: float | None = None, random_start: bool = True, random_state: Any = None,
) -> np.ndarray:  # fmt: skip
    """Change X within a ball so that the loss is as large as possible (Madry et al. 2018).

    Steps along the gradient, each followed by the nearest point in the ball. Of the points on its
    way, each sample keeps that with the largest loss.

    Parameters
    ----------
    estimator : estimator
        A fitted classifier with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    y : array-like of shape (n_samples,), default=None
        What predictions are to differ from. None for the classes predicted for X.
    epsilon : float
        Radius of the ball, in the units of X.
    norm : {"inf", 2}, default="inf"
        Whether it bounds the change of each number, or the Euclidean length of the changes of a
        sample.
    target : class label or array-like of shape (n_samples,), default=None
        What predictions are to become, in place of ``y``.
    bounds : (float, float), "auto" or None, default="auto"
        Least and greatest number of the result. "auto" is the range of X in the fit where the
        estimator knows it, as those of images do; None for no bounds.
    n_iter : int, default=20
        Steps.
    step_size : float or None, default=None
        Length of a step; None for 2.5 times ``epsilon`` over ``n_iter``.
    random_start : bool, default=True
        Start anywhere in the ball, rather than at X.
    random_state : int, RandomState instance or None, default=None
        Of the start.

    Returns
    -------
    adversarial : ndarray of the shape of X
        In the dtype of the network.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        For an unknown class, X of another shape than in the fit, or both ``y`` and ``target``.

    References
    ----------
    .. [1] Madry, A., Makelov, A., Schmidt, L., Tsipras, D. and Vladu, A. (2018). Towards deep
       learning models resistant to adversarial attacks. ICLR. :arxiv:`1706.06083`
    """
    owner = "projected_gradient"
    epsilon = check_number(owner, "epsilon", epsilon, least=0)
    n_iter, random = check_whole(owner, "n_iter", n_iter), check_random_state(random_state)
    if not isinstance(random_start, bool | np.bool_):
        raise ValueError(f"{owner}: random_start={random_start!r} must be True or False")
    if step_size is None:
        step_size = 2.5 * epsilon / n_iter
    step_size = check_number(owner, "step_size", step_size, least=0)
    attacked = Attacked(estimator, X, y, target, norm, owner)
    low, high = bounds_for(attacked, bounds, owner)
    X = attacked.X
    change = np.zeros(X.shape)
    if random_start:
        change = random.uniform(-1, 1, X.shape)
        if norm == 2:
            lengths = random.uniform(size=(len(X), *[1] * (X.ndim - 1))) ** (1 / X[:1].size)
            change = lengths * of_length_one(random.standard_normal(X.shape), norm)
        change *= epsilon
    best, most = X, attacked.losses(X)
    for step in range(n_iter + 1):
        near = np.clip(X + in_ball(change, epsilon, norm), low, high).astype(X.dtype)
        losses = attacked.losses(near)
        better = losses > most
        best = np.where(better.reshape(-1, *[1] * (X.ndim - 1)), near, best)
        most = np.maximum(losses, most)
        if step < n_iter:
            change = near - X + step_size * of_length_one(attacked.ascent(near), norm)
    return best
