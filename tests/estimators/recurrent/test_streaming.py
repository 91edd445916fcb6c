"""`step` of RecurrentClassifier and RecurrentRegressor: series that come step by step."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.exceptions import ConvergenceWarning, NotFittedError

from skneural import RecurrentClassifier, RecurrentRegressor

pytestmark = [
    pytest.mark.needs_jit(reason="fits of several networks"),
    pytest.mark.filterwarnings(f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(40, 7, 3))
RUNNING = X[:, :, 0].cumsum(axis=1)
SETTINGS = {"max_iter": 2, "random_state": 0}


def by_steps(net, X):
    """Outputs for each step, (n_samples, time, ...)."""
    state, found = net.initial_state(len(X)), []
    for step in range(X.shape[1]):
        outputs, state = net.step(X[:, step], state)
        found.append(outputs)
    return np.stack(found, axis=1)


@pytest.mark.parametrize("cell", ["lstm", "gru", "elman", "jordan"])
@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_outputs_are_those_of_the_series_so_far(cell, n_classes, dtype):
    y = np.digitize(RUNNING[:, -1], [0, 1][: n_classes - 1])
    net = RecurrentClassifier(cell, (8, 5), dense_layer_sizes=4, dtype=dtype, **SETTINGS)
    net.fit(X, y)
    found = by_steps(net, X)
    for step in range(X.shape[1]):
        assert_array_equal(found[:, step], net.predict_proba(X[:, : step + 1]))


@pytest.mark.parametrize("cell", ["lstm", "gru", "jordan"])
def test_outputs_of_each_step(cell):
    net = RecurrentClassifier(cell, 8, pooling=None, **SETTINGS).fit(X, RUNNING > 0)
    assert_array_equal(by_steps(net, X), net.predict_proba(X))
    for y in (RUNNING, X.cumsum(axis=1)):
        net = RecurrentRegressor(cell, 8, pooling=None, dropout=0.2, **SETTINGS)
        net.fit(X, y)
        assert_array_equal(by_steps(net, X), net.predict(X))


def test_series_come_and_go():
    net = RecurrentRegressor("lstm", 8, **SETTINGS).fit(X, RUNNING[:, -1])
    state = net.initial_state(300)
    assert [each.shape for each in state] == [(300, 8), (300, 8)]
    many = np.tile(X, (8, 1, 1))[:300]
    for step in range(3):
        _, state = net.step(many[:, step], state)
    chosen = [each[[7, 5]] for each in pickle.loads(pickle.dumps(state))]
    kept = [each.copy() for each in chosen]
    outputs, _ = net.step(X[[7, 5], 3], chosen)
    assert_array_equal(outputs, net.predict(X[[7, 5], :4]))
    assert_array_equal(chosen, kept)


def test_token_ids_and_normalized_features():
    ids = RANDOM.randint(0, 9, (40, 6))
    net = RecurrentClassifier("gru", 8, n_tokens=9, pooling=None, **SETTINGS)
    net.fit(ids[:, :, None], ids)
    assert_array_equal(by_steps(net, ids), net.predict_proba(ids[:, :, None]))
    net = RecurrentRegressor("gru", 8, normalize="features", **SETTINGS).fit(X, RUNNING[:, -1])
    assert_array_equal(by_steps(net, X)[:, -1], net.predict(X))
    table = RANDOM.normal(size=(40, 6))
    net = RecurrentRegressor("gru", 8, **SETTINGS).fit(table, table[:, 0])
    assert_array_equal(by_steps(net, table)[:, -1], net.predict(table))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"bidirectional": True}, "bidirectional=True reads series from their ends too"),
        ({"pooling": "mean"}, "pooling='mean' needs all steps of a series at once"),
    ],
)
def test_networks_of_whole_series_are_refused(parameters, message):
    net = RecurrentRegressor("gru", 4, **parameters, **SETTINGS).fit(X, RUNNING[:, -1])
    with pytest.raises(ValueError, match=f"RecurrentRegressor: {message}"):
        net.initial_state()


def test_steps_and_states_that_do_not_fit():
    net = RecurrentRegressor("lstm", 4, **SETTINGS)
    with pytest.raises(NotFittedError):
        net.initial_state()
    net.fit(X, RUNNING[:, -1])
    state = net.initial_state(2)
    with pytest.raises(ValueError, match="of 1 steps x 2 features, fitted with 3"):
        net.step(X[:2, 0, :2], state)
    with pytest.raises(ValueError, match=r"RecurrentRegressor: the state has arrays of shape"):
        net.step(X[:3, 0], state)
    assert_array_equal(net.step(X[:2, 0])[0], net.predict(X[:2, :1]))
    for wrong in (0, -1, 1.5):
        with pytest.raises(ValueError, match="n_series=.* is not a positive integer"):
            net.initial_state(wrong)
    with pytest.raises(ValueError, match=r"x has shape \(2, 7, 3\); a step of each series has"):
        net.step(X[:2], state)
