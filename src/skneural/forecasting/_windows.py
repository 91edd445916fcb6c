"""Windows over a series: the rows that a regressor learns to forecast from."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from .._whole_numbers import is_whole, wanted
from ._series import read_exog, read_series
from ._times import check_same_times

_OWNER = "windows"


def windows(
    y: ArrayLike,
    window: int,
    horizon: int = 1,
    exog: ArrayLike | None = None,
    *,
    ahead: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return each window of a series, and the values that follow it.

    Rows are in the order of time and overlap, so split them by a
    :class:`~sklearn.model_selection.TimeSeriesSplit` with ``gap=horizon - 1``. A splitter that
    shuffles puts the values to forecast, or their neighbours, among the rows of the fit: the
    scores leak and are too good. A regressor cannot tell; `forecast_score` warns of it.

    Parameters
    ----------
    y : array-like of shape (n_values,)
        The series, oldest value first.
    window : int
        Number of values that a forecast is made from.
    horizon : int, default=1
        Number of values to forecast.
    exog : array-like of shape (n_values, n_exog), default=None
        Exogenous columns, known at each step, as further features of the window's steps.
    ahead : int, default=0
        By how many steps the rows of `exog` are ahead of the values beside them, at most
        `horizon`. With 0 a window holds the exogenous values of its own steps; with `horizon` its
        last step holds those of the last value to forecast.

    Returns
    -------
    X : ndarray of shape (n_windows, window, 1 + n_exog), float64
        A step a row, oldest first; the value comes before the exogenous columns.
        ``X.reshape(len(X), -1)`` suits regressors that take rows.
    y : ndarray of shape (n_windows, horizon), float64
        The values after each window; ``n_windows = n_values - window - horizon + 1``.

    Raises
    ------
    ValueError
        If the series is too short, has NaN or infinite values, or its pandas index is unsorted or
        has duplicates; or if `exog` has another length.

    Examples
    --------
    >>> from skneural.forecasting import windows
    >>> X, y = windows([1, 2, 3, 4, 5], window=3)
    >>> X[:, :, 0].tolist(), y.tolist()
    ([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]], [[4.0], [5.0]])
    """
    for name, value in {"window": window, "horizon": horizon}.items():
        if not is_whole(value):
            raise ValueError(f"{_OWNER}: {name}={value!r} must be {wanted([value])}")
    if not (is_whole(ahead, least=0) and ahead <= horizon):
        raise ValueError(f"{_OWNER}: ahead={ahead!r} must be an integer from 0 to {horizon=}")
    values = read_series(y, _OWNER)
    check_long_enough(len(values), _OWNER, window=window, horizon=horizon)
    columns = None
    if exog is not None:
        columns = read_exog(exog, _OWNER)
        check_exog_length(len(columns), len(values), _OWNER)
        check_same_times(y, exog, _OWNER)
    return cut(values, columns, window, horizon, ahead)


def cut(
    y: np.ndarray, exog: np.ndarray | None, window: int, horizon: int, ahead: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the windows of checked numbers, see `windows`."""
    past, targets = sliding_window_view(y, window)[:-horizon], sliding_window_view(y, horizon)
    if exog is None:
        return past[:, :, None].copy(), targets[window:].copy()
    beside = sliding_window_view(exog, window, axis=0)[ahead : ahead + len(past)]
    return joined(past, beside.transpose(0, 2, 1)), targets[window:].copy()


def joined(past: np.ndarray, exog: np.ndarray | None) -> np.ndarray:
    """Return values (n, window) and exogenous columns (n, window, n_exog) as one array."""
    values = past[:, :, None]
    return values if exog is None else np.concatenate([values, exog], axis=2)


def counted(count: int, noun: str) -> str:
    """Return a number and what it counts."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def check_exog_length(n_rows: int, n_values: int, owner: str) -> None:
    """Raise a ValueError unless `exog` has a row for each value of y."""
    if n_rows != n_values:
        raise ValueError(
            f"{owner}: exog has {counted(n_rows, 'row')}, y has"
            f" {counted(n_values, 'value')}; each needs its row"
        )


def check_long_enough(n_values: int, owner: str, **needed: int) -> None:
    """Raise a ValueError if a series is shorter than the sum of what is needed.

    Parameters
    ----------
    n_values : int
    owner : str
    **needed : int
        Values by what needs them: ``window=24, horizon=1``; those that need none are not shown.
    """
    total = sum(needed.values())
    if n_values < total:
        parts = " + ".join(f"{name} {count}" for name, count in needed.items() if count)
        raise ValueError(f"{owner}: {counted(n_values, 'value')}, {parts} needs {total}")
