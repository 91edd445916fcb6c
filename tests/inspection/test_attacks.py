"""Adversarial examples stay in their ball and bounds, and predictions become wrong."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError

from _looked_into import digits, digits_network, trained
from skneural import MLPClassifier, MLPRegressor
from skneural.inspection import (
    adversarial_accuracy,
    fast_gradient,
    input_gradient,
    projected_gradient,
)

pytestmark = pytest.mark.needs_jit(reason="fits networks")
EACH = pytest.mark.parametrize("attack", [fast_gradient, projected_gradient],
                               ids=lambda attack: attack.__name__)
EACH_NORM = pytest.mark.parametrize("norm", ["inf", 2])
SEEDS = {fast_gradient: {}, projected_gradient: {"random_state": 0}}


@pytest.fixture(scope="module")
def case():
    X, y = digits()
    return digits_network(), X[1200:1300], y[1200:1300]


def sizes(changes, norm):
    rows = changes.reshape(len(changes), -1).astype(float)
    return np.abs(rows).max(1) if norm == "inf" else np.linalg.norm(rows, axis=1)


@EACH
@EACH_NORM
def test_changes_are_small_and_predictions_wrong(case, attack, norm):
    model, X, y = case
    epsilon = 3.0 if norm == "inf" else 12.0
    found = attack(model, X, y, epsilon=epsilon, norm=norm, **SEEDS[attack])
    assert found.shape == X.shape and found.dtype == np.float32
    assert sizes(found - X, norm).max() <= epsilon * (1 + 1e-6)
    assert found.min() >= 0 and found.max() <= 16
    assert model.score(X, y) > 0.85
    assert model.score(found, y) < (0.5 if attack is fast_gradient else 0.2)


@EACH_NORM
def test_projected_gradient_is_stronger(case, norm):
    model, X, y = case
    epsilon = 2.0 if norm == "inf" else 8.0
    fast, best = (
        model.score(attack(model, X, y, epsilon=epsilon, norm=norm, **SEEDS[attack]), y)
        for attack in (fast_gradient, projected_gradient)
    )
    assert best < fast


@EACH
def test_predictions_become_a_target(case, attack):
    model, X, _ = case
    before = (model.predict(X) == 3).mean()
    found = attack(model, X, target=3, epsilon=3.0, **SEEDS[attack])
    assert (model.predict(found) == 3).mean() > before + 0.2
    each = attack(model, X, target=np.full(len(X), 3), epsilon=3.0, **SEEDS[attack])
    np.testing.assert_array_equal(each, found)


def test_fast_gradient_is_the_sign_of_the_gradient_of_the_loss():
    X, y = load_iris(return_X_y=True)
    model = trained(MLPClassifier((8,), max_iter=20, random_state=0), X, y)
    signs = np.sign(input_gradient(model, X, y, of="loss"))
    np.testing.assert_allclose(fast_gradient(model, X, y, epsilon=0.1), X + 0.1 * signs)


@pytest.mark.parametrize("labels", ["two", "several"])
def test_other_kinds_of_labels(labels):
    X, y = load_iris(return_X_y=True)
    truth = np.where(y > 0, "a", "b") if labels == "two" else np.eye(3, dtype=int)[y]
    model = trained(MLPClassifier((16,), max_iter=100, random_state=0), X, truth)
    accuracies = adversarial_accuracy(model, X, truth, [0, 0.3, 3.0], random_state=0)
    assert accuracies[0] == model.score(X, truth)
    assert accuracies[0] > accuracies[1] > accuracies[2] or accuracies[2] < 0.1


@EACH
def test_no_change_without_size(case, attack):
    model, X, y = case
    np.testing.assert_array_equal(attack(model, X, y, epsilon=0.0, **SEEDS[attack]), X)


@EACH
def test_without_labels_predictions_are_those_to_differ_from(case, attack):
    model, X, _ = case
    found = attack(model, X, epsilon=2.0, **SEEDS[attack])
    expected = attack(model, X, model.predict(X), epsilon=2.0, **SEEDS[attack])
    np.testing.assert_array_equal(found, expected)


@EACH
def test_bounds(case, attack):
    model, X, y = case
    open_ended = attack(model, X, y, epsilon=3.0, bounds=None, **SEEDS[attack])
    assert open_ended.min() < 0 or open_ended.max() > 16
    inner = attack(model, X, y, epsilon=3.0, bounds=(4, 12), **SEEDS[attack])
    assert (inner >= np.minimum(X, 4) - 1e-6).all() and (inner <= np.maximum(X, 12) + 1e-6).all()


@EACH
def test_equal_numbers_in_any_container(case, attack):
    model, X, y = case
    expected = attack(model, X[:5], y[:5], epsilon=1.0, **SEEDS[attack])
    for other in (X[:5].astype(np.uint8), X[:5].astype(np.float64), X[:5].tolist()):
        found = attack(model, other, y[:5].tolist(), epsilon=1.0, **SEEDS[attack])
        np.testing.assert_array_equal(found, expected)


def test_a_certain_network_is_attacked_too():
    """Where the probability of the class is 1 in float32, and the loss hardly has a gradient."""
    X, y = load_iris(return_X_y=True)
    X = X.astype(np.float32)
    model = trained(MLPClassifier((16,), max_iter=100, random_state=0), X, y)
    for weights in model.coefs_:
        weights *= 1000
    certain = model.predict_proba(X).max(axis=1) == 1
    assert certain.sum() > 50
    found = projected_gradient(model, X, epsilon=2.0, random_state=0)
    assert (model.predict(found) != model.predict(X))[certain].mean() > 0.8


@EACH_NORM
@pytest.mark.parametrize("attack", ["fast_gradient", "projected_gradient"])
def test_accuracy_under_attack_falls(case, attack, norm):
    model, X, y = case
    epsilons = np.array([2.0, 0.0, 0.5, 4.0]) * (1 if norm == "inf" else 4)
    options = {"random_state": 0, "n_iter": 10} if attack == "projected_gradient" else {}
    found = adversarial_accuracy(model, X, y, epsilons, attack=attack, norm=norm, **options)
    assert found[1] == model.score(X, y)
    ordered = found[np.argsort(epsilons)]
    assert (np.diff(ordered) <= 0).all() and ordered[-1] < 0.5
    alone = adversarial_accuracy(model, X, y, epsilons[2], attack=attack, norm=norm, **options)
    assert alone == found[2]


@EACH
@pytest.mark.parametrize(("options", "message"), [
    ({"epsilon": -1}, "epsilon=-1 must be a finite number from 0 on"),
    ({"epsilon": 1, "norm": 1}, "norm=1 must be one of 'inf', 2"),
    ({"epsilon": 1, "y": np.zeros(3)}, r"y has the shape \(3,\), where X has 100"),
    ({"epsilon": 1, "y": np.full(100, 11)}, "y=11 is no class of ConvNetClassifier.*0, 1"),
    ({"epsilon": 1, "target": 11}, "target=11 is no class"),
    ({"epsilon": 1, "y": np.zeros(100), "target": 3}, "y and target exclude each other"),
    ({"epsilon": 1, "bounds": (1, 0)}, r"bounds=\(1, 0\) must be two numbers"),
    ({"epsilon": 1, "bounds": "none"}, "bounds='none' must be two numbers"),
    ({"epsilon": 1, "estimator": MLPClassifier()}, "not fitted"),
    ({"epsilon": 1, "X": np.ones((100, 30, 8))}, "samples of shape"),
])
def test_bad_arguments(case, attack, options, message):
    model, X, _ = case
    given = {"estimator": model, "X": X} | options
    with pytest.raises((ValueError, NotFittedError), match=message):
        attack(given.pop("estimator"), given.pop("X"), given.pop("y", None), **given)


def test_only_classifiers_are_attacked():
    X, y = load_diabetes(return_X_y=True)
    model = trained(MLPRegressor(hidden_layer_sizes=(4,), max_iter=2), X, y)
    with pytest.raises(TypeError, match="fast_gradient: estimator=MLPRegressor .*classifier"):
        fast_gradient(model, X, epsilon=1)


@pytest.mark.parametrize(("options", "message"), [
    ({"epsilons": [-1.0]}, "epsilons=.* from 0 on"),
    ({"epsilons": []}, "epsilons=.* from 0 on"),
    ({"attack": "fast"}, "attack='fast' .*Did you mean 'fast_gradient'"),
])
def test_bad_arguments_of_accuracy(case, options, message):
    model, X, y = case
    with pytest.raises(ValueError, match=message):
        adversarial_accuracy(model, X, y, **({"epsilons": [1.0]} | options))
