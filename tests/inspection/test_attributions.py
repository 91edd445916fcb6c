"""Attributions: they find a planted pattern, add up, and refuse what makes no sense."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.cluster import KMeans
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from _looked_into import digits, digits_network, planted, planted_network, trained
from skneural import (
    MLPClassifier,
    MLPRegressor,
    NeuralNetRegressor,
    RecurrentClassifier,
)
from skneural.inspection import (
    gradient_times_input,
    input_gradient,
    integrated_gradients,
    occlusion,
    smooth_gradient,
)

pytestmark = pytest.mark.needs_jit(reason="fits networks")
FUNCTIONS = [
    input_gradient, gradient_times_input, integrated_gradients, smooth_gradient, occlusion,
]  # fmt: skip
EACH = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
EACH_OWN = pytest.mark.parametrize("function", FUNCTIONS[1:], ids=lambda f: f.__name__)


@pytest.fixture(scope="module")
def iris():
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])
    return trained(MLPClassifier((16,), max_iter=60, random_state=0), X, names[y]), X


@EACH
def test_the_pixels_of_a_planted_pattern_are_found(function):
    X, y, where = planted(40, seed=5)
    options = {"window": (2, 2)} if function is occlusion else {}
    found = np.abs(function(planted_network(), X, y, **options)).reshape(len(X), -1)
    largest = np.argsort(found, axis=1)[:, -round(0.05 * found.shape[1]) :]
    assert where.ravel()[largest].mean() >= 0.8


@EACH
def test_shape_and_dtype(function):
    X, y = digits()
    found = function(digits_network(), X[:3], y[:3])
    assert found.shape == (3, 8, 8)
    assert found.dtype == np.float32
    assert np.isfinite(found).all() and found.any()


@EACH_OWN
def test_equal_numbers_in_any_container(function, iris):
    model, X = iris
    X = np.round(X[:4] * 2)
    options = {"random_state": 0} if function is smooth_gradient else {}
    expected = function(model, X, **options)
    for other in (X.tolist(), pd.DataFrame(X), X.astype(np.uint8), sparse.csr_matrix(X)):
        np.testing.assert_array_equal(function(model, other, **options), expected)


def test_names_of_features_raise_no_warning():
    X, y = load_iris(return_X_y=True, as_frame=True)
    model = trained(MLPClassifier((8,), max_iter=5, random_state=0), X, y)
    for function in FUNCTIONS:
        assert function(model, X[:2]).shape == (2, 4)


def outputs(model, X):
    """What the attributions of a classifier are of: the score of each class."""
    scores = model.decision_function(X)
    return np.column_stack([-scores, scores]) if scores.ndim == 1 else scores


@pytest.mark.parametrize("baseline", [0.0, 8.0, "mean"])
def test_integrated_gradients_add_up(baseline):
    (X, y), model = digits(), digits_network()
    start = X.mean(0) if baseline == "mean" else baseline
    found = integrated_gradients(model, X[:20], y[:20], baseline=start)
    rows = np.arange(20)
    change = outputs(model, X[:20]) - outputs(model, np.broadcast_to(start, X[:20].shape))
    np.testing.assert_allclose(found.sum((1, 2)), change[rows, y[:20]], rtol=1e-3, atol=1e-3)


def test_integrated_gradients_of_the_predicted_class(iris):
    model, X = iris
    found = integrated_gradients(model, X)
    change = outputs(model, X) - outputs(model, np.zeros_like(X))
    predicted = np.searchsorted(model.classes_, model.predict(X))
    np.testing.assert_allclose(
        found.sum(1), change[np.arange(len(X)), predicted], rtol=1e-3, atol=1e-3
    )
    np.testing.assert_array_equal(found, integrated_gradients(model, X, model.predict(X)))


def test_integrated_gradients_of_two_classes():
    X, y = load_iris(return_X_y=True)
    X, y = X[:100], np.array(["a", "b"])[y[:100]]
    model = trained(MLPClassifier((8,), max_iter=10, random_state=0), X, y)
    for label, sign in (("a", -1), ("b", 1)):
        found = integrated_gradients(model, X, label)
        change = model.decision_function(X) - model.decision_function(np.zeros_like(X))
        np.testing.assert_allclose(found.sum(1), sign * change, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("n_outputs", [1, 2])
def test_integrated_gradients_of_a_regressor(n_outputs):
    X, y = load_diabetes(return_X_y=True)
    targets = np.column_stack([y / 100, -y])[:, :n_outputs].squeeze()
    model = trained(MLPRegressor(max_iter=30, random_state=0), X, targets)
    found = integrated_gradients(model, X[:30], 0 if n_outputs == 2 else None, baseline=X[5])
    change = (model.predict(X[:30]) - model.predict(X[5:6])).reshape(30, -1)[:, 0]
    np.testing.assert_allclose(found.sum(1), change, rtol=1e-3, atol=1e-3)


def test_integrated_gradients_of_a_series():
    X, y = digits()
    model = trained(RecurrentClassifier(max_iter=2, random_state=0), X[:300] / 16, y[:300])
    found = integrated_gradients(model, X[:5] / 16, 3)
    change = outputs(model, X[:5] / 16) - outputs(model, np.zeros_like(X[:1]))
    np.testing.assert_allclose(found.sum((1, 2)), change[:, 3], rtol=1e-3, atol=1e-3)


def test_all_steps_as_they_are_where_there_is_no_tolerance(iris):
    """One step: the gradient in the middle."""
    model, X = iris
    middle = input_gradient(model, X[:9] / 2, model.predict(X[:9]))
    found = integrated_gradients(model, X[:9], n_steps=1, tol=None)
    np.testing.assert_allclose(found, middle * X[:9], rtol=1e-10)


def test_gradient_times_input_is_exact_for_a_linear_model():
    X, y = load_diabetes(return_X_y=True)
    model = trained(NeuralNetRegressor([], max_iter=20, random_state=0), X, y)
    found = gradient_times_input(model, X[:5], baseline=X[9])
    np.testing.assert_allclose(found.sum(1), model.predict(X[:5]) - model.predict(X[9:10]))


def test_smooth_gradient_without_noise_is_the_gradient(iris):
    model, X = iris
    found = smooth_gradient(model, X, "setosa", noise=0, n_samples=3)
    np.testing.assert_allclose(found, input_gradient(model, X, "setosa"), rtol=1e-10)


def test_smooth_gradient_is_the_mean_over_noise(iris):
    model, X = iris
    X, random = X[:2], np.random.RandomState(3)
    deviation = 0.3 * np.ptp(X, axis=1, keepdims=True)
    noisy = [X + deviation * random.standard_normal(X.shape) for _ in range(4)]
    expected = np.mean([input_gradient(model, each, "virginica") for each in noisy], axis=0)
    found = smooth_gradient(model, X, "virginica", noise=0.3, n_samples=4, random_state=3)
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_occlusion_of_columns(iris):
    model, X = iris
    found = occlusion(model, X[:3], "virginica", baseline=2.5)
    before = outputs(model, X[:3])[:, 2]
    for column in range(4):
        covered = X[:3].copy()
        covered[:, column] = 2.5
        np.testing.assert_allclose(found[:, column], before - outputs(model, covered)[:, 2])


def test_occlusion_of_windows():
    (X, y), model = digits(), digits_network()
    found = occlusion(model, X[:2], y[:2], window=(3, 2), strides=(4, 3), baseline=1.0)
    total, counts = np.zeros((2, 8, 8)), np.zeros((8, 8))
    rows = np.arange(2)
    before = outputs(model, X[:2])[rows, y[:2]]
    for top in (0, 4, 5):
        for left in (0, 3, 6):
            covered = X[:2].copy()
            covered[:, top : top + 3, left : left + 2] = 1.0
            fall = before - outputs(model, covered)[rows, y[:2]]
            total[:, top : top + 3, left : left + 2] += fall[:, None, None]
            counts[top : top + 3, left : left + 2] += 1
    np.testing.assert_allclose(found, total / np.maximum(counts, 1), atol=1e-5)


def test_flat_images_are_covered_as_images():
    (X, y), model = digits(), digits_network()
    found = occlusion(model, X[:2].reshape(2, 64), y[:2], window=2)
    np.testing.assert_allclose(found.reshape(2, 8, 8), occlusion(model, X[:2], y[:2], window=2))


def test_occlusion_of_steps_of_series():
    X, y = digits()
    model = trained(RecurrentClassifier(max_iter=2, random_state=0), X[:300] / 16, y[:300])
    found = occlusion(model, X[:2] / 16, 3, window=1)
    assert (found == found[:, :, :1]).all()  # features of a step together
    assert not (occlusion(model, X[:2] / 16, 3, window=(1, 1)) == found).all()


@EACH_OWN
@pytest.mark.parametrize(("options", "message"), [
    ({"target": 10}, "target=10 .*no class.*0, 1, 2"),
    ({"target": [1, 2]}, "target .*shape"),
    ({"X": np.ones((2, 12, 12))}, r"\(12, 12"),
    ({"X": np.full((2, 8, 8), np.nan)}, "NaN"),
    ({"X": [["a"] * 64]}, "text"),
    ({"estimator": KMeans()}, "KMeans has no network"),
    ({"estimator": MLPClassifier()}, "MLPClassifier.*not fitted"),
    ({"estimator": make_pipeline(StandardScaler(), MLPClassifier())}, "Pipeline .*last step"),
    ({"estimator": MLPClassifier}, "is a class"),
])
def test_bad_input(function, options, message):
    X, _ = digits()
    given = {"estimator": digits_network(), "X": X[:3], "target": None} | options
    with pytest.raises((ValueError, TypeError, NotFittedError), match=message):
        function(**given)


@pytest.mark.parametrize(("function", "options", "message"), [
    (integrated_gradients, {"n_steps": 0}, "integrated_gradients: n_steps=0 .*from 1 on"),
    (integrated_gradients, {"tol": -1.0}, "tol=-1.0 must be a finite number above 0"),
    (integrated_gradients, {"baseline": np.ones(3)}, r"baseline=.*\(8, 8\)"),
    (integrated_gradients, {"baseline": np.nan}, "baseline has NaN"),
    (gradient_times_input, {"baseline": "zero"}, "gradient_times_input: baseline=zero"),
    (smooth_gradient, {"noise": -0.1}, "smooth_gradient: noise=-0.1 .*from 0 on"),
    (smooth_gradient, {"n_samples": 2.5}, "n_samples=2.5 must be a whole number"),
    (occlusion, {"window": 9}, r"occlusion: window=9 does not fit .*\(8, 8, 1\)"),
    (occlusion, {"window": (1, 1, 1, 1)}, "window=.* 2 or 3 of them"),
    (occlusion, {"strides": 0}, "strides=0 must be a whole number from 1 on"),
])
def test_bad_arguments(function, options, message):
    X, y = digits()
    with pytest.raises(ValueError, match=message):
        function(digits_network(), X[:3], y[:3], **options)
