"""Missing steps and standardised features of RecurrentClassifier and SeriesNetClassifier."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import RecurrentClassifier, RecurrentRegressor, SeriesNetClassifier, SeriesScaler
from skneural.layers import Conv1D, GlobalAvgPool

pytestmark = [
    pytest.mark.needs_jit(reason="fits of several networks"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
SERIES = [RANDOM.normal(5, 3, size=(length, 2)) for length in RANDOM.randint(3, 12, 60)]
LABELS = np.array([series[:, 0].mean() > 5 for series in SERIES])
NETS = [
    RecurrentClassifier("gru", 4, max_iter=2, random_state=0),
    SeriesNetClassifier([Conv1D(3, 2), GlobalAvgPool()], max_iter=2, random_state=0),
]


def with_holes(series):
    """A series with missing steps among its own."""
    result = np.full((len(series) + 3, 2), np.nan)
    result[np.r_[0, 3 : len(series) + 2]] = series
    result[1, 0] = 1.0  # a step that is missing in part
    return result


@pytest.mark.parametrize("net", NETS, ids=["recurrent", "convolutions"])
def test_missing_steps_are_left_out(net):
    holes = [with_holes(series) for series in SERIES]
    plain, masked = clone(net).fit(SERIES, LABELS), clone(net).set_params(missing="mask")
    masked.fit(holes, LABELS)
    assert masked.__sklearn_tags__().input_tags.allow_nan
    assert masked.loss_curve_ == plain.loss_curve_
    assert_array_equal(masked.predict_proba(holes), plain.predict_proba(SERIES))
    with pytest.raises(ValueError, match=r"X\[0\] is NaN at step 1, feature 1; .* missing='mask'"):
        plain.predict(holes)
    with pytest.raises(ValueError, match=r"X\[1\] has no steps"):
        masked.predict([holes[0], np.full((4, 2), np.nan)])


@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame, list])
def test_missing_numbers_of_a_table(container):
    X = RANDOM.normal(size=(40, 8))
    X[::2, 3] = np.nan
    y = np.nanmean(X, axis=1)
    net = RecurrentRegressor("gru", 4, missing="mask", max_iter=2, random_state=0)
    series = [row[~np.isnan(row)] for row in X]
    wanted = clone(net).fit(series, y).predict(series)
    assert_array_equal(net.fit(container(X), y).predict(container(X)), wanted)
    with pytest.raises(TypeError, match="Sparse data was passed for X, but series are dense"):
        net.fit(sparse.csr_matrix(np.nan_to_num(X)), y)


@pytest.mark.parametrize("missing", ["error", "mask"])
def test_nan_fills_rows_of_a_table_up(missing):
    X = RANDOM.normal(size=(40, 8))
    X[::2, 6:] = np.nan
    y = np.nanmean(X, axis=1)
    net = RecurrentRegressor("gru", 4, missing=missing, max_iter=2, random_state=0)
    series = [row[~np.isnan(row)] for row in X]
    wanted = clone(net).fit(series, y).predict(series)
    frame = pd.DataFrame(X).add_prefix("t")
    assert_array_equal(net.fit(frame, y).predict(frame), wanted)
    assert_array_equal(net.predict(frame[::2]), wanted[::2])
    assert net.n_features_in_ == 8
    with pytest.raises(ValueError, match="feature names should match"):
        net.predict(frame[frame.columns[::-1]])


@pytest.mark.parametrize("container", [np.asarray, pd.DataFrame, list])
def test_the_place_of_a_nan_in_a_table_is_named(container):
    X = RANDOM.normal(size=(40, 8))
    X[3, 5] = np.nan
    with pytest.raises(ValueError, match=r"X\[3\] is NaN at step 5, feature 0; .*missing='mask'"):
        RecurrentRegressor().fit(container(X), X[:, 0])


@pytest.mark.parametrize("net", NETS, ids=["recurrent", "convolutions"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_normalized_features_are_those_of_a_scaler(net, dtype):
    series = [each.astype(dtype) for each in SERIES]
    scaler = SeriesScaler().fit(series)
    wanted = clone(net).fit(scaler.transform(series), LABELS)
    found = clone(net).set_params(normalize="features").fit(series, LABELS)
    assert_array_equal(found.feature_scale_.mean, scaler.mean_)
    assert found.loss_curve_ == wanted.loss_curve_
    assert_array_equal(
        found.predict_proba(series), wanted.predict_proba(scaler.transform(series))
    )
    found.partial_fit([each + 100 for each in series], LABELS)
    assert_array_equal(found.feature_scale_.mean, scaler.mean_)
    assert not hasattr(found.set_params(normalize=None).fit(series, LABELS), "feature_scale_")


def test_a_table_is_normalized_by_features():
    X = RANDOM.normal(size=(40, 12)) + np.tile([10.0, -50.0, 0.0], 4)
    X[:, 2::3] = 7.0  # a feature that is constant
    net = RecurrentRegressor(
        "gru", 4, series_shape=(4, 3), normalize="features", max_iter=2, random_state=0
    )
    net.fit(X, X[:, 0])
    assert_allclose(net.feature_scale_.mean, X.reshape(-1, 3).mean(axis=0))
    assert net.feature_scale_.scale[2] == 1
    wanted = clone(net).fit(X.reshape(40, 4, 3), X[:, 0]).predict(X.reshape(40, 4, 3))
    assert_array_equal(net.predict(X), wanted)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_tokens": 3, "normalize": "features"}, "normalize='features' is not for token ids"),
        ({"missing": "mask", "pooling": None}, "missing='mask' leaves out steps, where pooling"),
    ],
)
def test_what_does_not_go_together(parameters, message):
    with pytest.raises(ValueError, match=f"RecurrentClassifier: {message}"):
        RecurrentClassifier(**parameters).fit(SERIES, LABELS)
