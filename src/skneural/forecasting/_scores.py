"""Scores of a forecaster on successive parts of a series."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.model_selection import TimeSeriesSplit, check_cv

from .._user_warnings import warn_user
from .._whole_numbers import is_whole
from ._series import read_exog, read_series
from ._times import check_same_times
from ._windows import check_exog_length

_OWNER = "forecast_score"


def forecast_score(
    forecaster: Any,
    y: ArrayLike,
    *,
    exog: ArrayLike | None = None,
    cv: Any = None,
) -> np.ndarray:
    """Fit a forecaster on parts of a series, and score its forecasts of later parts.

    As :func:`~sklearn.model_selection.cross_val_score` does for other estimators, but it warns of
    splits that leak, and values in a gap between the parts are known when those after it are
    forecast.

    Parameters
    ----------
    forecaster : WindowForecaster, or a search over one
        It is cloned.
    y : array-like of shape (n_values,)
        The series, oldest value first.
    exog : array-like of shape (n_values, n_exog), default=None
        Exogenous columns.
    cv : int, splitter or iterable, default=None
        A splitter, such as :class:`~sklearn.model_selection.TimeSeriesSplit`, or pairs of places to
        fit on and places to forecast. A number is that of the splits of a `TimeSeriesSplit`; `None`
        is 5.

    Returns
    -------
    scores : ndarray of shape (n_splits,)
        Minus the root mean squared error on each split, see `WindowForecaster.score`.

    Raises
    ------
    TypeError
        If it is no forecaster.

    Warns
    -----
    UserWarning
        If values to forecast do not all come after those of the fit, as with
        ``KFold(shuffle=True)``.

    Examples
    --------
    >>> import numpy as np
    >>> from skneural.forecasting import WindowForecaster, forecast_score
    >>> y = np.sin(np.arange(200) / 3)
    >>> scores = forecast_score(WindowForecaster(window=10), y, cv=3)
    >>> scores.shape, bool(scores.mean() > -0.1)
    ((3,), True)
    """
    if not hasattr(getattr(forecaster, "estimator", forecaster), "rolling_forecast"):
        raise TypeError(
            f"{_OWNER}: forecaster={forecaster!r} is no forecaster; put a regressor into a"
            " WindowForecaster"
        )
    values, columns = read_series(y, _OWNER), None
    if exog is not None:
        columns = read_exog(exog, _OWNER)
        check_exog_length(len(columns), len(values), _OWNER)
        check_same_times(y, exog, _OWNER)
    splits = _splits(cv, values)
    if not all(_is_in_order(fit, held) for fit, held in splits):
        shown = f"cv={cv}" if hasattr(cv, "split") else "cv"
        warn_user(
            f"{_OWNER}: {shown} leaks: values to forecast lie before or between those of the fit,"
            " so scores are too good or without meaning; use TimeSeriesSplit"
        )
    return np.array([_score(clone(forecaster), values, columns, *split) for split in splits])


def _splits(cv: Any, y: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    if cv is None or is_whole(cv):
        cv = TimeSeriesSplit(5 if cv is None else int(cv))
    pairs = check_cv(cv).split(y)
    return [(np.asarray(fit), np.asarray(held)) for fit, held in pairs]


def _is_in_order(fit: np.ndarray, held: np.ndarray) -> bool:
    """Whether both parts are without gaps, and the held-out one comes later."""
    steps = np.concatenate([np.diff(fit), np.diff(held)])
    return bool((steps == 1).all() and held[0] > fit[-1])


def _score(
    forecaster: Any, y: np.ndarray, exog: np.ndarray | None, fit: np.ndarray, held: np.ndarray
) -> float:
    """Return the score of forecasts of held-out values, those in a gap before them being known."""
    forecaster.fit(y[fit], None if exog is None else exog[fit])
    gap = np.arange(fit[-1] + 1, held[0])
    if not len(gap):
        return float(forecaster.score(y[held], None if exog is None else exog[held]))
    forecaster = getattr(forecaster, "best_estimator_", forecaster)
    later = np.concatenate([gap, held])
    forecasts = forecaster.rolling_forecast(y[later], None if exog is None else exog[later])
    actual = sliding_window_view(y[later], forecasts.shape[1])
    return -float(np.sqrt(np.mean((actual - forecasts)[len(gap) :] ** 2)))
