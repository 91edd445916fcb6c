"""Losses and predictions of an ensemble's members, whose outputs stand side by side."""

import numpy as np
import pytest
from scipy.special import expit, softmax

from _helpers import BATCH, DTYPES, LOSSES, ROUNDING, close, loss_and_gradient, name_of, targets_for
from skneural import NeuralNetClassifier, NeuralNetRegressor
from skneural.engine.plan import Plan
from skneural.layers import Dense, EnsembleScale, PackedDense
from skneural.losses import Hinge, Poisson, Quantile, SquaredError
from skneural.losses._links import LINKS
from skneural.losses._mask_log_loss import MaskLogLoss
from skneural.losses._members import add_mean, before_link
from skneural.network.runner import Runner

OF_ROWS = [(loss, n) for loss, n in LOSSES if not isinstance(loss, MaskLogLoss)]
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 1.5])
N_MEMBERS = 3


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@pytest.mark.parametrize(("loss", "n_outputs"), OF_ROWS, ids=map(name_of, OF_ROWS))
def test_the_loss_is_the_mean_of_the_members(loss, n_outputs, dtype):
    random = np.random.default_rng(1)
    outputs = random.normal(0, 1.2, (BATCH, N_MEMBERS, n_outputs)).astype(dtype)
    y = targets_for(loss, n_outputs, BATCH, dtype)
    alone = [
        loss_and_gradient(loss, np.ascontiguousarray(outputs[:, m]), y, WEIGHTS)
        for m in range(N_MEMBERS)
    ]
    members = loss.for_members(N_MEMBERS, n_outputs)
    value, gradient = loss_and_gradient(members, outputs.reshape(BATCH, -1), y, WEIGHTS)
    tolerance = ROUNDING[dtype.name]
    close(value, np.mean([each for each, _ in alone], axis=0), tolerance)
    expected = np.stack([each for _, each in alone], axis=1) / N_MEMBERS
    close(gradient, expected.reshape(BATCH, -1), tolerance)
    assert members.n_targets(n_outputs) == loss.n_targets(n_outputs)


def layers(n_outputs):
    return [EnsembleScale(N_MEMBERS), Dense(8, "relu"), PackedDense(n_outputs, N_MEMBERS)]


def raw_outputs(net, X):
    hidden = net.activations(X, 1)
    output = net.get_layer(-1).weights
    return np.einsum("nmd,mdk->nmk", hidden, output["kernel"]) + output["bias"]


X = np.random.default_rng(0).normal(size=(60, 4))


@pytest.mark.parametrize(
    ("labels", "n_outputs", "link"),
    [
        (X[:, 0] > 0, 1, expit),
        (np.digitize(X[:, 0], [-0.5, 0.5]), 3, lambda z: softmax(z, axis=-1)),
        ((X[:, :2] > 0).astype(int), 2, expit),
    ],
    ids=["binary", "multiclass", "multilabel"],
)
def test_probabilities_are_the_mean_of_the_members(labels, n_outputs, link):
    net = NeuralNetClassifier(layers(n_outputs), max_iter=5, random_state=0).fit(X, labels)
    expected = link(raw_outputs(net, X)).mean(axis=1)
    found = net.predict_proba(X)
    found = found[:, 1:] if n_outputs == 1 else found
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    np.testing.assert_allclose(net.activations(X, -1), expected, rtol=1e-12)
    shown = net._loss.link
    scores = net.decision_function(X)
    np.testing.assert_allclose(scores.reshape(60, -1), before_link(shown, expected), atol=1e-9)
    right = net.predict_proba(X).argmax(axis=1) if n_outputs != 2 else expected > 0.5
    np.testing.assert_array_equal(net.predict(X), net.classes_[right] if n_outputs != 2 else right)


@pytest.mark.parametrize(
    ("loss", "link"), [(SquaredError(), None), (Quantile(0.9), None), (Poisson(), np.exp)]
)
def test_predicted_numbers_are_the_mean_of_the_members(loss, link):
    y = np.exp(X[:, :2])
    net = NeuralNetRegressor(layers(2), loss=loss, max_iter=5, random_state=0).fit(X, y)
    raw = raw_outputs(net, X)
    expected = (raw if link is None else link(raw)).mean(axis=1)
    np.testing.assert_allclose(net.predict(X), expected, rtol=1e-12)


def test_members_learn_by_lbfgs():
    y = X[:, 0] ** 2
    net = NeuralNetRegressor(layers(1), solver="lbfgs", alpha=0, random_state=0).fit(X, y)
    assert net.score(X, y) > 0.99
    residuals = raw_outputs(net, X)[:, :, 0] - y[:, None]
    assert net.loss_ == pytest.approx((residuals**2).mean() / 2, rel=1e-6)


def test_a_hinge_of_members_has_no_probabilities():
    net = NeuralNetClassifier(layers(3), loss=Hinge(), max_iter=3, random_state=0)
    net.fit(X, np.digitize(X[:, 0], [-0.5, 0.5]))
    np.testing.assert_allclose(
        net.decision_function(X), raw_outputs(net, X).mean(axis=1), rtol=1e-12
    )


def test_a_wrong_activation_of_members_is_named():
    net = NeuralNetRegressor([PackedDense(1, 2, "tanh")], max_iter=1)
    with pytest.raises(ValueError, match="'packeddense' .* activation='tanh'"):
        net.fit(X, X[:, 0])
    NeuralNetClassifier([PackedDense(1, 2, "logistic")], max_iter=1).fit(X, X[:, 0] > 0)


@pytest.mark.parametrize("name", ["identity", "logistic", "exp", "softmax"])
def test_before_link_is_finite(name):
    predictions = np.array([[0.0, 1.0], [1.0, 0.0], [0.3, 0.7]], np.float32)
    found = before_link(name, predictions)
    assert np.isfinite(found).all() and found.dtype == np.float32


def test_the_validation_loss_is_that_of_the_mean_prediction():
    y = (X[:, 0] > 0).astype(int)
    net = NeuralNetClassifier(layers(1), max_iter=4, early_stopping=True, random_state=0)
    net.set_params(restore_best_weights=False).fit(X, y, X_val=X[:20], y_val=y[:20])
    found = net.predict_proba(X[:20])[np.arange(20), y[:20]]
    assert net.validation_loss_curve_[-1] == pytest.approx(-np.log(found).mean(), rel=1e-12)


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@pytest.mark.parametrize("name", LINKS)
def test_means_of_extreme_outputs_are_finite(name, dtype):
    outputs = np.array([[-200, 200.0, 200, -200], [-88, 0, 88, 1], [-60, -60, -60, -60]], dtype)
    plan = Plan(dtype, 3)
    buffer = plan.buffer((2, 2))
    buffer.array.reshape(-1, buffer.stride)[:3, :4] = outputs if name != "exp" else outputs / 3
    mean = add_mean(plan, name, buffer, 2)
    Runner(plan, plan.all_steps(), 1).run(3)
    assert np.isfinite(mean.array.reshape(-1, mean.stride)[:3, :2]).all()
