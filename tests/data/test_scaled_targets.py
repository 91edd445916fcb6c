"""Standardised targets, and predictions within their range."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler

from _helpers import close
from skneural import MLPRegressor, NeuralNetRegressor
from skneural.data.rows import Rows
from skneural.data.scaled_targets import ScaledTargets
from skneural.data.target_rules import NumberRules
from skneural.layers import Dense

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SETTINGS = {"max_iter": 30, "random_state": 0, "learning_rate_init": 0.01, "n_jobs": 1}


class Scaled(MLPRegressor):
    """A perceptron with such targets."""

    _standardizes, _clips = True, True

    def _target_rules(self):
        return NumberRules(type(self).__name__, False, self._standardizes, self._clips)


class Standardized(Scaled):
    _clips = False


class Clipped(Scaled):
    _standardizes = False


def data(n_rows=80, n_outputs=1, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(0, 1, (n_rows, 4))
    y = np.sin(X @ random.normal(0, 1, (4, n_outputs))) * [3.0, 100.0][:n_outputs] + 7
    return X, y if n_outputs > 1 else y.ravel()


def rows_of(y, weight=None, among=None):
    return Rows(np.zeros((len(y), 1)), np.array(y, float), weight, y, weight, among)


def test_what_is_learned_is_that_of_weighted_rows_trained_on():
    random = np.random.default_rng(1)
    y, weight = random.normal(3, 5, (20, 2)), random.integers(0, 3, 20).astype(float)
    among = np.arange(3, 20)
    targets = ScaledTargets((2,)).measured(rows_of(y, weight, among), anew=True)
    repeated = np.repeat(y[3:], weight[3:].astype(int), axis=0)
    close(targets.mean, repeated.mean(axis=0), 1e-12)
    close(targets.scale, repeated.std(axis=0), 1e-12)
    np.testing.assert_array_equal(targets.bounds, [repeated.min(axis=0), repeated.max(axis=0)])
    scaled = targets.scaled(rows_of(y), np.dtype(np.float32)).y
    assert scaled.dtype == np.float32
    close(scaled, (y - targets.mean) / targets.scale, 1e-6)


def test_decoding_reverses_scaling_and_stays_in_the_range():
    y = np.array([[1.0, -50.0], [3.0, 70.0], [2.0, 0.0]])
    targets = ScaledTargets((2,)).measured(rows_of(y), anew=True)
    scaled = targets.scaled(rows_of(y), np.dtype(np.float64)).y
    close(targets.decode(scaled), y, 1e-12)
    np.testing.assert_array_equal(
        targets.decode(np.array([[-9.0, 9.0], [9.0, -9.0]])), [[1, 70], [3, -50]]
    )
    free = ScaledTargets((2,), clips=False).measured(rows_of(y), anew=True)
    assert (free.decode(np.array([[-9.0, 9.0]])) < [[1, 900]]).all() and free.bounds is None
    only = ScaledTargets((2,), standardizes=False).measured(rows_of(y), anew=True)
    np.testing.assert_array_equal(only.decode(np.array([[2.0, 99.0]])), [[2, 70]])
    np.testing.assert_array_equal(only.scaled(rows_of(y), np.dtype(np.float64)).y, y)


def test_a_constant_output_and_a_far_one():
    y = np.column_stack([np.full(5, 4.0), 1e9 + np.arange(5.0)])
    targets = ScaledTargets((2,)).measured(rows_of(y), anew=True)
    assert targets.scale[0] == 1 and np.isfinite(targets.scale).all()
    scaled = targets.scaled(rows_of(y), np.dtype(np.float32)).y
    close(scaled[:, 1], (np.arange(5) - 2) / np.sqrt(2), 1e-6)
    np.testing.assert_array_equal(scaled[:, 0], 0)


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_a_fit_is_that_of_standardised_targets(n_outputs):
    X, y = data(n_outputs=n_outputs)
    model = Standardized(**SETTINGS).fit(X, y)
    scaler = StandardScaler().fit(y.reshape(len(y), -1))
    plain = MLPRegressor(**SETTINGS).fit(X, scaler.transform(y.reshape(len(y), -1)).squeeze())
    close(model.coefs_[0], plain.coefs_[0], 1e-9)
    close(model.loss_curve_, plain.loss_curve_, 1e-9)
    expected = plain.predict(X).reshape(len(X), -1)
    close(model.predict(X).reshape(len(X), -1), scaler.inverse_transform(expected), 1e-9)
    assert model.score(X, y) == pytest.approx(plain.score(X, scaler.transform(
        y.reshape(len(y), -1)).squeeze()))


def test_predictions_are_clipped_and_nothing_else_changes():
    X, y = data()
    model, plain = Clipped(**SETTINGS).fit(X, y), MLPRegressor(**SETTINGS).fit(X, y)
    np.testing.assert_array_equal(model.coefs_[0], plain.coefs_[0])
    far = 100 * X
    np.testing.assert_array_equal(model.predict(far), np.clip(plain.predict(far), y.min(), y.max()))
    assert plain.predict(far).max() > y.max()


@pytest.mark.parametrize("scoring", [None, "r2", "neg_root_mean_squared_error"])
def test_validation_rows_are_not_learned_from_and_scored_as_predicted(scoring):
    X, y = data()
    X_val, y_val = X[60:], y[60:] * 10
    model = Scaled(**SETTINGS, early_stopping=True, scoring=scoring, n_iter_no_change=np.inf)
    model.fit(X[:60], y[:60], X_val=X_val, y_val=y_val)
    targets = model._targets
    close(targets.mean, [y[:60].mean()], 1e-12)
    np.testing.assert_array_equal(targets.bounds.ravel(), [y[:60].min(), y[:60].max()])
    found = model.score(X_val, y_val)
    if scoring == "neg_root_mean_squared_error":
        found = -np.sqrt(np.mean((model.predict(X_val) - y_val) ** 2))
    assert model.best_validation_score_ == pytest.approx(found)
    held_out = clone(model).set_params(scoring=None, validation_fraction=0.25).fit(X, y)
    assert abs(held_out._targets.mean[0] - y.mean()) > 1e-6


def test_later_calls_keep_the_scale_and_widen_the_range():
    X, y = data()
    model = Scaled(**SETTINGS).partial_fit(X[:40], y[:40])
    known = model._targets
    model.partial_fit(X[40:], y[40:] * 3)
    assert model._targets.mean is known.mean
    both = np.concatenate([y[:40], y[40:] * 3])
    np.testing.assert_array_equal(model._targets.bounds.ravel(), [both.min(), both.max()])
    warm = Scaled(**SETTINGS, warm_start=True).fit(X, y)
    before = warm.predict(X)
    warm.set_params(learning_rate_init=1e-12, max_iter=1).fit(X, y + 1000)
    close(np.clip(warm.predict(X), y.min(), y.max()), before, 1e-6)
    again = Scaled(**SETTINGS).fit(X, y).fit(X, y + 1000)
    close(again._targets.mean, [y.mean() + 1000], 1e-9)


def test_small_partial_fits_of_a_kept_session_go_on():
    X, y = data()
    model = Scaled(**SETTINGS)
    for begin in range(0, 80, 8):
        model.partial_fit(X[begin : begin + 8], y[begin : begin + 8])
    other = Scaled(**SETTINGS)
    for begin in range(0, 80, 8):
        other = pickle.loads(pickle.dumps(other.partial_fit(X[begin:][:8], y[begin:][:8])))
    np.testing.assert_array_equal(model.predict(X), other.predict(X))


def test_weights_count_as_repeated_rows_and_any_number_of_threads_gives_the_same():
    X, y = data()
    weight = np.where(np.arange(80) % 4, 1.0, 0.0)
    model = Scaled(**SETTINGS | {"n_jobs": 2}).fit(X, y, weight)
    close(model._targets.mean, [y[weight > 0].mean()], 1e-12)
    single = Scaled(**SETTINGS).fit(X, y, weight)
    np.testing.assert_array_equal(model.predict(X), single.predict(X))


def test_other_networks_take_them():
    class Net(NeuralNetRegressor):
        def _target_rules(self):
            return NumberRules(type(self).__name__, self._shaped_targets, True, True)

    X, y = data()
    y = y.reshape(40, 2, 1)
    net = Net([Dense(8, "relu")], **SETTINGS).fit(X[:40], y)
    assert net.predict(X).shape == (80, 2, 1) and np.isfinite(net.score(X[:40], y))
