"""Attributions by occlusion: how an output changes when a part of X is covered."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._whole_numbers import is_whole
from ._attributions import baseline_for
from ._scored import Scored

_OWNER = "occlusion"
Window = tuple[slice, ...]


def occlusion(
    estimator: Any, X: ArrayLike, target: Any = None, *, window: int | tuple[int, ...] | None = None,
    strides: int | tuple[int, ...] = 1, baseline: ArrayLike = 0.0,
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
        Height and width of the window in an image, steps in a series, columns of a table. Channels
        are covered together. None for about a tenth of an image or a series, and one column.
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
    .. [1] Zeiler, M. D. and Fergus, R. (2014). Visualizing and understanding convolutional networks.
       ECCV. :arxiv:`1311.2901`
    """
    scored = Scored(estimator, X, target, _OWNER)
    covered = baseline_for(scored.X, baseline, _OWNER)
    shape = _places(scored)
    axes = len(shape) if len(shape) == 1 else len(shape) - 1
    sizes = _sizes("window", _default(shape) if window is None else window, shape[:axes])
    steps = _sizes("strides", strides, None if window is None else shape[:axes], axes)
    samples, hidden = (each.reshape(-1, *shape) for each in (scored.X, covered))
    before = scored.scores(scored.X)
    total, counts = np.zeros(samples.shape, np.float64), np.zeros(shape, np.int64)
    windows = list(_windows(shape[:axes], sizes, steps))
    together = max(1, scored.at_once // max(1, len(windows)))
    for low in range(0, len(samples), together):
        rows = np.arange(low, min(low + together, len(samples)))
        for part in np.array_split(np.arange(len(windows)), -(-len(windows) * len(rows) // scored.at_once)):
            changed = np.repeat(samples[rows, None], len(part), axis=1)
            for place, number in enumerate(part):
                changed[:, place][:, *windows[number]] = hidden[rows][:, *windows[number]]
            flat = changed.reshape(-1, *scored.X.shape[1:])
            after = scored.scores(flat, np.repeat(rows, len(part))).reshape(len(rows), len(part))
            for place, number in enumerate(part):
                fall = (before[rows] - after[:, place]).reshape(-1, *[1] * len(shape))
                total[rows[0] : rows[-1] + 1, *windows[number]] += fall
    for where in windows:
        counts[where] += 1
    found = total / np.maximum(counts, 1)
    return found.reshape(scored.X.shape).astype(scored.X.dtype)


def _places(scored: Scored) -> tuple[int, ...]:
    """Return the shape in which a sample is covered: that of the network for flat images."""
    given, read = scored.X.shape[1:], scored.estimator._samples().shape
    if len(given) == 1 and int(np.prod(read)) == given[0]:
        return read
    return (*given, 1) if len(read) == len(given) + 1 and read[-1] == 1 else given


def _default(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the size of the window where none is given."""
    return (1,) if len(shape) == 1 else tuple(max(1, round(size / 10)) for size in shape[:-1])


def _sizes(
    name: str, value: Any, most: tuple[int, ...] | None, n_axes: int | None = None
) -> tuple[int, ...]:
    """Return a whole number for each axis.

    Raises
    ------
    ValueError
    """
    n_axes = len(most) if most is not None else (n_axes or 1)
    sizes = tuple(value) if isinstance(value, (tuple, list)) else (value,) * n_axes
    limits = most if most is not None else (None,) * n_axes
    if len(sizes) != n_axes or not all(map(is_whole, sizes)) or any(
        limit is not None and size > limit for size, limit in zip(sizes, limits, strict=True)
    ):
        where = f" that fits into {most}" if most is not None else ""
        raise ValueError(
            f"{_OWNER}: {name}={value!r} must be a whole number above 0, or {n_axes} of them,{where}"
        )
    return tuple(int(size) for size in sizes)


def _windows(
    shape: tuple[int, ...], sizes: tuple[int, ...], steps: tuple[int, ...]
) -> Iterator[Window]:
    """Yield where the window stands, the last time at the end of each axis."""
    begins = []
    for length, size, step in zip(shape, sizes, steps, strict=True):
        last = length - size
        begins.append(sorted({*range(0, last + 1, step), last}))
    for corner in product(*begins):
        yield tuple(slice(at, at + size) for at, size in zip(corner, sizes, strict=True))
