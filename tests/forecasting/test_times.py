"""Times of pandas data: gaps, the steps after a fit, and what cannot be compared."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from skneural.forecasting import WindowForecaster

DAYS = pd.date_range("2020-01-01", periods=40, freq="D")
INDICES = {
    "days": DAYS,
    "days of files": pd.DatetimeIndex(DAYS.to_numpy()),  # without a freq
    "days with a change of clocks": pd.date_range("2020-03-10", periods=40, tz="Europe/Berlin"),
    "hours with a change of clocks": pd.date_range(
        "2020-03-28", periods=40, freq="h", tz="Europe/Berlin"
    ),
    "months": pd.date_range("2020-01-31", periods=40, freq="ME"),
    "business days": pd.DatetimeIndex(pd.date_range("2020-01-01", periods=40, freq="B").to_numpy()),
    "periods": pd.period_range("2020-01", periods=40, freq="M"),
    "time differences": pd.timedelta_range("0 days", periods=40, freq="6h"),
    "numbers": pd.RangeIndex(100, 180, 2),
}
indices = pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)


def series(index):
    return pd.Series(np.arange(float(len(index))), index)


def columns(index):
    return pd.DataFrame({"a": np.ones(len(index)), "b": np.arange(len(index))}, index)


def fitted(index, exog=True):
    forecaster = WindowForecaster(Ridge(), window=4, horizon=3)
    return forecaster.fit(series(index), columns(index) if exog else None)


@indices
def test_rows_right_after_the_series_are_forecast(index, recwarn):
    forecaster = fitted(index[:30])
    expected = forecaster.predict(exog=columns(index).to_numpy()[30:])
    np.testing.assert_array_equal(forecaster.predict(exog=columns(index).iloc[30:]), expected)
    other = forecaster.predict(y=series(index[:30]), exog=columns(index))
    np.testing.assert_array_equal(other, expected)
    assert forecaster.score(series(index)[30:], columns(index)[30:]) < 0
    assert not recwarn.list


@indices
def test_rows_of_other_steps_are_refused(index, raises_unchanged):
    forecaster, exog = fitted(index[:30]), columns(index)
    fragments = ["WindowForecaster: row 0 of exog is of", index[31], f"expected {index[30]}"]
    raises_unchanged(forecaster, fragments, "predict", exog=exog.iloc[31:])
    raises_unchanged(forecaster, [index[5]], "predict_interval", exog=exog.iloc[5:])
    hole = exog.iloc[[30, 32, 33]]
    fragments = [f"row 1 of exog is of {index[32]}, expected {index[31]}"]
    raises_unchanged(forecaster, fragments, "predict", exog=hole)
    fragments = [f"row 30 of exog is of {index[31]}, expected {index[30]}"]
    hole = exog.iloc[[*range(30), 31, 32, 33]]
    raises_unchanged(forecaster, fragments, "predict", exog=hole, y=series(index[:30]))
    shifted = exog.iloc[1:]
    fragments = [f"row 0 of exog is of {index[1]}, y[0] of {index[0]}"]
    raises_unchanged(forecaster, fragments, "predict", exog=shifted, y=series(index[:30]))
    raises_unchanged(forecaster, fragments, "fit", series(index[:30]), exog.iloc[1:31])


def test_a_new_data_frame_has_no_times():
    forecaster = fitted(pd.RangeIndex(40))
    rows = columns(range(40, 43))
    expected = forecaster.predict(exog=rows)
    np.testing.assert_array_equal(forecaster.predict(exog=rows.reset_index(drop=True)), expected)
    assert len(fitted(DAYS).predict(exog=rows)) == 3


def test_irregular_times_have_to_come_later(raises_unchanged):
    index = DAYS[[*range(10), *range(13, 40)]]
    with pytest.warns(UserWarning, match="gaps"):
        forecaster = fitted(index[:30])
    assert len(forecaster.predict(exog=columns(index[30:]))) == 3
    fragments = ["exog begins at 2020-01-30", "ends at 2020-02-02"]
    raises_unchanged(forecaster, fragments, "predict", exog=columns(index[26:]))


@indices
def test_missing_steps_are_warned_of(index):
    found = f"y has gaps in its index, {index[12]} follows {index[10]}"
    y = series(index.delete(11))
    with pytest.warns(UserWarning, match=re.escape(found)):
        WindowForecaster(Ridge(), window=4).fit(y)
    forecaster = fitted(index[:8], exog=False)
    with pytest.warns(UserWarning, match=re.escape(found)):
        forecaster.score(y[8:])


@indices
def test_a_gap_before_held_out_values_is_warned_of(index):
    forecaster = fitted(index[:20], exog=False)
    found = (
        f"y begins at {index[25]}, the fitted series ends at {index[19]}: steps from {index[20]} on"
    )
    with pytest.warns(UserWarning, match=re.escape(found)):
        forecaster.score(series(index[25:]))


def test_months_of_unequal_length_are_no_gaps():
    ends = pd.DatetimeIndex([*INDICES["months"][:20], *INDICES["months"][20:] + pd.Timedelta("1D")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted(ends)


UNLIKE = {
    "a zone": (DAYS.tz_localize("UTC"), "times with a time zone", "tz_localize"),
    "periods": (DAYS.to_period(), "periods of D", "to_timestamp"),
}


@pytest.mark.parametrize("case", UNLIKE.values(), ids=UNLIKE)
def test_indices_that_cannot_be_compared(case, raises_unchanged):
    other, *fragments = case
    fragments = ["WindowForecaster: ", "without a time zone", *fragments]
    forecaster = fitted(DAYS[:30])
    raises_unchanged(forecaster, fragments, "fit", series(DAYS), columns(other))
    raises_unchanged(forecaster, fragments, "predict", exog=columns(other[30:]))
    arguments = series(other[30:]), columns(other[30:])
    raises_unchanged(forecaster, fragments, "score", *arguments)
    raises_unchanged(fitted(other), fragments, "predict", exog=columns(DAYS[30:]))
