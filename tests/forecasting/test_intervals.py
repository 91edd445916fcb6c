"""Prediction intervals: the residuals that they are made of, and how often they are right."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.tree import DecisionTreeRegressor

from skneural.forecasting import WindowForecaster
from skneural.forecasting._intervals import error_bounds


def make_series(n, seed):
    """An autoregression whose best forecasts have errors of a standard deviation of 1."""
    random = np.random.RandomState(seed)
    y = np.zeros(n)
    for step, noise in enumerate(random.normal(size=n)):
        y[step] = 0.8 * y[step - 1] + noise
    return y


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("calibration", [None, 30, 0.25])
def test_residuals_are_errors_of_rolling_forecasts(log, calibration):
    y = np.exp(make_series(120, 0) / 5)
    n_held = {None: 0, 30: 30, 0.25: 30}[calibration]
    model = WindowForecaster(
        LinearRegression(), 4, 3, differences=1, log=log, calibration=calibration
    ).fit(y)
    if n_held:
        earlier = WindowForecaster(LinearRegression(), 4, 3, differences=1, log=log).fit(y[:-30])
        forecasts = earlier.rolling_forecast(y[-30:])
    else:
        forecasts = np.array([model.predict(y=y[:origin]) for origin in range(5, 118)])
    first = 120 - len(forecasts) - 2
    actual = np.array([y[first + i : first + i + 3] for i in range(len(forecasts))])
    levels = np.log if log else np.array
    np.testing.assert_allclose(model.residuals(), levels(actual) - levels(forecasts), atol=1e-9)


@pytest.mark.parametrize("strategy", ["recursive", "direct", "multioutput"])
@pytest.mark.parametrize("calibration", [None, 30])
def test_residuals_with_exogenous_columns(strategy, calibration):
    y, exog = make_series(100, 0), make_series(100, 1)
    parameters = {"window": 4, "horizon": 3, "strategy": strategy}
    model = WindowForecaster(**parameters, calibration=calibration).fit(y, exog)
    first, earlier = 4, model
    if calibration:
        first, earlier = 70, WindowForecaster(**parameters).fit(y[:70], exog[:70])
    for horizon in (2, 3):
        origins = range(first, 100 - (3 if strategy == "multioutput" else horizon) + 1)
        forecasts = [earlier.predict(horizon, exog, y=y[:origin]) for origin in origins]
        actual = [y[origin : origin + horizon] for origin in origins]
        expected = np.array(actual) - np.array(forecasts)
        np.testing.assert_allclose(model.residuals(horizon), expected, atol=1e-12)


def test_the_regressor_is_fitted_on_all_values_in_the_end():
    y = make_series(100, 0)
    model = WindowForecaster(LinearRegression(), 4)
    expected = model.fit(y).predict(5)
    np.testing.assert_array_equal(model.set_params(calibration=20).fit(y).predict(5), expected)


@pytest.mark.parametrize("log", [False, True])
def test_intervals_are_forecasts_and_order_statistics(log):
    y = np.exp(make_series(150, 1) / 5)
    model = WindowForecaster(LinearRegression(), 4, 2, log=log).fit(y)
    bounds = model.predict_interval(coverage=0.8)
    ordered, n = np.sort(model.residuals(), axis=0), len(model.residuals())
    lower, upper = math.floor((n + 1) * 0.1), math.ceil((n + 1) * 0.9)
    for step in range(2):
        errors = ordered[[lower - 1, upper - 1], step]
        forecast = model.predict()[step]
        expected = forecast * np.exp(errors) if log else forecast + errors
        np.testing.assert_allclose(bounds[step], expected, rtol=1e-12)


@pytest.mark.parametrize(("coverage", "n"), [(0.9, 19), (0.8, 9), (0.5, 3), (0.95, 39)])
def test_the_fewest_residuals_give_their_extremes(coverage, n):
    residuals = np.random.RandomState(0).normal(size=(n, 2))
    bounds = error_bounds(residuals, coverage, "owner")
    np.testing.assert_array_equal(bounds.T, [residuals.min(axis=0), residuals.max(axis=0)])
    with pytest.raises(ValueError, match=f"owner: coverage={coverage} needs .* {n} .* are {n - 1}"):
        error_bounds(residuals[1:], coverage, "owner")


def share_inside(regressor, calibration, horizon=1, coverage=0.8):
    """How many of the values after 40 series are inside their intervals."""
    inside = []
    for seed in range(40):
        y = make_series(300 + 5 * horizon, seed)
        model = WindowForecaster(regressor, 3, horizon, calibration=calibration).fit(y[:300])
        for origin in range(300, len(y), horizon):
            lower, upper = model.predict_interval(y=y[:origin], coverage=coverage).T
            values = y[origin : origin + horizon]
            inside.extend((lower <= values) & (values <= upper))
    return np.mean(inside)


@pytest.mark.parametrize("horizon", [1, 4])
def test_they_cover_as_much_as_they_say(horizon):
    assert share_inside(LinearRegression(), None, horizon) == pytest.approx(0.8, abs=0.06)


def test_a_tree_that_knows_its_series_by_heart_needs_calibration():
    tree = DecisionTreeRegressor(random_state=0)
    assert share_inside(tree, None) < 0.1
    assert share_inside(tree, 100) == pytest.approx(0.8, abs=0.06)


def test_steps_further_ahead_are_less_certain():
    model = WindowForecaster(LinearRegression(), 3).fit(make_series(500, 0))
    widths = np.diff(model.predict_interval(6))[:, 0]
    assert widths[-1] > 1.3 * widths[0]


def test_errors_say_what_to_do(raises_unchanged):
    model = WindowForecaster(LinearRegression(), 3, 2).fit(make_series(20, 0))
    raises_unchanged(
        model, ["coverage=0.9 needs the residuals of 19 forecasts, there are 16"],
        "predict_interval",
    )
    raises_unchanged(
        model, ["coverage=1.5 must be between 0 and 1"], "predict_interval", coverage=1.5
    )
    raises_unchanged(model, ["coverage='most' must be"], "predict_interval", coverage="most")
    assert model.predict_interval(coverage=0.8).shape == (2, 2)
