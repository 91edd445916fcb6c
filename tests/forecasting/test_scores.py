"""Scores of successive parts of a series, and the figures reached on real ones."""

import importlib.util
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    ShuffleSplit,
    TimeSeriesSplit,
    cross_val_score,
)

from skneural.forecasting import WindowForecaster, forecast_score


def make_series(n=120, n_exog=0):
    random = np.random.RandomState(0)
    y = np.cumsum(random.normal(size=n))
    return (y, random.normal(size=(n, n_exog))) if n_exog else y


@pytest.mark.parametrize("cv", [None, 3, TimeSeriesSplit(4), TimeSeriesSplit(3, max_train_size=30)])
def test_they_are_scikit_learns_where_nothing_leaks(cv):
    y, exog = make_series(n_exog=2)
    forecaster = WindowForecaster(window=4, horizon=2)
    splitter = TimeSeriesSplit(cv or 5) if cv is None or isinstance(cv, int) else cv
    found = forecast_score(forecaster, y, exog=exog, cv=cv)
    np.testing.assert_allclose(found, cross_val_score(forecaster, y, exog, cv=splitter))
    assert not hasattr(forecaster, "history_")


def test_values_in_a_gap_are_known():
    y = make_series()
    (fit, held), *_ = splits = list(TimeSeriesSplit(3, gap=10).split(y))
    fitted = WindowForecaster(window=4).fit(y[fit])
    known = [fitted.predict(1, y=y[:origin])[0] for origin in held]
    expected = -np.sqrt(np.mean((y[held] - known) ** 2))
    assert forecast_score(WindowForecaster(window=4), y, cv=splits)[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cv", "shown"),
    [
        (KFold(3, shuffle=True, random_state=0), "cv=KFold"),
        (KFold(3), "cv=KFold"),
        (ShuffleSplit(2, random_state=0), "cv=ShuffleSplit"),
        ([(np.arange(50, 90), np.arange(10, 40))], "cv leaks"),
    ],
    ids=["shuffled", "in the middle", "drawn", "before"],
)
def test_splits_that_leak_are_warned_of(cv, shown):
    with pytest.warns(UserWarning, match=f"{shown}.*TimeSeriesSplit") as caught:
        assert np.isfinite(forecast_score(WindowForecaster(window=4), make_series(), cv=cv)).all()
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_splits_in_order_are_not():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forecast_score(WindowForecaster(window=4), make_series(), cv=TimeSeriesSplit(3, gap=2))


def test_a_shuffled_grid_search_is_warned_of_by_the_gaps_it_leaves():
    y = pd.Series(make_series())
    search = GridSearchCV(WindowForecaster(), {"window": [4]}, cv=KFold(2, shuffle=True))
    with pytest.warns(UserWarning, match="y has gaps in its index, .* use TimeSeriesSplit"):
        search.fit(y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        search.set_params(cv=TimeSeriesSplit(2)).fit(y)
        WindowForecaster(window=4).fit(y[::3])


def test_a_shuffled_cross_validation_of_dates_is_an_error():
    y = pd.Series(make_series(), pd.date_range("2020-01-01", periods=120))
    with pytest.raises(ValueError, match="held-out values follow it"):
        cross_val_score(WindowForecaster(window=4), y, cv=KFold(2), error_score="raise")


@pytest.mark.parametrize("cv", [3, TimeSeriesSplit(3, gap=2)])
def test_a_search_is_scored_as_its_best_forecaster_is(cv):
    y, exog = make_series(n_exog=1)
    search = GridSearchCV(WindowForecaster(), {"window": [4]}, cv=TimeSeriesSplit(2))
    expected = forecast_score(WindowForecaster(window=4), y, exog=exog, cv=cv)
    np.testing.assert_allclose(forecast_score(search, y, exog=exog, cv=cv), expected)


def test_what_is_no_forecaster_or_splitter():
    with pytest.raises(TypeError, match=r"forecaster=Ridge\(\) is no forecaster"):
        forecast_score(Ridge(), make_series())
    with pytest.raises(ValueError, match="Expected `cv` as an integer"):
        forecast_score(WindowForecaster(), make_series(), cv="time")


def test_exogenous_columns_are_checked():
    y, exog = make_series(n_exog=1)
    with pytest.raises(ValueError, match="forecast_score: exog has 119 rows, y has 120 values"):
        forecast_score(WindowForecaster(window=4), y, exog=exog[1:])


@pytest.fixture(scope="module")
def load(data_folder):
    spec = importlib.util.spec_from_file_location("load", data_folder / "load.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# One-step forecasts of the last values; ridge's figures were computed apart from this package.
FIGURES = {
    "sunspots": ({"window": 48}, 564, 18.26),
    "min_temperatures": ({"window": 30}, 365, 2.266),
    "airline_passengers": ({"window": 24, "differences": 1, "log": True}, 24, 15.77),
}


@pytest.mark.parametrize(("name", "case"), FIGURES.items(), ids=FIGURES)
def test_the_linear_autoregression_reaches_its_figures(name, case, load):
    parameters, n_test, expected = case
    _, y = getattr(load, name)()
    forecaster = WindowForecaster(**parameters).fit(y[:-n_test])
    assert -forecaster.score(y[-n_test:]) == pytest.approx(expected, abs=0.006)
    persistence = np.sqrt(np.mean(np.diff(y[-n_test - 1 :]) ** 2))
    assert -forecaster.score(y[-n_test:]) < persistence


def test_the_linear_autoregression_forecasts_two_years(load):
    """Holt-Winters has 13.88, SARIMA (0,1,1)(0,1,1)12 on logarithms 43.18, the season 77.00."""
    _, y = load.airline_passengers()
    forecaster = WindowForecaster(differences=1, log=True).fit(y[:-24])
    assert np.sqrt(np.mean((forecaster.predict(24) - y[-24:]) ** 2)) == pytest.approx(19.1, abs=0.1)


def test_intervals_of_sunspots_cover_what_they_say(load):
    _, y = load.sunspots()
    forecaster = WindowForecaster(window=48).fit(y[:-564])
    lower, upper = forecaster.predict_interval()[0] - forecaster.predict()
    errors = y[-564:] - forecaster.rolling_forecast(y[-564:])[:, 0]
    assert 0.8 < np.mean((lower <= errors) & (errors <= upper)) < 0.95
