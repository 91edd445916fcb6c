"""SeriesNetClassifier and SeriesNetRegressor: their layers, and what they learn."""

import numpy as np
import pytest
from sklearn.base import clone

from skneural import SeriesNetClassifier, SeriesNetRegressor
from skneural.estimators.series_net.architectures import ARCHITECTURES
from skneural.layers import Conv1D, Dense, GlobalMaxPool
from skneural.losses import SquaredError
from skneural.network.network import Network

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 20, 2)).astype(np.float32)
HAS_PEAK = X[:, :, 0].max(axis=1) > 2


@pytest.mark.parametrize(
    ("name", "n_weights", "outputs"),
    [
        # the figures for one feature, biases of convolutions left out
        ("fcn", 8 * 128 + 5 * 128 * 256 + 3 * 256 * 128 + 2 * (128 + 256 + 128), 128),
        ("resnet", None, 128),
        ("inception_time", None, 128),
        ("lstm_fcn", None, 136),
    ],
)
def test_layers_of_an_architecture(name, n_weights, outputs):
    network = Network([*ARCHITECTURES[name](), Dense(2)], (30, 1), SquaredError(), 2, np.float32)
    assert network.shapes[-2] == (outputs,)
    if n_weights is not None:
        trained = [
            array.size for values in network.variables for name, array in values.items()
            if "running" not in name
        ]
        assert sum(trained) == n_weights + 128 * 2 + 2


@pytest.mark.needs_jit(reason="convolutions of many filters")
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_architectures_train_and_predict_other_lengths(name):
    net = SeriesNetClassifier(name, max_iter=2, random_state=0).fit(X, HAS_PEAK)
    assert net.loss_curve_[1] < net.loss_curve_[0] * 1.5
    assert net.predict_proba(X[:3]).shape == (3, 2)
    longer = np.concatenate([X, X], axis=1)
    assert net.predict(longer[:4]).shape == (4,)


@pytest.mark.needs_jit(reason="fits that last many epochs")
def test_a_list_of_layers_with_parameters():
    layers = [("shapes", Conv1D(16, 3, "relu", padding="same")), GlobalMaxPool()]
    net = SeriesNetClassifier(layers, max_iter=200, learning_rate_init=0.03, random_state=0)
    assert net.fit(X, HAS_PEAK).score(X, HAS_PEAK) > 0.9
    wider = clone(net).set_params(shapes__filters=4, max_iter=1).fit(X, HAS_PEAK)
    assert wider.weights_["shapes"]["kernel"].shape[-1] == 4
    peak = X[:, :, 0].max(axis=1)
    of_numbers = SeriesNetRegressor(layers, max_iter=200, learning_rate_init=0.01, random_state=0)
    assert of_numbers.fit(X, peak).score(X, peak) > 0.8


def test_a_table_of_series():
    layers = [Conv1D(4, 3), GlobalMaxPool()]
    flat = X.reshape(60, -1)
    ours = SeriesNetClassifier(layers, series_shape=(20, 2), max_iter=2, random_state=0)
    as_series = clone(ours).set_params(series_shape=None).fit(X, HAS_PEAK)
    np.testing.assert_array_equal(
        ours.fit(flat, HAS_PEAK).predict_proba(flat), as_series.predict_proba(X)
    )
    with pytest.raises(ValueError, match="series_shape=.* needs 30"):
        clone(ours).set_params(series_shape=(10, 3)).fit(flat, HAS_PEAK)


LENGTHS = [20, 13, 9, 31, 20, 16, 12, 25]
UNEQUAL = [RANDOM.normal(size=(length, 2)).astype(np.float32) for length in LENGTHS]
LABELS = np.array([series[:, 0].max() > 1.9 for series in UNEQUAL])
SETTINGS = {"max_iter": 2, "batch_size": 4, "random_state": 0}


def padded(longest):
    """The series with NaN behind them."""
    filled = np.full((len(UNEQUAL), longest, 2), np.nan, np.float32)
    for row, series in zip(filled, UNEQUAL, strict=True):
        row[: len(series)] = series
    return filled


@pytest.mark.needs_jit(reason="convolutions of many filters")
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_unequal_lengths_whose_padding_is_invisible(name):
    fitted = [
        SeriesNetClassifier(name, n_jobs=n_jobs, **SETTINGS).fit(series, LABELS)
        for series, n_jobs in [(UNEQUAL, 1), (padded(31), 2), (padded(81), 1)]
    ]
    expected = fitted[0].predict_proba(UNEQUAL)
    alone = [fitted[0].predict_proba([series])[0] for series in UNEQUAL]
    np.testing.assert_array_equal(alone, expected)
    for net in fitted:
        assert net.loss_curve_ == fitted[0].loss_curve_
        for series in (UNEQUAL, padded(40)):
            np.testing.assert_array_equal(net.predict_proba(series), expected)


@pytest.mark.slow
@pytest.mark.needs_jit(reason="fits that last many epochs")
def test_vowels_of_unequal_lengths(data_folder, monkeypatch):
    """Published for this network: .993, of its mean over several fits."""
    monkeypatch.syspath_prepend(str(data_folder))
    load = pytest.importorskip("load")
    data, labels, data_test, labels_test = load.japanese_vowels()
    series, series_test = (np.float32(x).transpose(0, 2, 1) for x in (data, data_test))
    net = SeriesNetClassifier("fcn", max_iter=30, random_state=0).fit(series, labels)
    assert net.score(series_test, labels_test) > 0.97
