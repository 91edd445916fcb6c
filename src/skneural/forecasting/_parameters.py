"""The parameters of forecasters, and what they mean for a fit."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, Literal

from sklearn.base import is_classifier
from sklearn.linear_model import Ridge
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions

from .._parameters import parameter, parameter_group

_COUNT = Interval(Integral, 1, None, closed="left")


@parameter_group
class ForecasterParameters:
    """Parameters of `WindowForecaster`."""

    regressor: Any = parameter(
        default=None, constraint=[HasMethods(["fit", "predict", "get_params"]), None],
        kw_only=False, text="""estimator or None
        A regressor of scikit-learn's interface: a network, a linear model, trees, a pipeline.
        `None` is ``Ridge()``, a linear autoregression.""")
    window: int = parameter(default=24, constraint=[_COUNT], kw_only=False, text="""int
        Number of past values, or of their changes, that a forecast is made from.""")
    horizon: int = parameter(default=1, constraint=[_COUNT], kw_only=False, text="""int
        Number of steps that `predict` forecasts if it is given no other, and that `score`
        measures.""")
    strategy: str = parameter(
        default="recursive", constraint=[StrOptions({"recursive", "direct", "multioutput"})],
        text="""{"recursive", "direct", "multioutput"}
        How more than one step is forecast [1]_. "recursive" fits one regressor for the next step
        and feeds its forecasts back, for any horizon; "direct" fits a regressor for each step;
        "multioutput" fits one with an output for each. The last two forecast up to `horizon`.""")
    differences: int = parameter(
        default=0, constraint=[Interval(Integral, 0, None, closed="left")], text="""int
        Order of the differences that are forecast instead of values; 1 for a series with a
        trend.""")
    seasonality: int | None = parameter(default=None, constraint=[_COUNT, None],
        text="""int or None
        Period of a seasonal difference, such as 12 for monthly values.""")
    log: bool = parameter(default=False, constraint=["boolean"], text="""bool
        Whether logarithms are forecast, for positive values whose variation grows with their
        level. Forecasts are then medians rather than means.""")
    standardize: bool = parameter(default=True, constraint=["boolean"], text="""bool
        Whether what is forecast, and each exogenous column, is given to the regressor with mean 0
        and standard deviation 1 over the series of the fit.""")
    as_series: bool | Literal["auto"] = parameter(
        default="auto", constraint=["boolean", StrOptions({"auto"})], text="""bool or "auto"
        Whether the regressor gets windows as series (n_windows, window, features), or as rows
        (n_windows, window * features), oldest step first. "auto" is True if the regressor has a
        parameter `series_shape`, as `RecurrentRegressor` has.""")
    calibration: float | None = parameter(
        default=None,
        constraint=[
            Interval(Real, 0, 1, closed="neither"), Interval(Integral, 1, None, closed="left"), None
        ],
        text="""int, float in (0, 1) or None
        Number or share of the last values whose forecasts, by a regressor fitted on those before,
        give the errors for `predict_interval`; forecasts come from a second one, fitted on all.
        `None` takes the errors on the series of the fit, without another fit: they are too small
        for a regressor that overfits.""")


def chosen_regressor(regressor: Any, owner: str) -> Any:
    """Return the regressor to clone; raise a TypeError for a class or a classifier."""
    if isinstance(regressor, type):
        raise TypeError(f"{owner}: regressor={regressor!r} is a class; give an instance")
    if regressor is not None and is_classifier(regressor):
        raise TypeError(f"{owner}: regressor={regressor!r} is a classifier; give a regressor")
    return Ridge() if regressor is None else regressor


def takes_series(as_series: bool | str, regressor: Any) -> bool:
    """Return whether a regressor gets windows as series."""
    if as_series == "auto":
        return "series_shape" in regressor.get_params(deep=False)
    return bool(as_series)


def count_held_out(calibration: float | None, n_values: int) -> int:
    """Return how many of the last values are held out to measure errors."""
    if calibration is None:
        return 0
    if isinstance(calibration, Integral):
        return int(calibration)
    return math.ceil(calibration * n_values)
