"""Attributions by gradients: which numbers of X an output comes from."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_random_state

from .._user_warnings import warn_user
from ._arguments import check_number, check_whole
from ._scored import Scored, baseline_for

_MOST_STEPS = 16  # times the first number of steps of a sample, after which none is halved
_CAUTION = 4  # steps may be wrong by this part of their share of what is allowed
_SETTLED = 0.9  # share of what is allowed by which all steps may be wrong
_ROUNDING = 64  # by how much sums of a network are wrong, as a multiple of its dtype's precision


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
        Attributions add up to the change of the output within this share of it, or of the output
        (at most 1) where that is more, but no closer than the network's dtype can tell: the outputs
        are taken as rounded to 64 units in the last place of the sum of all attributions' sizes.
        Steps are halved where the output does not change as the gradient in the middle says. None
        takes all steps as they are.

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
        If attributions do not add up when steps are short, as where the output jumps.

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
    path = _Path(scored, start)
    first, last = scored.scores(start), scored.scores(scored.X)
    allowed = np.full(len(scored.X), np.inf)
    if tol is not None:
        size = np.minimum(np.maximum(np.abs(first), np.abs(last)), 1)
        allowed = np.maximum(tol * np.maximum(np.abs(last - first), size), path.rounding())
    edges, n_rows = np.linspace(0, 1, n_steps + 1), len(scored.X)
    steps = _Steps(
        np.repeat(np.arange(n_rows), n_steps), np.tile(edges[:-1], n_rows),
        np.tile(edges[1:], n_rows),
    )
    while len(steps.rows):
        steps = path.add(steps, allowed, _MOST_STEPS * n_steps).halved()
    found = path.attributions()
    wrong = np.abs(found.reshape(n_rows, -1).sum(axis=1) - (last - first)) > allowed
    if wrong.any():
        warn_user(
            f"{owner}: attributions of {np.count_nonzero(wrong)} of {n_rows} samples do not add up"
            f" to the change of the output within tol={tol:g}; it may jump between baseline and X,"
            " or be too large for float32"
        )
    return found.astype(scored.X.dtype)


class _Steps(NamedTuple):
    """Steps along the path of some samples, from one share of it to another: each (n_steps,)."""

    rows: np.ndarray
    begins: np.ndarray
    ends: np.ndarray

    def halved(self) -> _Steps:
        """Return both halves of each step."""
        middles = (self.begins + self.ends) / 2
        return _Steps(
            np.tile(self.rows, 2), np.concatenate([self.begins, middles]),
            np.concatenate([middles, self.ends]),
        )  # fmt: skip


class _Path:
    """The straight line from a baseline to X, with the mean gradient along what was added of it."""

    def __init__(self, scored: Scored, start: np.ndarray):
        self._scored, self._start = scored, start
        self._way = scored.X.astype(np.float64) - start
        self._mean = np.zeros(scored.X.shape, np.float64)
        self._missed = np.zeros(len(scored.X))  # by what was added, of the change of the output

    def add(self, steps: _Steps, allowed: np.ndarray, most: int) -> _Steps:
        """Add the gradients of steps; return those left out, to be halved.

        Parameters
        ----------
        steps : _Steps
        allowed : ndarray of shape (n_samples,)
            By how much all attributions of a sample may miss the change of its output. Steps that
            have no more than their share of it are added, and the others too once all together
            miss no more.
        most : int
            A sample with more steps than these has all of them added.
        """
        others, left, n_rows = np.zeros_like(self._mean), [np.empty(0, np.int64)], len(self._way)
        counts, missed = np.bincount(steps.rows, minlength=n_rows), self._missed.copy()
        for low in range(0, len(steps.rows), self._scored.at_once):
            part = _Steps(*(each[low : low + self._scored.at_once] for each in steps))
            rows, gradients = part.rows, self._gradients(part)
            expected = (gradients * self._way[rows]).reshape(len(rows), -1).sum(axis=1)
            gaps = self._scores(rows, part.ends) - self._scores(rows, part.begins) - expected
            done = np.abs(gaps) <= allowed[rows] / (_CAUTION * counts[rows])
            np.add.at(self._mean, rows[done], gradients[done])
            np.add.at(others, rows[~done], gradients[~done])
            np.add.at(self._missed, rows[done], gaps[done])
            np.add.at(missed, rows, gaps)
            left.append(low + np.flatnonzero(~done))
        settled = (np.abs(missed) <= _SETTLED * allowed) | (counts > most)
        self._mean[settled] += others[settled]
        places = np.concatenate(left)
        return _Steps(*(each[places[~settled[steps.rows[places]]]] for each in steps))

    def rounding(self) -> np.ndarray:
        """Return by how much changes of the output may be rounded: (n_samples,)."""
        rows = np.arange(len(self._way))
        terms = self._gradients(_Steps(rows, np.zeros(len(rows)), np.ones(len(rows)))) * self._way
        sizes = np.abs(terms).reshape(len(rows), -1).sum(axis=1)
        return _ROUNDING * np.finfo(self._scored.X.dtype).eps * sizes

    def attributions(self) -> np.ndarray:
        """Return the mean gradient times the way, in the shape of X, float64."""
        return self._mean * self._way

    def _gradients(self, steps: _Steps) -> np.ndarray:
        """Return the gradients in the middle of steps times their lengths, float64."""
        middles = (steps.begins + steps.ends) / 2
        found = self._scored.gradients(self._at(steps.rows, middles), steps.rows)
        return found.astype(np.float64) * self._columns(steps.ends - steps.begins)

    def _scores(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        return self._scored.scores(self._at(rows, places), rows)

    def _at(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Return samples at some shares of their way."""
        found = self._start[rows] + self._columns(places) * self._way[rows]
        return found.astype(self._scored.X.dtype)

    def _columns(self, numbers: np.ndarray) -> np.ndarray:
        """Return a number for each sample in the dimensions of X."""
        return numbers.reshape(-1, *[1] * (self._way.ndim - 1))


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
