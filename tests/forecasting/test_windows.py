"""Windows over a series: their layout, exogenous columns, containers, and errors."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import sparse
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skneural.forecasting import windows


def by_loops(y, window, horizon, exog=None, ahead=0):
    X, targets = [], []
    for first in range(len(y) - window - horizon + 1):
        steps = range(first, first + window)
        beside = [[] if exog is None else list(exog[step + ahead]) for step in steps]
        X.append([[y[step], *beside[step - first]] for step in steps])
        targets.append(y[first + window : first + window + horizon])
    return np.array(X, float), np.array(targets, float)


@pytest.mark.parametrize(("window", "horizon"), [(1, 1), (3, 1), (2, 4), (5, 5)])
@pytest.mark.parametrize("ahead", [0, 1])
@pytest.mark.parametrize("n_exog", [0, 1, 3])
def test_they_are_those_of_loops(window, horizon, ahead, n_exog):
    random = np.random.RandomState(0)
    y = random.normal(size=12)
    exog = random.normal(size=(12, n_exog)) if n_exog else None
    X, targets = windows(y, window, horizon, exog, ahead=ahead)
    expected, following = by_loops(y, window, horizon, exog, ahead)
    assert X.shape == (12 - window - horizon + 1, window, 1 + n_exog)
    np.testing.assert_array_equal(X, expected)
    np.testing.assert_array_equal(targets, following)
    assert X.dtype == targets.dtype == np.float64


def test_they_own_their_memory():
    y = np.arange(6.0)
    X, targets = windows(y, 2)
    X[:], targets[:] = 7, 7
    assert y.tolist() == [0, 1, 2, 3, 4, 5]


HOLDERS = {
    "list": list,
    "tuple": tuple,
    "column": lambda y: np.array(y)[:, None],
    "uint8": lambda y: np.array(y, np.uint8),
    "float32": lambda y: np.array(y, np.float32),
    "longdouble": lambda y: np.array(y, np.longdouble),
    "objects": lambda y: np.array(y, object),
    "backwards": lambda y: np.array(y[::-1])[::-1],
    "Series": pd.Series,
    "nullable": lambda y: pd.Series(y, dtype="Int64"),
    "DataFrame": lambda y: pd.DataFrame({"y": y}),
    "dated": lambda y: pd.Series(y, pd.date_range("2020-01-31", periods=len(y), freq="D")),
    "periods": lambda y: pd.Series(y, pd.period_range("2020-01", periods=len(y), freq="M")),
    "names": lambda y: pd.Series(y, list("zyxwvutsrq")),
    "polars": pl.Series,
    "polars frame": lambda y: pl.DataFrame({"y": y}),
}


@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_what_holds_the_series_does_not_matter(holder):
    y = [1, 0, 2, 3, 5, 8, 13, 21, 34, 55]
    for found, expected in zip(windows(holder(y), 3, 2), by_loops(y, 3, 2), strict=True):
        np.testing.assert_array_equal(found, expected)


def test_booleans_are_numbers():
    X, _ = windows([True, False, True], 2)
    assert X.ravel().tolist() == [1, 0]


DAYS = pd.date_range("2020-01-01", periods=4, freq="D")
ERRORS = {
    "too short": (
        (np.arange(29), 30), "windows: 29 values, window 30 \\+ horizon 1 needs 31"
    ),
    "empty": (([], 2), "0 values, window 2 \\+ horizon 1 needs 3"),
    "no window": (([1, 2, 3], 0), "window=0 must be > 0"),
    "a fraction": (([1, 2, 3], 1.5), "window=1.5 must be integers > 0"),
    "no horizon": (([1, 2, 3], 1, True), "horizon=True must be integers > 0"),
    "NaN": (([1, 2, np.nan, 3], 1), "y is NaN at step 2; impute it"),
    "missing": ((pd.Series([1, None, 3], dtype="Int64"), 1), "y is NaN at step 1"),
    "infinite": (([1, -np.inf, 3], 1), "y is infinite at step 1"),
    "two series": ((np.ones((5, 2)), 1), r"y has shape \(5, 2\), one series has \(n,\)"),
    "a row": ((np.ones((1, 5)), 1), r"y has shape \(1, 5\)"),
    "three dimensions": ((np.ones((5, 1, 1)), 1), "dim 3"),
    "texts": ((["1", "2", "3"], 1), "y holds text, such as '1'"),
    "times": ((DAYS, 1), "y holds times"),
    "complex": (([1j, 2, 3], 1), "Complex data not supported"),
    "masked": ((np.ma.masked_equal([1, 2, 3], 2), 1), "y has 1 masked values"),
    "ragged": (([[1], [2, 3], [4]], 1), "rows of lengths 2 and 1"),
    "unsorted": (
        (pd.Series([1, 2, 3, 4], DAYS[[0, 2, 1, 3]]), 1),
        "y is not in the order of its index: 2020-01-02 .* follows 2020-01-03 .*sort_index",
    ),
    "shuffled": ((pd.Series([1, 2, 3], [0, 2, 1]), 1), "1 follows 2"),
    "duplicates": (
        (pd.Series([1, 2, 3, 4], DAYS[[0, 1, 1, 3]]), 1), "y has 2020-01-02 .* more than once"
    ),
    "exog too short": (
        ([1, 2, 3, 4], 1, 1, np.ones((3, 2))), "exog has 3 rows, y has 4 values"
    ),
    "exog of NaN": (
        ([1, 2, 3], 1, 1, [[0, 1], [2, np.nan], [0, 1]]), "exog is NaN at step 1, column 1"
    ),
    "exog of other days": (
        (pd.Series([1, 2, 3, 4], DAYS), 1, 1, pd.DataFrame({"a": 1.0}, DAYS + DAYS.freq)),
        "row 0 of exog is of 2020-01-02 .*, y\\[0\\] of 2020-01-01 .*reindex",
    ),
}


@pytest.mark.parametrize(("arguments", "message"), ERRORS.values(), ids=ERRORS)
def test_errors_say_what_to_do(arguments, message):
    with pytest.raises(ValueError, match=message):
        windows(*arguments)


def test_exogenous_columns_are_ahead_by_the_horizon_at_most():
    with pytest.raises(ValueError, match="ahead=3 must be an integer from 0 to horizon=2"):
        windows(range(9), 2, 2, range(9), ahead=3)


def test_sparse_series_are_refused():
    with pytest.raises(TypeError, match="windows: Sparse data was passed for y.*toarray"):
        windows(sparse.csr_matrix([[1.0], [2.0], [3.0]]), 1)


def test_a_grid_search_splits_them_by_time():
    X, y = windows(np.sin(np.arange(200) / 3), 10)
    rows = FunctionTransformer(lambda X: X.reshape(len(X), -1))
    search = GridSearchCV(
        make_pipeline(rows, Ridge()), {"ridge__alpha": [1e-6, 100.0]}, cv=TimeSeriesSplit(3)
    ).fit(X, y.ravel())
    assert search.best_params_ == {"ridge__alpha": 1e-6}
    assert search.best_score_ > 0.999
