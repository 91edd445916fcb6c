"""Diagnosis of data: rows of one class, numbers of any scale, outliers, wrong labels."""

import numpy as np
import pytest

from asv_benchmarks.diagnosis.data import digits, flipped
from skneural import MLPClassifier, MLPRegressor, NeuralNetClassifier, TabularRegressor
from skneural.inspection import diagnose
from skneural.layers import Activation, BatchNorm, Dense

pytestmark = [
    pytest.mark.needs_jit(reason="trains networks"),
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def net():
    X, y = digits(0, 1000)
    return MLPClassifier((50,), max_iter=60, random_state=0).fit(X, y)


def plane(n_rows=500, noise=0.1, seed=0):
    """Rows of five features, and the first one with noise as target."""
    random = np.random.RandomState(seed)
    Z = random.normal(size=(n_rows, 5))
    return Z, Z[:, 0] + noise * random.normal(size=n_rows)


def test_nothing_is_invented_on_rows_of_one_class(net):
    X, y = digits(0, 1797)
    one = diagnose(net, X[y == 3], y[y == 3])
    assert one.findings == [] and np.isnan(one.constant_loss)
    assert diagnose(net, X[:1], y[:1]).findings == []


def test_nothing_is_invented_on_targets_that_are_the_same():
    Z, t = plane()
    net = MLPRegressor(hidden_layer_sizes=(30,), max_iter=100, random_state=0).fit(Z, t)
    near = np.argsort(np.abs(t - 1))[:50]
    same = diagnose(net, Z[near], np.ones(50))
    assert same.findings == [] and np.isnan(same.constant_loss)


@pytest.mark.parametrize(("scale", "offset"), [(1e4, 1e5), (1, 100), (0.001, 0), (100, 0)])
def test_targets_that_are_not_scaled(scale, offset):
    Z, t = plane()
    t = scale * t + offset
    net = MLPRegressor(random_state=0).fit(Z, t)
    finding = diagnose(net, Z, t).findings[0]
    assert finding.sickness == "unscaled_targets" and "StandardScaler" in finding.remedy


def test_targets_of_any_scale_do_no_harm_where_they_are_standardised_or_fitted():
    Z, t = plane()
    t = 1e4 * t + 1e5
    net = TabularRegressor(max_iter=30, random_state=0).fit(Z, t)
    assert "unscaled_targets" not in diagnose(net, Z, t).sicknesses
    t = t / 1e3 - 100
    net = MLPRegressor(learning_rate_init=0.01, random_state=0).fit(Z, t)
    assert "unscaled_targets" not in diagnose(net, Z, t).sicknesses


@pytest.mark.parametrize(("factor", "offset"), [(1, 5), (1, 10), (1, 29), (0.003, 0), (0.03, 0)])
def test_inputs_that_are_not_centred_or_tiny(factor, offset):
    X, y = digits(0)
    X = factor * X + offset
    net = MLPClassifier((50,), max_iter=60, random_state=0).fit(X, y)
    assert diagnose(net, X, y).findings[0].sickness == "unscaled_inputs"


def test_indicators_and_pictures_are_scaled():
    random = np.random.RandomState(0)
    codes = np.minimum(random.geometric(0.1, size=1000) - 1, 59)
    X = np.eye(60)[codes]
    X = X[:, X.any(axis=0)]
    y = codes % 2
    net = MLPClassifier((20,), max_iter=5, random_state=0).fit(X, y)
    assert "unscaled_inputs" not in diagnose(net, X, y).sicknesses
    X, y = digits(0)
    net = MLPClassifier((20,), max_iter=2, random_state=0).fit(1 - X / 4, y)
    assert "unscaled_inputs" not in diagnose(net, 1 - X / 4, y).sicknesses


def test_clear_outliers_are_the_cause_of_a_large_loss():
    Z, t = plane(2000)
    chosen = np.random.RandomState(1).permutation(2000)[:100]
    t[chosen] += 20
    diagnosis = diagnose(MLPRegressor(random_state=0).fit(Z, t), Z, t)
    assert diagnosis.sicknesses == ["outlying_targets"]
    assert set(diagnosis.suspects) == set(chosen)


def test_noise_is_named_beside_underfitting():
    Z, t = plane(1000, noise=3)
    net = MLPRegressor(early_stopping=True, random_state=0).fit(Z, t)
    finding, = diagnose(net, Z, t).findings
    assert finding.sickness == "underfitting" and "X says little about y" in finding.remedy


def test_an_overconfident_network_does_not_make_labels_wrong():
    X, y = digits(0, 1797)
    for seed in range(4):
        net = MLPClassifier((64,), solver="lbfgs", random_state=seed).fit(X[:1200], y[:1200])
        assert "label_noise" not in diagnose(net, X[1200:], y[1200:]).sicknesses
        wrong, _ = flipped(y[1200:], 0.08, 0)
        assert len(diagnose(net, X[1200:], wrong).suspects) > 0.05 * len(wrong)


def test_a_sure_network_finds_wrong_labels_of_other_rows():
    X, y = digits(0, 1797)
    net = MLPClassifier((64,), random_state=0)
    net.fit(X[:1000], y[:1000], X_val=X[1000:1200], y_val=y[1000:1200])
    wrong, _ = flipped(y[1200:], 0.1, 0)
    assert diagnose(net, X[1200:], wrong).sicknesses == ["label_noise"]


@pytest.mark.parametrize("share", [0.03, 0.05])
def test_few_wrong_labels_are_found_by_a_small_network(share):
    X, y = digits(0, 1797)
    wrong, _ = flipped(y, share, 2)
    net = MLPClassifier((20,), early_stopping=True, random_state=0)
    assert "label_noise" not in diagnose(net.fit(X, y), X, y).sicknesses
    assert "label_noise" in diagnose(net.fit(X, wrong), X, wrong).sicknesses


def test_stale_statistics_stand_before_what_follows():
    X, y = digits(0)
    layers = [Dense(50), BatchNorm(momentum=0.9999), Activation("relu")]
    net = NeuralNetClassifier(layers, max_iter=30, random_state=0).fit(5 + X, y)
    found = diagnose(net, 5 + X, y).sicknesses
    assert found.index("stale_statistics") < found.index("collapsed_classes")


@pytest.mark.parametrize("activation", ["relu", "gelu", "silu", "elu"])
def test_units_of_any_activation_can_be_dead(activation):
    X, y = digits(0)
    net = MLPClassifier((64,), activation=activation, max_iter=60, random_state=0).fit(X, y)
    assert diagnose(net, X, y).findings == []
    net.intercepts_[0][:50] = -100
    diagnosis = diagnose(net, X, y)
    finding = diagnosis.findings[0]
    assert (finding.sickness, finding.layer) == ("dead_units", "activation_1")
    assert diagnosis.activations[1]["dead"] >= 50 / 64
