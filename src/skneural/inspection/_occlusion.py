"""Attributions by occlusion: how an output changes when a part of X is covered."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._whole_numbers import is_whole
from ..data.series_samples import SeriesSamples
from ._scored import Scored, baseline_for

_OWNER = "occlusion"
Window = tuple[slice, ...]


def occlusion(
    estimator: Any, X: ArrayLike, target: Any = None, *,
    window: int | tuple[int, ...] | None = None, strides: int | tuple[int, ...] = 1,
    baseline: ArrayLike = 0.0,
) -> np.ndarray:  # fmt: skip
    """Return by how much an output falls when the surroundings of a number of X are covered.

    A window with the baseline's numbers is moved over each sample (Zeiler and Fergus 2014). A
    number's attribution is the mean over the windows that cover it. No gradients are needed, but a
    prediction for each window.

    Parameters
    ----------
    estimator : estimator
        Fitted, with layers.
    X : array-like of shape (n_samples, ...)
        The input data. Flat images are taken in the shape in which the network reads them.
    target : class label, int or array-like of shape (n_samples,), default=None
        As of `input_gradient`: None for the predicted class, or the only output.
    window : int or tuple of int, default=None
        Height and width of the window in an image, steps in a series, columns of a table. A tuple
        may have a number for channels, or for the features of a series, too, which are otherwise
        covered together. None for about a tenth of an image or a series, and one column.
    strides : int or tuple of int, default=1
        By how much the window is moved.
    baseline : float or array-like that broadcasts to X, default=0.0
        What a covered number becomes.

    Returns
    -------
    attributions : ndarray of the shape of X
        Positive where covering lowers the output. The same for all channels of a pixel.

    Raises
    ------
    TypeError
        If the estimator has no layers.
    NotFittedError
        If it is not fitted.
    ValueError
        If X has another shape than in the fit, the target is no class or output, or the window does
        not fit into a sample.

    References
    ----------
    .. [1] Zeiler, M. D. and Fergus, R. (2014). Visualizing and understanding convolutional
       networks. ECCV. :arxiv:`1311.2901`
    """
    scored = Scored(estimator, X, target, _OWNER)
    covered = baseline_for(scored.X, baseline, _OWNER)
    shape = _shape_of_samples(scored)
    series = isinstance(scored.estimator._samples(), SeriesSamples)
    n_moved = len(shape) - (len(shape) > 2 or (series and len(shape) == 2))
    windows = _windows(shape, n_moved, window, strides)
    samples, hidden = (each.reshape(-1, *shape) for each in (scored.X, covered))
    falls = np.zeros(samples.shape, np.float64)
    before = scored.scores(scored.X)
    together = max(1, scored.at_once // len(samples)) if len(samples) else 1
    for first in range(0, len(windows), together):
        part = windows[first : first + together]
        changed = np.repeat(samples[None], len(part), axis=0)
        for copy, where in zip(changed, part, strict=True):
            copy[:, *where] = hidden[:, *where]
        rows = np.tile(np.arange(len(samples)), len(part))
        after = scored.scores(changed.reshape(-1, *scored.X.shape[1:]), rows)
        for where, scores in zip(part, after.reshape(len(part), -1), strict=True):
            falls[:, *where] += (before - scores).reshape(-1, *[1] * len(shape))
    counts = np.zeros(shape)
    for where in windows:
        counts[where] += 1
    found = falls / np.maximum(counts, 1)  # windows may leave gaps
    return found.reshape(scored.X.shape).astype(scored.X.dtype)


def _shape_of_samples(scored: Scored) -> tuple[int, ...]:
    """Return the shape in which samples are covered: the network's, unless they have another."""
    given, read = scored.X.shape[1:], scored.estimator._samples().shape
    if len(given) == 1 and math.prod(read) == given[0]:
        return read
    return (*given, 1) if len(read) == len(given) + 1 and read[-1] == 1 else given


def _windows(shape: tuple[int, ...], n_moved: int, window: Any, strides: Any) -> list[Window]:
    """Return where the window stands, the last time at the end of each axis.

    It is moved along the first ``n_moved`` axes at least; behind them are channels or features.

    Raises
    ------
    ValueError
        If it does not fit into a sample.
    """
    if window is None:
        sizes = tuple(max(1, round(size / 10)) for size in shape[:n_moved]) if shape[1:] else (1,)
    else:
        sizes = _numbers("window", window, n_moved, len(shape))
    steps = _numbers("strides", strides, n_moved, len(shape))
    sizes, steps = (*sizes, *shape[len(sizes) :]), (*steps, *[1] * (len(shape) - len(steps)))
    if any(size > most for size, most in zip(sizes, shape, strict=True)):
        raise ValueError(
            f"{_OWNER}: window={window!r} does not fit into a sample of shape {shape}; make it"
            " smaller"
        )
    begins = [
        sorted({*range(0, most - size + 1, step), most - size})
        for most, size, step in zip(shape, sizes, steps, strict=True)
    ]
    return [
        tuple(slice(at, at + size) for at, size in zip(corner, sizes, strict=True))
        for corner in product(*begins)
    ]


def _numbers(name: str, value: Any, least: int, most: int) -> tuple[int, ...]:
    """Return a whole number for each of some axes.

    Raises
    ------
    ValueError
        If these are none, or not as many as there are axes.
    """
    given = tuple(value) if isinstance(value, (tuple, list)) else (value,) * least
    if len(given) not in (least, most) or not all(map(is_whole, given)):
        many = f"{least} or {most}" if least < most else f"{least}"
        raise ValueError(
            f"{_OWNER}: {name}={value!r} must be a whole number from 1 on, or {many} of them"
        )
    return tuple(int(each) for each in given)
