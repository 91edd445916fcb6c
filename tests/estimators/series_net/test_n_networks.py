"""Several networks in one SeriesNetClassifier or SeriesNetRegressor."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import SeriesNetClassifier, SeriesNetRegressor
from skneural.layers import Conv1D, GlobalAvgPool
from skneural.network.session import TrainingSession

pytestmark = [
    pytest.mark.needs_jit(reason="fits of several networks"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(60, 12, 2))
SUMS = X[:, :, 0].sum(axis=1)
LAYERS = [Conv1D(4, 3, activation="relu"), GlobalAvgPool()]
SETTINGS = {"n_networks": 3, "max_iter": 3, "random_state": 0}


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_the_mean(n_classes):
    y = np.digitize(SUMS, [0, 2][: n_classes - 1])
    net = SeriesNetClassifier(LAYERS, **SETTINGS).fit(X, y)
    assert len(net.more_networks_) == 2
    first = SeriesNetClassifier(LAYERS, max_iter=3, random_state=0).fit(X, y)
    assert_array_equal(first.loss_curve_, net.loss_curve_)
    each = [first, *net.more_networks_]
    found = [part.predict_proba(X) for part in each]
    assert not np.array_equal(found[0], found[1])
    assert_allclose(net.predict_proba(X), np.mean(found, axis=0), rtol=1e-12)
    assert_allclose(net.predict_log_proba(X), np.log(np.mean(found, axis=0)), rtol=1e-9)
    assert_array_equal(net.predict(X), np.mean(found, axis=0).argmax(axis=1))


@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
def test_numbers_are_the_mean(loss):
    net = SeriesNetRegressor(LAYERS, loss=loss, **SETTINGS).fit(X, np.abs(SUMS))
    first = SeriesNetRegressor(LAYERS, loss=loss, max_iter=3, random_state=0)
    each = [first.fit(X, np.abs(SUMS)), *net.more_networks_]
    assert_allclose(net.predict(X), np.mean([n.predict(X) for n in each], axis=0), rtol=1e-12)


def test_copies_predict_the_same():
    net = SeriesNetClassifier(LAYERS, **SETTINGS).fit(X, SUMS > 0)
    again = clone(net).fit(X, SUMS > 0)
    for other in (pickle.loads(pickle.dumps(net)), again):
        assert_array_equal(other.predict_proba(X), net.predict_proba(X))


def test_each_network_goes_on():
    net = SeriesNetClassifier(LAYERS, n_networks=2, random_state=0)
    for _ in range(3):
        net.partial_fit(X, SUMS > 0, classes=[False, True])
    assert net.n_iter_ == net.more_networks_[0].n_iter_ == 1
    assert len(net.more_networks_[0].loss_curve_) == 3
    warm = SeriesNetClassifier(LAYERS, **SETTINGS, warm_start=True).fit(X, SUMS > 0)
    curve = warm.more_networks_[1].loss_curve_
    warm.set_params(max_iter=2).fit(X, SUMS > 0)
    assert warm.more_networks_[1].loss_curve_[: len(curve)] == curve
    assert len(warm.more_networks_[1].loss_curve_) == 5


@pytest.mark.parametrize("last", [2, 4, 6])
def test_an_interruption_begins_no_further_network(last, monkeypatch):
    whole, calls = TrainingSession.run_epoch, []

    def interrupt(self, *epoch):
        calls.append(1)
        if len(calls) == last:
            raise KeyboardInterrupt
        return whole(self, *epoch)

    monkeypatch.setattr(TrainingSession, "run_epoch", interrupt)
    with pytest.warns(UserWarning, match="interrupted by user"):
        net = SeriesNetClassifier(LAYERS, **SETTINGS).fit(X, SUMS > 0)
    assert len(calls) == last
    assert len(net.more_networks_) == {2: 0, 4: 0, 6: 1}[last]
    assert net.predict(X).shape == (60,)


def test_a_failed_fit_loses_nothing():
    net = SeriesNetClassifier(LAYERS, **SETTINGS).fit(X, SUMS > 0)
    before = net.predict_proba(X)
    with pytest.raises(ValueError, match="has no steps"):
        net.fit(np.full((3, 4, 2), np.nan), [0, 1, 0])
    assert_array_equal(net.predict_proba(X), before)
