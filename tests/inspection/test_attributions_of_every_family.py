"""Attributions and maximized inputs have the targets of `input_gradient`, in every family."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from _looked_into import trained
from skneural import (
    AutoencoderTransformer,
    BernoulliRBM,
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    RecurrentRegressor,
    SeriesNetClassifier,
    TabularClassifier,
    TabularRegressor,
)
from skneural.inspection import (
    SaliencyDisplay,
    activation_maximization,
    gradient_times_input,
    input_gradient,
    integrated_gradients,
    occlusion,
    smooth_gradient,
)
from skneural.layers import Dense, Flatten, PackedDense, Reshape

pytestmark = pytest.mark.needs_jit(reason="fits networks")
RANDOM = np.random.default_rng(0)
QUICK = {"max_iter": 3, "random_state": 0}
TABLE = {"dtype": "float64", "hidden_layer_sizes": (8,), **QUICK}
ROWS = RANDOM.normal(0, 1, (60, 5))
HOLES = np.where(RANDOM.random((60, 5)) < 0.2, np.nan, ROWS)
IMAGES = RANDOM.normal(0, 1, (40, 28, 28, 1))
SMALL_IMAGES = RANDOM.normal(0, 1, (40, 8, 7, 1))
SERIES = RANDOM.normal(0, 1, (40, 9, 2))
SHAPED = [Flatten(), Dense(6), Reshape((2, 3))]
AUTOENCODER = {"n_components": 3, **QUICK}
OWN = [gradient_times_input, integrated_gradients, smooth_gradient, occlusion]


def labels(X, n_classes=3):
    return np.array(["a", "b", "c"])[np.arange(len(X)) % n_classes]


def numbers(X, *shape):
    return np.random.default_rng(1).normal(0, 1, (len(X), *shape))


TARGETS = {
    "mlp": (MLPClassifier((8,), **QUICK), ROWS, labels(ROWS), ["a", "b", "c"]),
    "two classes": (MLPClassifier((8,), **QUICK), ROWS, labels(ROWS, 2), ["a", "b"]),
    "members": (
        NeuralNetClassifier([Dense(4), PackedDense(3, 4)], **QUICK), ROWS, labels(ROWS), ["c"]
    ),
    "table": (TabularClassifier(**TABLE), ROWS, labels(ROWS), ["a", "b", "c"]),
    "table of holes": (TabularClassifier(**TABLE), HOLES, labels(ROWS), ["a", "c"]),
    "table of numbers": (TabularRegressor(**TABLE), ROWS, numbers(ROWS, 2), [0, 1]),
    "networks": (SeriesNetClassifier(n_networks=2, **QUICK), SERIES, labels(SERIES), ["b"]),
    "mirrored": (
        ConvNetClassifier(architecture="fast", **QUICK), IMAGES, labels(IMAGES), ["b"],
    ),
    "shaped": (
        NeuralNetRegressor([*SHAPED], **QUICK), SMALL_IMAGES, numbers(SMALL_IMAGES, 2, 3),
        [4, (1, 2), (0, 0)],
    ),
    "shaped by convolutions": (
        ConvNetRegressor(architecture=[*SHAPED], **QUICK), SMALL_IMAGES,
        numbers(SMALL_IMAGES, 2, 3), [(1, 0)],
    ),
    "steps": (
        RecurrentRegressor("gru", (4,), pooling=None, **QUICK), SERIES, numbers(SERIES, 9, 2),
        [0, 1],
    ),
    "code": (AutoencoderTransformer(**AUTOENCODER), ROWS, None, [0, 2]),
    "outliers": (NeuralOutlierDetector(**AUTOENCODER), ROWS, None, [None]),
}


@pytest.mark.parametrize(("model", "X", "y", "targets"), TARGETS.values(), ids=TARGETS)
def test_the_first_step_is_along_the_gradient(model, X, y, targets):
    model = trained(model, X, y)
    start = np.nan_to_num(X[0]).astype(float)
    plain = {"l2": 0, "total_variation": 0, "blur": 0, "jitter": 0, "n_iter": 1}
    for target in targets:
        found = activation_maximization(
            model, target, initial=start, step_size=0.1, bounds=(-8, 8), **plain
        )
        found = found[0] if target is None else found
        assert found.size == start.size
        step = found.reshape(start.shape) - start
        gradient = input_gradient(model, start[None], target)[0]
        inside = np.abs(found.reshape(start.shape)) < 7.9
        size = np.sqrt(np.mean(gradient**2))
        np.testing.assert_allclose(step[inside], 1.6 * (gradient / size)[inside], atol=2e-3)


@pytest.mark.parametrize(("name", "n_images"), [
    ("table", 3), ("table of holes", 3), ("table of numbers", 2), ("shaped", 6), ("steps", 2),
    ("code", 3), ("outliers", 1),
])  # fmt: skip
def test_all_outputs_without_a_target(name, n_images):
    model, X, y, _ = TARGETS[name]
    found = activation_maximization(trained(model, X, y), n_iter=1, random_state=0)
    assert found.shape == (n_images, *X.shape[1:])


def test_a_table_of_categories_has_no_best_row():
    X = np.column_stack([ROWS, np.arange(60) % 3])
    model = TabularClassifier(categorical_features=[5], **TABLE)
    with pytest.raises(ValueError, match="activation_maximization: TabularC.* reads categories"):
        activation_maximization(trained(model, X, labels(X)))


def test_units_of_tables():
    model = trained(TabularClassifier(**TABLE), HOLES, labels(HOLES))
    found = activation_maximization(model, layer=1, unit=[0, 3], n_iter=2)
    assert found.shape == (2, 5)


@pytest.mark.parametrize("layer", ["output", -1])
def test_features_of_the_last_layer_are_those_of_transform(layer):
    net = NeuralNetClassifier([("code", Dense(4, "tanh"))], dtype="float64", **QUICK)
    model = trained(FeatureExtractor(net, layer), ROWS, labels(ROWS))
    found = input_gradient(model, ROWS[:4], 1)
    expected = np.empty_like(found)
    for column in range(5):
        high, low = ROWS[:4].copy(), ROWS[:4].copy()
        high[:, column] += 1e-6
        low[:, column] -= 1e-6
        change = model.transform(high)[:, 1] - model.transform(low)[:, 1]
        expected[:, column] = change / 2e-6
    np.testing.assert_allclose(found, expected, atol=1e-7)


@pytest.mark.parametrize("function", OWN, ids=lambda each: each.__name__)
@pytest.mark.parametrize(("name", "target"), [("code", 1), ("code", None), ("outliers", None)])
def test_autoencoders(function, name, target):
    model, X, _, _ = TARGETS[name]
    model = trained(model, X, None)
    found = function(model, X[:3], target)
    assert found.shape == (3, 5) and np.isfinite(found).all() and found.any()
    if function is gradient_times_input:
        np.testing.assert_allclose(found, input_gradient(model, X[:3], target) * X[:3], rtol=1e-6)
    if function is integrated_gradients:
        def score(rows):
            return model.score_samples(rows) if target is None else model.transform(rows)[:, target]
        change = score(X[:3]) - score(np.zeros((3, 5)))
        np.testing.assert_allclose(found.sum(axis=1), change, rtol=2e-3, atol=1e-3)


def test_autoencoders_have_no_other_targets():
    model, X, _, _ = TARGETS["outliers"]
    model = trained(model, X, None)
    for function in (input_gradient, *OWN, lambda model, X, y: activation_maximization(model, y)):
        with pytest.raises(ValueError, match="NeuralOutlierDetector: target=1 must be None"):
            function(model, X[:3], 1)


@pytest.mark.parametrize("function", OWN, ids=lambda each: each.__name__)
def test_missing_numbers_are_named(function):
    model = trained(TabularClassifier(**TABLE), HOLES, labels(HOLES))
    X = ROWS[:3].copy()
    X[1, 3] = np.nan
    with pytest.raises(ValueError, match=f"{function.__name__}: X has missing .* column 3"):
        function(model, X)


def test_outputs_near_zero_are_added_up_as_closely_as_float32_can(recwarn):
    X = np.random.default_rng(0).normal(0, 100, (200, 40)).astype(np.float32)
    y = X @ np.random.default_rng(1).normal(0, 1, 40).astype(np.float32)
    model = trained(MLPRegressor(hidden_layer_sizes=(32,), max_iter=20, random_state=0), X, y)
    near = []
    for row in X[:40]:  # scaled so that the output is as at the baseline
        shares = np.linspace(-1, 1, 2001, dtype=np.float32)
        line = shares[:, None] * row[None] + np.roll(row, 1)[None]
        near.append(line[np.abs(model.predict(line)).argmin()])
    near = np.array(near)
    recwarn.clear()
    found = integrated_gradients(model, near, baseline=near[::-1].copy())
    assert not recwarn.list
    change = model.predict(near) - model.predict(near[::-1].copy())
    close = np.abs(found.sum(axis=1, dtype=float) - change)
    sizes = np.abs(found).sum(axis=1)
    allowed = 1e-3 * np.maximum(np.abs(change), np.minimum(np.abs(model.predict(near)), 1))
    assert (close <= allowed + 1e-5 * sizes).all()


def test_bytes_raise_no_warning(recwarn):
    X, y = load_digits(return_X_y=True)
    X = (X.reshape(-1, 8, 8) * 15).astype(np.uint8)
    model = trained(ConvNetClassifier(filters=(8,), **QUICK), X[:500], y[:500])
    recwarn.clear()
    integrated_gradients(model, X[:40], baseline=X[40:80])
    assert not recwarn.list


def test_what_to_give_in_place_of_others():
    machine = BernoulliRBM(2, n_iter=1, random_state=0).fit(ROWS > 0)
    extractor = trained(FeatureExtractor(layer=-1), ROWS, labels(ROWS))
    for method in ("gradient", "integrated_gradients"):
        with pytest.raises(TypeError, match="give its estimator_, or use input_gradient"):
            SaliencyDisplay.from_estimator(extractor, ROWS[:2], method=method)
        with pytest.raises(TypeError, match="BernoulliRBM.*use input_gradient"):
            SaliencyDisplay.from_estimator(machine, (ROWS > 0)[:2], method=method)
