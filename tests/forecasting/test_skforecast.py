"""Networks in skforecast, and its forecasts beside those of `WindowForecaster`."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skneural import RecurrentRegressor
from skneural.forecasting import WindowForecaster

pytestmark = pytest.mark.filterwarnings("ignore")  # of pandas and of epochs that are few
recursive = pytest.importorskip("skforecast.recursive", reason="skforecast is not installed")
selection = pytest.importorskip("skforecast.model_selection")


@pytest.fixture
def y():
    """A trend and a season, months with dates."""
    months = np.arange(120)
    noise = np.random.RandomState(0).normal(scale=0.1, size=120)
    index = pd.date_range("2020-01-01", periods=120, freq="MS")
    return pd.Series(months / 50 + np.sin(2 * np.pi * months / 12) + noise, index)


def recurrent():
    """A network that reads lags from the oldest on; skforecast's columns begin with the last."""
    network = RecurrentRegressor(
        "gru", (16,), learning_rate_init=0.01, max_iter=60, tol=0.0, random_state=0, n_jobs=1
    )
    pipeline = make_pipeline(StandardScaler(), FunctionTransformer(np.fliplr), network)
    return TransformedTargetRegressor(pipeline, transformer=StandardScaler())


def test_both_make_the_same_forecasts_of_a_linear_model(y):
    theirs = recursive.ForecasterRecursive(Ridge(1e-9), lags=12)
    theirs.fit(y)
    ours = WindowForecaster(Ridge(1e-9), window=12, strategy="recursive").fit(y)
    np.testing.assert_allclose(theirs.predict(24), ours.predict(24), rtol=1e-6)


def test_their_lags_begin_with_the_last_value(y):
    lags, _ = recursive.ForecasterRecursive(Ridge(), lags=3).create_train_X_y(y)
    np.testing.assert_array_equal(lags.iloc[0], y.iloc[:3].iloc[::-1])


@pytest.mark.needs_jit
def test_a_recurrent_network_forecasts_better_than_the_last_value(y):
    forecaster = recursive.ForecasterRecursive(recurrent(), lags=12)
    forecaster.fit(y[:108])
    error = np.abs(forecaster.predict(12) - y[108:]).mean()
    assert error < np.abs(y.iloc[107] - y[108:]).mean() / 2


@pytest.mark.needs_jit
def test_their_backtesting_fits_copies_of_a_network(y):
    cv = selection.TimeSeriesFold(steps=6, initial_train_size=96, refit=True)
    forecaster = recursive.ForecasterRecursive(recurrent(), lags=12)
    metric, forecasts = selection.backtesting_forecaster(
        forecaster, y, cv=cv, metric="mean_absolute_error", n_jobs=1, show_progress=False
    )
    assert len(forecasts) == 24
    assert metric.iloc[0, 0] < np.abs(y.iloc[95:-1].to_numpy() - y[96:]).mean()
