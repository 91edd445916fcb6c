"""WindowForecaster: its strategies beside plain loops, changes, and scikit-learn's interface."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks as checks

from skneural import MLPRegressor, RecurrentRegressor
from skneural.forecasting import WindowForecaster, windows

WINDOW, HORIZON = 4, 3
STRATEGIES = ["recursive", "direct", "multioutput"]
each_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def make_series(n=80, n_exog=0, seed=0):
    random = np.random.RandomState(seed)
    exog = random.normal(size=(n, n_exog))
    y = np.cumsum(random.normal(size=n)) + exog.sum(axis=1)
    return (y, exog) if n_exog else y


def plain(strategy="recursive", **parameters):
    """A forecaster of least squares on windows as they are."""
    return WindowForecaster(
        LinearRegression(), WINDOW, HORIZON, strategy=strategy, standardize=False, **parameters
    )


def rows(X):
    return X.reshape(len(X), -1)


def by_loops(strategy, y, exog, future):
    """Forecasts made of `windows` and regressors, a step at a time."""
    found, past = [], list(y)
    columns = None if exog is None else np.concatenate([exog, future])
    leads = {"recursive": [1] * HORIZON, "direct": [1, 2, 3], "multioutput": [HORIZON]}[strategy]
    for step, lead in enumerate(leads):
        X, targets = windows(y, WINDOW, lead, exog, ahead=lead)
        targets = targets if strategy == "multioutput" else targets[:, -1]
        last = np.array(past[-WINDOW:])[:, None]
        if columns is not None:
            first = len(y) - WINDOW + (step + 1 if strategy != "multioutput" else lead)
            last = np.concatenate([last, columns[first : first + WINDOW]], axis=1)
        forecast = LinearRegression().fit(rows(X), targets).predict(last.reshape(1, -1)).ravel()
        found.extend(forecast)
        if strategy == "recursive":
            past.extend(forecast)
    return found


@each_strategy
@pytest.mark.parametrize("n_exog", [0, 2])
def test_forecasts_are_those_of_loops(strategy, n_exog):
    y, exog = make_series(n_exog=n_exog) if n_exog else (make_series(), None)
    known, future = (None, None) if exog is None else (exog[:60], exog[60:63])
    forecaster = plain(strategy).fit(y[:60], known)
    expected = by_loops(strategy, y[:60], known, future)
    np.testing.assert_allclose(forecaster.predict(exog=future), expected, rtol=1e-9)
    assert len(forecaster.regressors_) == (HORIZON if strategy == "direct" else 1)
    assert forecaster.n_exog_ == n_exog


@each_strategy
@pytest.mark.parametrize("n_exog", [0, 2])
@pytest.mark.parametrize(
    "changes", [{}, {"differences": 2}, {"seasonality": 5, "differences": 1, "log": True}],
    ids=["values", "differences", "all"],
)
def test_rolling_forecasts_are_predictions_from_each_origin(strategy, n_exog, changes):
    y, exog = make_series(n_exog=2)
    y = np.exp(y / 10)
    exog = exog if n_exog else None
    forecaster = plain(strategy, **changes).fit(y[:60], None if exog is None else exog[:60])
    rolling = forecaster.rolling_forecast(y[60:], None if exog is None else exog[60:])
    assert rolling.shape == (20 - HORIZON + 1, HORIZON)
    for place, found in enumerate(rolling):
        origin = 60 + place
        beside = None if exog is None else exog[: origin + HORIZON]
        alone = forecaster.predict(y=y[:origin], exog=beside)
        np.testing.assert_allclose(found, alone, rtol=1e-9)
    actual = np.array([y[60 + i : 60 + i + HORIZON] for i in range(len(rolling))])
    score = forecaster.score(y[60:], None if exog is None else exog[60:])
    assert score == pytest.approx(-np.sqrt(np.mean((actual - rolling) ** 2)))


def test_no_forecast_sees_what_comes_after_its_origin():
    y = make_series()
    forecaster = WindowForecaster(window=5, differences=1).fit(y[:60])
    other = y[60:].copy()
    other[10:] += 100
    before, after = (forecaster.rolling_forecast(each)[:, 0] for each in (y[60:], other))
    np.testing.assert_array_equal(before[:11], after[:11])
    assert (before[11:] != after[11:]).all()


class LastValue(RegressorMixin, BaseEstimator):
    """Forecasts no change at all."""

    def fit(self, X, y):
        self.shape_ = X.shape
        return self

    def predict(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(("differences", "seasonality"), [(1, None), (2, None), (0, 4), (1, 4)])
def test_changes_are_inverted_exactly(log, differences, seasonality):
    """Changes of zero continue a constant, a line, or a season."""
    steps = np.arange(40.0)
    trend = {0: 0, 1: 0, 2: 1}[differences]
    if seasonality and differences:
        trend = 1  # a trend common to all phases, with its season
    season = 0 if seasonality is None else np.array([5.0, 1, 7, 3])[np.arange(52) % 4]
    levels = 10 + trend * np.arange(52.0) / 10 + season
    y = np.exp(levels / 4) if log else levels
    forecaster = WindowForecaster(
        LastValue(), 3, differences=differences, seasonality=seasonality, log=log,
        standardize=False,
    ).fit(y[: len(steps)])
    np.testing.assert_allclose(forecaster.predict(12), y[40:], rtol=1e-10)
    assert len(forecaster.history_) == 3 + differences + (seasonality or 0)


def test_a_quadratic_needs_two_differences():
    y = np.arange(50.0) ** 2
    forecaster = WindowForecaster(LinearRegression(), 3, differences=2).fit(y[:40])
    np.testing.assert_allclose(forecaster.predict(10), y[40:], rtol=1e-12)


@pytest.mark.parametrize("standardize", [False, True])
def test_a_constant_series_stays_constant(standardize):
    forecaster = WindowForecaster(window=3, standardize=standardize).fit(np.full(30, 7))
    np.testing.assert_allclose(forecaster.predict(5), 7)


def test_standardizing_changes_no_least_squares():
    y, exog = make_series(n_exog=2)
    model = plain().fit(1000 + y[:70], exog[:70])
    scaled = clone(model).set_params(standardize=True).fit(1000 + y[:70], exog[:70])
    expected = model.predict(3, exog[70:73])
    np.testing.assert_allclose(scaled.predict(3, exog[70:73]), expected, rtol=1e-9)


def test_recursive_forecasts_go_beyond_the_horizon():
    forecaster = plain().fit(make_series())
    assert forecaster.predict().shape == (HORIZON,)
    assert forecaster.predict(50).shape == (50,)


@pytest.mark.parametrize(
    ("as_series", "shape"), [("auto", (76, 4)), (False, (76, 4)), (True, (76, 4, 1))]
)
def test_regressors_get_rows_or_series(as_series, shape):
    forecaster = WindowForecaster(LastValue(), 4, as_series=as_series).fit(make_series())
    assert forecaster.regressors_[0].shape_ == shape


def test_rows_have_the_oldest_step_first_and_exog_beside_its_value():
    class Seen(LastValue):
        def predict(self, X):
            self.seen_ = X
            return X[:, -2]

    y, exog = np.arange(20.0), 100 + np.arange(22.0)
    forecaster = WindowForecaster(Seen(), 3, standardize=False).fit(y, exog[:20])
    forecaster.predict(1, exog[20:])
    (seen,) = forecaster.regressors_[0].seen_
    assert seen.tolist() == [17, 118, 18, 119, 19, 120]


def test_recurrent_networks_get_series():
    y, exog = make_series(n_exog=1)
    network = RecurrentRegressor("gru", (4,), max_iter=2, random_state=0)
    forecaster = WindowForecaster(network, 6, 2, strategy="multioutput").fit(y, exog)
    assert forecaster.regressors_[0].input_shape_ == (6, 2)
    assert forecaster.predict(exog=exog[:2]).shape == (2,)


@pytest.mark.parametrize(
    "regressor",
    [
        make_pipeline(StandardScaler(), Ridge()),
        RandomForestRegressor(5, random_state=0),
        MLPRegressor(hidden_layer_sizes=(4,), max_iter=3, random_state=0),
    ],
    ids=lambda regressor: type(regressor).__name__,
)
@each_strategy
def test_any_regressor_will_do(regressor, strategy):
    y = make_series()
    forecaster = WindowForecaster(regressor, 4, 3, strategy=strategy).fit(y)
    assert forecaster.predict().shape == (3,)
    assert forecaster.score(y[:9]) < 0
    assert not hasattr(regressor, "n_features_in_")


HOLDERS = {
    "list": list,
    "column": lambda y: np.array(y)[:, None],
    "int64": lambda y: np.array(y, np.int64),
    "float32": lambda y: np.array(y, np.float32),
    "Series": pd.Series,
    "dated": lambda y: pd.Series(y, pd.date_range("2020", periods=len(y), freq="h")),
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
@pytest.mark.parametrize("differences", [0, 1])
def test_equal_numbers_give_equal_forecasts(holder, differences):
    y = np.random.RandomState(0).randint(0, 200, 60).tolist()
    exog = np.random.RandomState(1).randint(0, 9, 65).tolist()
    model = WindowForecaster(window=5, differences=differences, horizon=5)
    expected = model.fit(y, exog[:60]).predict(exog=exog[60:])
    found = model.fit(holder(y), holder(exog[:60])).predict(exog=exog[60:])
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "check",
    [
        checks.check_no_attributes_set_in_init,
        checks.check_estimator_repr,
        checks.check_get_params_invariance,
        checks.check_set_params,
        checks.check_estimator_cloneable,
        checks.check_do_not_raise_errors_in_init_or_set_params,
        checks.check_parameters_default_constructible,
    ],
    ids=lambda check: check.__name__,
)
def test_sklearns_checks_that_fit_nothing(check):
    check("WindowForecaster", WindowForecaster())


def test_it_is_cloned_pickled_and_shown():
    model = WindowForecaster(Ridge(2.0), 6, differences=1)
    assert repr(model) == "WindowForecaster(differences=1, regressor=Ridge(alpha=2.0), window=6)"
    same = clone(model).set_params(regressor__alpha=3.0)
    assert (model.regressor.alpha, same.get_params()["regressor__alpha"]) == (2.0, 3.0)
    fitted = model.fit(make_series())
    loaded = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(loaded.predict(5), fitted.predict(5))
    assert "Ridge" in model._repr_html_()


def test_a_grid_search_finds_window_and_regressor():
    y, exog = make_series(200, n_exog=1)
    grid = {"window": [2, 8], "regressor__alpha": [0.1, 10.0], "differences": [0, 1]}
    search = GridSearchCV(WindowForecaster(Ridge()), grid, cv=TimeSeriesSplit(3))
    assert search.fit(y, exog).best_estimator_.n_exog_ == 1
    assert search.best_params_["differences"] == 1
    scores = cross_val_score(search.best_estimator_, y, exog, cv=TimeSeriesSplit(3))
    assert scores.mean() == pytest.approx(search.best_score_)
    assert search.fit(pd.Series(y)).predict(4).shape == (4,)


def test_later_changes_of_parameters_leave_the_fitted_model():
    forecaster = WindowForecaster(window=6, differences=1).fit(make_series())
    expected = forecaster.predict(4)
    forecaster.set_params(window=3, differences=0, strategy="direct", log=True)
    np.testing.assert_array_equal(forecaster.predict(4), expected)


@each_strategy
def test_shorter_horizons_need_the_exogenous_rows_of_a_multioutput_fit(strategy):
    y, exog = make_series(n_exog=1)
    forecaster = plain(strategy).fit(y[:60], exog[:60])
    whole = forecaster.rolling_forecast(y[60:], exog[60:])
    short = forecaster.rolling_forecast(y[60:], exog[60:], horizon=2)
    assert len(short) == (18 if strategy == "multioutput" else 19)
    np.testing.assert_allclose(short[:18], whole[:, :2], rtol=1e-9)
    if strategy == "multioutput":
        with pytest.raises(ValueError, match="2 values, horizon 3 needs 3"):
            forecaster.rolling_forecast(y[60:62], exog[60:62], horizon=1)


def test_a_fit_leaves_no_view_of_the_users_series():
    y, exog = make_series(n_exog=1)
    forecaster = WindowForecaster(window=4).fit(y, exog)
    expected, residuals = forecaster.predict(3, exog[:3]), forecaster.residuals()
    later = exog[:3].copy()
    y[:], exog[:] = 0, 0
    np.testing.assert_array_equal(forecaster.predict(3, later), expected)
    np.testing.assert_array_equal(forecaster.residuals(), residuals)


def test_windows_longer_than_what_is_learned_from_are_refused_before_anything_is_fitted():
    class Never(LastValue):
        def fit(self, X, y):
            raise AssertionError

    with pytest.raises(ValueError, match="80 values, window 80"):
        WindowForecaster(Never(), 80).fit(make_series())
