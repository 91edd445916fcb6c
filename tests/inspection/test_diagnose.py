"""Diagnosis: sick networks are found out, healthy ones left alone, and what else it returns."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skneural
from asv_benchmarks.benchmarks.common import ESTIMATORS, make_case
from asv_benchmarks.diagnosis.data import digits, flipped, images, numbers
from asv_benchmarks.diagnosis.healthy import HEALTHY
from asv_benchmarks.diagnosis.sick import SICK
from skneural import MLPClassifier, MLPRegressor, NeuralNetClassifier
from skneural.estimators.base.network_estimator import NetworkEstimator
from skneural.inspection import diagnose
from skneural.layers import Activation, Dense, Dropout, Residual

pytestmark = [
    pytest.mark.needs_jit(reason="trains networks"),
    pytest.mark.filterwarnings("ignore"),
]
WITH_NETWORK = sorted(
    name for name in ESTIMATORS if issubclass(getattr(skneural, name), NetworkEstimator)
)
WITHOUT = sorted(set(ESTIMATORS) - set(WITH_NETWORK))


@pytest.fixture(scope="module")
def net():
    X, y = digits(0, 400)
    return MLPClassifier((20,), max_iter=60, learning_rate_init=0.01, random_state=0).fit(X, y)


@pytest.mark.parametrize("name", SICK)
def test_a_sick_network_is_found_out(name):
    estimator, X, y, sickness = SICK[name](0)
    diagnosis = diagnose(estimator, X, y)
    assert sickness in diagnosis.sicknesses
    for finding in diagnosis.findings:
        assert finding.figure and finding.remedy
        assert finding.sickness.replace("_", " ").split()[0] in str(diagnosis)


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_invented_on_a_healthy_network(name):
    estimator, X, y = HEALTHY[name](1)
    diagnosis = diagnose(estimator, X, y)
    assert diagnosis.findings == []
    assert "nothing found" in str(diagnosis)


def test_the_sick_layer_is_named():
    X, y = images(0, 200)
    inner = [("dense", Dense(16)), ("relu", Activation("relu")), ("last", Dense(16))]
    layers = [Dense(16, "relu"), ("block", Residual(inner))]
    net = NeuralNetClassifier(layers, max_iter=20, random_state=0).fit(X.reshape(len(X), -1), y)
    net.weights_["block"]["dense.bias"][...] = -1000
    found = diagnose(net, X.reshape(len(X), -1), y).findings
    dead = [finding for finding in found if finding.sickness == "dead_units"]
    assert [finding.layer for finding in dead] == ["block.relu"]
    assert dead[0].value == 1


def test_wrong_labels_come_first_among_the_suspects():
    X, y = digits(0)
    wrong, chosen = flipped(y, 0.05, 0)
    net = MLPClassifier((30,), alpha=0.5, max_iter=100, random_state=0).fit(X, wrong)
    suspects = diagnose(net, X, wrong).suspects
    assert np.isin(suspects[: len(chosen) // 2], chosen).mean() > 0.9


def test_suspects_are_rows_of_x_where_only_some_are_used():
    X, y = numbers(0)
    net = MLPRegressor(hidden_layer_sizes=(30,), learning_rate_init=0.01, random_state=0)
    net.fit(X, y)
    y = y.copy()
    y[[102, 300]] += 50
    diagnosis = diagnose(net, X, y, max_samples=len(X) // 2)
    assert diagnosis.n_samples == len(X) // 2
    assert sorted(diagnosis.suspects[:2]) == [102, 300]


def test_activations_are_those_of_the_layers(net):
    X, y = digits(1, 300)
    rows = {row["name"]: row for row in diagnose(net, X, y).activations}
    assert list(rows) == ["dense_1", "activation_1", "output"]
    hidden = net.activations(X, "activation_1").astype(float)
    assert rows["activation_1"]["mean"] == pytest.approx(hidden.mean())
    assert rows["activation_1"]["dead"] == np.mean((hidden == 0).all(axis=0))
    assert rows["activation_1"]["deviation"] == pytest.approx(
        np.sqrt(hidden.var(axis=0).mean())
    )
    raw = X @ net.coefs_[0] + net.intercepts_[0]
    assert rows["dense_1"]["mean"] == pytest.approx(raw.mean())


def test_gradients_are_those_of_the_loss(net):
    X, y = digits(1, 300)
    layers = diagnose(net, X, y).layers
    assert [layer["name"] for layer in layers] == ["dense_1", "output"]
    hidden = np.maximum(X @ net.coefs_[0] + net.intercepts_[0], 0)
    errors = net.predict_proba(X) - np.eye(10)[y]
    of_output = hidden.T @ errors / len(X)
    of_hidden = X.T @ (errors @ net.coefs_[1].T * (hidden > 0)) / len(X)
    for layer, gradient, kernel in zip(
        layers, (of_hidden, of_output), net.coefs_, strict=True
    ):
        assert layer["gradient"] == pytest.approx(np.linalg.norm(gradient), rel=1e-6)
        assert layer["weights"] == pytest.approx(np.linalg.norm(kernel))
        assert layer["n_weights"] == kernel.size


def test_the_update_is_that_of_the_solver():
    X, y = digits(0, 200)
    net = MLPClassifier((20,), solver="sgd", momentum=0, alpha=0, learning_rate_init=0.05,
                        batch_size=200, max_iter=3, random_state=0).fit(X, y)
    for layer in diagnose(net, X, y).layers:
        expected = 0.05 * layer["gradient"] / layer["weights"]
        assert layer["update_ratio"] == pytest.approx(expected, rel=1e-6)


def test_losses(net):
    X, y = digits(1, 300)
    diagnosis = diagnose(net, X, y)
    shares = np.bincount(y) / len(y)
    assert diagnosis.loss == pytest.approx(-net.predict_log_proba(X)[range(300), y].mean())
    assert diagnosis.constant_loss == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-4)


def test_a_constant_of_a_regressor_has_the_variance():
    X, y = numbers(0)
    net = MLPRegressor(hidden_layer_sizes=(10,), max_iter=5, random_state=0).fit(X, y)
    assert diagnose(net, X, y).constant_loss == pytest.approx(y.var() / 2, rel=1e-4)


def test_the_estimator_is_not_changed(net):
    X, y = digits(0, 100)
    normalized = NeuralNetClassifier(
        [Dense(10), skneural.layers.BatchNorm(), Dropout(0.5)], max_iter=3, random_state=0
    ).fit(X, y)
    for estimator in (net, normalized):
        before = pickle.dumps(estimator)
        diagnose(estimator, X, y)
        assert pickle.dumps(estimator) == before


def test_containers_and_threads_make_no_difference(net):
    X, y = digits(0, 200)
    expected = diagnose(net, X, y)
    for other in (pd.DataFrame(X), sparse.csr_array(X), X.tolist()):
        found = diagnose(net, other, pd.Series(y))
        assert found.sicknesses == expected.sicknesses
        assert [row["gradient"] for row in found.layers] == pytest.approx(
            [row["gradient"] for row in expected.layers], rel=1e-12
        )
    threads = copy.deepcopy(net).set_params(n_jobs=2)
    assert diagnose(threads, X, y).layers == expected.layers


def test_bytes_are_the_numbers_that_they_stand_for():
    X, y = images(0, 200)
    X = np.round(X * 255).astype(np.uint8)
    net = skneural.ConvNetClassifier((4,), max_iter=5, random_state=0).fit(X, y)
    assert "unscaled_inputs" not in diagnose(net, X, y).sicknesses


def test_without_targets_layers_are_looked_at(net):
    X, _ = digits(0, 100)
    diagnosis = diagnose(net, X)
    assert diagnosis.findings == []
    assert np.isnan(diagnosis.loss) and np.isnan(diagnosis.layers[0]["gradient"])
    assert "unscaled_inputs" in diagnose(net, X * 1000).sicknesses


@pytest.mark.parametrize("n_rows", [1, 2])
def test_few_rows(net, n_rows):
    X, y = digits(0, 100)
    assert diagnose(net, X[:n_rows], y[:n_rows]).n_samples == n_rows


@pytest.mark.parametrize("name", WITH_NETWORK)
def test_every_estimator_with_a_network(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        estimator, X, y = make_case(name, max_iter=3)
        diagnosis = diagnose(estimator.fit(X, y), X, y)
    assert diagnosis.estimator == name and diagnosis.n_samples == min(2000, len(X))
    assert diagnosis.layers and diagnosis.activations
    assert np.isfinite([row["gradient"] for row in diagnosis.layers]).all()
    assert np.isfinite(diagnosis.loss)


@pytest.mark.parametrize("name", WITHOUT)
def test_estimators_without_a_network_are_refused(name):
    estimator, X, y = make_case(name)
    with pytest.raises(TypeError, match=f"diagnose: {name} has no network"):
        diagnose(estimator, X, y)


def test_errors(net):
    X, y = digits(0, 100)
    with pytest.raises(NotFittedError, match="MLPClassifier"):
        diagnose(MLPClassifier(), X, y)
    pipeline = make_pipeline(StandardScaler(), MLPClassifier())
    with pytest.raises(TypeError, match="Pipeline has no network.* its last step"):
        diagnose(pipeline, X, y)
    with pytest.raises(ValueError, match="MLPClassifier.*diagnose.*17 features"):
        diagnose(net, X[:, :17], y)
    with pytest.raises(ValueError, match="17 features"):
        diagnose(net, X[:, :17])
    with pytest.raises(ValueError, match="MLPClassifier, diagnose: .*99"):
        diagnose(net, X, np.full(len(X), 99))
    with pytest.raises(ValueError, match="diagnose: max_samples=0 must be > 0"):
        diagnose(net, X, y, max_samples=0)


def test_the_table_fits_its_width():
    estimator, X, y, _ = SICK["unscaled_inputs"](0)
    lines = str(diagnose(estimator, X, y)).splitlines()
    assert lines[0] == "MLPClassifier: 178 rows"
    assert lines[2].split() == ["finding", "layer", "figure", "remedy"]
    assert max(map(len, lines)) <= 88
