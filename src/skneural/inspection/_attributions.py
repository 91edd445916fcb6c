"""Attributions by gradients: which numbers of X an output comes from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from .._user_warnings import warn_user
from ._arguments import check_number, check_whole
from ._scored import Scored

_MOST_HALVINGS = 12  # of a step along the path


def gradient_times_input(
    estimator: Any, X: ArrayLike, target: Any = None, *, baseline: ArrayLike = 0.0
) -> np.ndarray:
    """Return each number of X, less the baseline's, times the gradient of an output by it.

    For a linear model these are the terms of the output (Shrikumar et al. 2016).

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    target : class label, int or array-like of shape (n_samples,), default=None
        As of `input_gradient`: None for the predicted class, or the only output.
    baseline : float or array-like that broadcasts to X, default=0.0
        What stands for the absence of a feature.

    Returns
    -------
    attributions : ndarray of the shape of X

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If X has another shape than in the fit, or the target is no class or output.

    References
    ----------
    .. [1] Shrikumar, A., Greenside, P., Shcherbina, A. and Kundaje, A. (2016). Not just a black
       box: learning important features through propagating activation differences.
       :arxiv:`1605.01713`
    """
    owner = "gradient_times_input"
    scored = Scored(estimator, X, target, owner)
    start = baseline_for(scored.X, baseline, owner)
    return scored.gradients(scored.X) * (scored.X - start)


def integrated_gradients(
    estimator: Any, X: ArrayLike, target: Any = None, *, baseline: ArrayLike = 0.0,
    n_steps: int = 32, tol: float | None = 1e-3,
) -> np.ndarray:  # fmt: skip
    """Return the share of each number of X in how an output changes from a baseline to X.

    The gradients on the straight line from the baseline to X are integrated (Sundararajan et al.
    2017), so that attributions add up to the difference of the two outputs.

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    target : class label, int or array-like of shape (n_samples,), default=None
        As of `input_gradient`: None for the predicted class, or the only output.
    baseline : float or array-like that broadcasts to X, default=0.0
        Where the line begins: what stands for the absence of a feature.
    n_steps : int, default=32
        Steps that the line is divided into; the gradient is that in the middle of each.
    tol : float or None, default=1e-3
        Steps are halved as long as the sum of their attributions differs from the change of the
        output by more than this share of the whole change. None takes all steps as they are.

    Returns
    -------
    attributions : ndarray of the shape of X

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If X has another shape than in the fit, or the target is no class or output.

    Warns
    -----
    UserWarning
        If steps were still to be halved after twelve times, as where the output jumps.

    References
    ----------
    .. [1] Sundararajan, M., Taly, A. and Yan, Q. (2017). Axiomatic attribution for deep networks.
       ICML. :arxiv:`1703.01365`
    """
    owner = "integrated_gradients"
    n_steps = check_whole(owner, "n_steps", n_steps)
    tol = None if tol is None else check_number(owner, "tol", tol, above=0)
    scored = Scored(estimator, X, target, owner)
    start = baseline_for(scored.X, baseline, owner)
    path, mean = scored.X - start, np.zeros(scored.X.shape, np.float64)

    def at(rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        shares = places.reshape(-1, *[1] * (path.ndim - 1))
        return (start[rows] + shares * path[rows]).astype(path.dtype)

    first, last = scored.scores(start), scored.scores(scored.X)
    noise = 64 * np.finfo(path.dtype).eps * (np.abs(first) + np.abs(last))
    allowed = None if tol is None else tol * np.abs(last - first) + noise
    edges = np.linspace(0, 1, n_steps + 1)
    rows = np.repeat(np.arange(len(path)), n_steps)
    begins, ends = np.tile(edges[:-1], len(path)), np.tile(edges[1:], len(path))
    for halving in range(_MOST_HALVINGS + 1):
        again = []
        for low in range(0, len(rows), scored.at_once):
            part = slice(low, low + scored.at_once)
            row, begin, end = rows[part], begins[part], ends[part]
            middle = (begin + end) / 2
            slopes = scored.gradients(at(row, middle), row).astype(np.float64)
            width = (end - begin).reshape(-1, *[1] * (path.ndim - 1))
            done = np.ones(len(row), bool)
            if allowed is not None:
                sums = (slopes * width * path[row]).reshape(len(row), -1).sum(axis=1)
                change = scored.scores(at(row, end), row) - scored.scores(at(row, begin), row)
                done = np.abs(change - sums) <= allowed[row] * (end - begin) + noise[row]
            if halving == _MOST_HALVINGS:
                if not done.all():
                    warn_user(
                        f"{owner}: attributions of {len(np.unique(row[~done]))} samples do not add"
                        f" up to the difference of outputs within tol={tol:g}; the output may jump"
                        " between the baseline and X"
                    )
                done[:] = True
            np.add.at(mean, row[done], (slopes * width)[done])
            again.append((row[~done], begin[~done], middle[~done], end[~done]))
        parts = [np.concatenate(each) for each in zip(*again, strict=True)]
        if not parts or not len(parts[0]):
            break
        row, begin, middle, end = parts
        rows = np.concatenate([row, row])
        begins, ends = np.concatenate([begin, middle]), np.concatenate([middle, end])
    return (mean * path).astype(path.dtype)


def smooth_gradient(
    estimator: Any, X: ArrayLike, target: Any = None, *, noise: float = 0.15, n_samples: int = 50,
    random_state: Any = None,
) -> np.ndarray:  # fmt: skip
    """Return the mean gradient of an output over noisy copies of X: SmoothGrad.

    Gradients of images fluctuate from pixel to pixel; their mean over the neighborhood of X does
    less so (Smilkov et al. 2017).

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers.
    X : array-like of shape (n_samples, ...)
        The input data.
    target : class label, int or array-like of shape (n_samples,), default=None
        As of `input_gradient`: None for the predicted class of X without noise, or the only output.
    noise : float, default=0.15
        Standard deviation of the noise, as a share of the range of a sample's numbers.
    n_samples : int, default=50
        Noisy copies of each sample.
    random_state : int, RandomState instance or None, default=None
        Of the noise.

    Returns
    -------
    attributions : ndarray of the shape of X

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If X has another shape than in the fit, or the target is no class or output.

    References
    ----------
    .. [1] Smilkov, D., Thorat, N., Kim, B., Viegas, F. and Wattenberg, M. (2017). SmoothGrad:
       removing noise by adding noise. :arxiv:`1706.03825`
    """
    owner = "smooth_gradient"
    n_samples = check_whole(owner, "n_samples", n_samples)
    noise, random = check_number(owner, "noise", noise, least=0), check_random_state(random_state)
    scored = Scored(estimator, X, target, owner)
    X, axes = scored.X, tuple(range(1, scored.X.ndim))
    deviation = noise * (X.max(axes, keepdims=True) - X.min(axes, keepdims=True))
    total = np.zeros(X.shape, np.float64)
    for _ in range(n_samples):
        noisy = X + deviation * random.standard_normal(X.shape)
        total += scored.gradients(noisy.astype(X.dtype))
    return (total / n_samples).astype(X.dtype)


def baseline_for(X: np.ndarray, baseline: Any, owner: str) -> np.ndarray:
    """Return a baseline in the shape of X.

    Raises
    ------
    ValueError
        If it has another shape, or numbers that are not finite.
    """
    try:
        values = np.asarray(baseline, X.dtype)
        found = np.broadcast_to(values, X.shape)
    except (TypeError, ValueError):
        raise ValueError(
            f"{owner}: baseline={str(baseline)[:40]} must be a number, or numbers in the shape"
            f" {X.shape[1:]} of a sample or {X.shape} of X"
        ) from None
    if not np.isfinite(values).all():
        raise ValueError(f"{owner}: baseline has NaN or infinite numbers; give finite ones")
    return found
