"""What a forecaster refuses, and what its errors say."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge

from skneural.forecasting import WindowForecaster

Y = np.arange(30.0)
EXOG = np.ones((30, 2))
DAYS = pd.date_range("2020-01-01", periods=30, freq="D")


def fitted(exog=None, **parameters):
    return WindowForecaster(Ridge(), **{"window": 4, **parameters}).fit(Y, exog)


FITS = {
    "too short": ({"window": 30}, (Y[:29],), "29 values, window 30 + horizon 1 needs 31"),
    "too short for changes": (
        {"window": 24, "differences": 1, "seasonality": 12, "horizon": 3, "strategy": "direct"},
        (Y,), "30 values, window 24 + horizon 3 + differences 1 + seasonality 12 needs 40",
    ),
    "too short for calibration": (
        {"calibration": 0.5}, (Y,), "30 values, window 24 + horizon 1 + calibration 15 needs 40"
    ),
    "NaN": ({}, ([*Y, np.nan],), "y is NaN at step 30; impute it"),
    "unsorted": (
        {}, (pd.Series(Y, DAYS[::-1]),), "y is not in the order of its index", "sort_index"
    ),
    "duplicates": (
        {}, (pd.Series(Y, [*DAYS[:-1], DAYS[0]]),), "2020-01-01 00:00:00 more than once"
    ),
    "unsorted exog": (
        {}, (Y, pd.DataFrame(EXOG, DAYS[::-1])), "exog is not in the order of its index"
    ),
    "exog of another length": (
        {"window": 4}, (Y, EXOG[:28]), "exog has 28 rows, y has 30 values"
    ),
    "exog of other days": (
        {"window": 4}, (pd.Series(Y, DAYS), pd.DataFrame(EXOG, DAYS + DAYS.freq)),
        "row 0 of exog is of 2020-01-02", "exog.reindex(y.index)",
    ),
    "NaN in exog": (
        {"window": 4}, (Y, np.where(np.arange(30)[:, None] == 3, np.nan, EXOG)),
        "exog is NaN at step 3, column 0",
    ),
    "no logarithm": (
        {"log": True, "window": 4}, (Y,),
        "log=True needs positive values, y[0] is 0", "log=False",
    ),
    "another strategy": (
        {"strategy": "recursiv"}, (Y,), "'strategy' parameter", "Did you mean 'recursive'?"
    ),
    "a boolean": ({"window": True}, (Y,), "'window' parameter", "not a boolean"),
    "no season": ({"seasonality": 0}, (Y,), "'seasonality' parameter"),
    "no regressor": ({"regressor": "ridge"}, (Y,), "'regressor' parameter"),
    "a share of all": ({"calibration": 1.0}, (Y,), "'calibration' parameter"),
}


@pytest.mark.parametrize("case", FITS.values(), ids=FITS)
def test_fits_that_cannot_be(case, raises_unchanged):
    parameters, arguments, *fragments = case
    raises_unchanged(
        WindowForecaster(**parameters), ["WindowForecaster", *fragments], "fit", *arguments
    )


@pytest.mark.parametrize(
    ("regressor", "message"), [(Ridge, "is a class"), (LogisticRegression(), "is a classifier")]
)
def test_what_is_no_regressor(regressor, message):
    with pytest.raises(TypeError, match=message):
        WindowForecaster(regressor, 4).fit(Y)


PREDICTIONS = {
    "no horizon": ({}, {"horizon": 0}, "horizon=0 must be a whole number of steps, at least 1"),
    "a series as horizon": ({}, {"horizon": [1, 2]}, "pass another series to forecast from as y"),
    "beyond direct": (
        {"strategy": "direct", "horizon": 3}, {"horizon": 5},
        "horizon=5, but strategy='direct' was fitted for 3; fit again with horizon=5",
    ),
    "beyond multioutput": (
        {"strategy": "multioutput", "horizon": 3}, {"horizon": 4},
        "horizon=4, but strategy='multioutput' was fitted for 3",
    ),
    "a short history": (
        {"differences": 1}, {"y": [1, 2, 3]}, "3 values, window 4 + differences 1 needs 5"
    ),
    "exog without a fit": ({}, {"exog": [[1]]}, "fitted without exogenous columns"),
    "no exog": ({"exog": EXOG}, {"horizon": 3}, "fitted with 2 exogenous columns"),
    "exog too short": (
        {"exog": EXOG}, {"horizon": 12, "exog": EXOG[:3]},
        "exog has 3 rows, the 12 steps to forecast need 12; 9 are missing",
    ),
    "no rows of exog": (
        {"exog": EXOG}, {"horizon": 2, "exog": EXOG[:0]}, "exog has 0 rows", "2 are missing"
    ),
    "exog too short for a history": (
        {"exog": EXOG}, {"horizon": 2, "exog": EXOG, "y": Y},
        "exog has 30 rows, the 30 values of y and the 2 steps to forecast need 32; 2 are missing",
    ),
    "exog of the fitted horizon": (
        {"exog": EXOG, "strategy": "multioutput", "horizon": 5},
        {"horizon": 2, "exog": EXOG[:2]}, "the 5 steps to forecast need 5; 3 are missing",
    ),
    "one row of exog": (
        {"exog": EXOG}, {"horizon": 2, "exog": EXOG[:1]}, "exog has 1 row, the 2 steps"
    ),
    "other columns": (
        {"exog": EXOG}, {"exog": np.ones((1, 3))}, "exog has 3 columns, fitted with 2"
    ),
    "columns in another order": (
        {"exog": pd.DataFrame(EXOG, columns=["a", "b"])},
        {"exog": pd.DataFrame(EXOG, columns=["b", "a"])},
        "exog has the columns ['b', 'a'], fitted with ['a', 'b']",
    ),
}


@pytest.mark.parametrize("case", PREDICTIONS.values(), ids=PREDICTIONS)
@pytest.mark.parametrize("method", ["predict", "predict_interval"])
def test_predictions_that_cannot_be(case, method, raises_unchanged):
    parameters, arguments, *fragments = case
    forecaster = fitted(**parameters)
    raises_unchanged(forecaster, ["WindowForecaster", *fragments], method, **arguments)


@pytest.mark.parametrize("method", ["rolling_forecast", "score"])
def test_held_out_values_follow_the_fitted_ones(method, raises_unchanged):
    y = pd.Series(Y, DAYS)
    forecaster = WindowForecaster(window=4, horizon=3).fit(y[:20])
    assert forecaster.score(y[20:]) < 0
    fragments = ["y begins at 2020-01-20", "ends at 2020-01-20", "TimeSeriesSplit"]
    raises_unchanged(forecaster, fragments, method, y[19:])
    raises_unchanged(forecaster, ["2 values, horizon 3 needs 3"], method, y[20:22])
    raises_unchanged(forecaster, ["y is NaN at step 1"], method, [1, np.nan, 3])


def test_a_regressor_of_one_output_cannot_forecast_several():
    class Single(Ridge):
        def fit(self, X, y):
            return super().fit(X, y if y.ndim == 1 else y[:, 0])

    forecaster = WindowForecaster(Single(), 4, 3, strategy="multioutput").fit(Y)
    with pytest.raises(ValueError, match="Single predicts 1 numbers .*'multioutput' needs 3"):
        forecaster.predict()


@pytest.mark.parametrize(
    "method", ["predict", "predict_interval", "residuals", "rolling_forecast", "score"]
)
def test_it_is_fitted_first(method):
    arguments = [Y] if method in ("rolling_forecast", "score") else []
    with pytest.raises(NotFittedError):
        getattr(WindowForecaster(), method)(*arguments)


def test_misspelt_parameters_are_suggested():
    with pytest.raises(TypeError, match="Did you mean 'seasonality'?"):
        WindowForecaster(seasonalty=12)
    with pytest.raises(ValueError, match="Did you mean 'differences'?"):
        WindowForecaster().set_params(difference=1)
