"""The architecture "fast": whitening filters, its recipe of training, and mirror images."""

import dataclasses
import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split

from skneural import ConvNetClassifier, ConvNetRegressor
from skneural.augmentation import Crop, Flip
from skneural.data.rows import Rows
from skneural.estimators.base.architecture import Task
from skneural.estimators.base.shown_weights import copy_weights
from skneural.estimators.convnet.architectures import fast_recipe as _fast
from skneural.estimators.convnet.architectures import whitening as _whitening
from skneural.estimators.convnet.architectures.whitening import whitening_filters
from skneural.layers import BatchNorm, Conv2D
from skneural.optimizers import SGD, Adam
from skneural.schedules import OneCycle
from skneural.training.settings import Settings

RANDOM = np.random.default_rng(0)
N = 30
LEVELS = RANDOM.integers(0, 256, (N, 9, 8, 3), np.uint8)
LABELS = np.arange(N) % 3
IMAGES = RANDOM.normal(3, 2, (40, 6, 5, 3)) @ RANDOM.normal(0, 1, (3, 3))


def classifier(**parameters):
    small = {"filters": [6, 4], "max_iter": 2, "random_state": 0}
    return ConvNetClassifier(architecture="fast", **{**small, **parameters})


def bits(model):
    return [array.tobytes() for array in model._weights()]


def patches_of(images, height, width):
    """Every patch of every image, flattened, one by one."""
    found = []
    for image in images:
        for i in range(image.shape[0] - height + 1):
            for j in range(image.shape[1] - width + 1):
                found.append(image[i : i + height, j : j + width].ravel())
    return np.array(found)


@pytest.mark.parametrize("chunk", [1, 1 << 22])
@pytest.mark.parametrize("size", [(2, 2), (3, 1), (1, 1)])
def test_whitened_patches_have_the_identity_as_covariance(size, chunk, monkeypatch):
    monkeypatch.setattr(_whitening, "_CHUNK", chunk)
    n_directions = size[0] * size[1] * 3
    kernel, bias = whitening_filters(IMAGES, size, n_directions, epsilon=0.0)
    assert kernel.shape == (*size, 3, 2 * n_directions) and bias.shape == (2 * n_directions,)
    outputs = patches_of(IMAGES, *size) @ kernel.reshape(-1, 2 * n_directions) + bias
    half = outputs[:, :n_directions]
    np.testing.assert_allclose(half.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(half.T @ half / len(half), np.eye(n_directions), atol=1e-9)
    np.testing.assert_allclose(outputs[:, n_directions:], -half, atol=1e-9)


def test_epsilon_is_in_mean_eigenvalues():
    images = IMAGES.copy()
    images[..., 2] = images[..., 0]  # two of twelve directions and more have no variance
    values = np.linalg.eigvalsh(np.cov(patches_of(images, 2, 2).T, bias=True))[::-1]
    kernel, _ = whitening_filters(images, (2, 2), 12, epsilon=0.01)
    lengths = np.linalg.norm(kernel.reshape(12, -1)[:, :12], axis=0)
    np.testing.assert_allclose(lengths, (values + 0.01 * values.mean()) ** -0.5, rtol=1e-6)
    few, _ = whitening_filters(images, (2, 2), 5, epsilon=0.01)
    np.testing.assert_array_equal(few[..., :5], kernel[..., :5])


def test_images_all_alike_give_finite_filters():
    kernel, bias = whitening_filters(np.full((3, 4, 4, 1), 0.5), (2, 2), 4)
    assert np.isfinite(kernel).all() and np.isfinite(bias).all()
    model = classifier().fit(np.full((6, 4, 4), 0.5), [0, 1] * 3)
    assert np.isfinite(model.loss_)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_first_filters_whiten_and_stay_to_the_bit(dtype):
    X = LEVELS if dtype == np.uint8 else LEVELS.astype(dtype) / 255
    kernel, bias = whitening_filters(LEVELS / 255, (2, 2), 12)
    for max_iter in (1, 4):
        model = classifier(max_iter=max_iter).fit(X, LABELS)
        first = model.get_layer(0)
        assert first.layer.trainable is False and first.weights["kernel"].shape == (2, 2, 3, 24)
        np.testing.assert_allclose(first.weights["kernel"], kernel, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(first.weights["bias"], bias, rtol=1e-4, atol=1e-4)
        if max_iter == 1:
            before = {name: array.copy() for name, array in first.weights.items()}
    for name, array in before.items():
        np.testing.assert_array_equal(first.weights[name], array)


def test_convolutions_begin_as_the_identity():
    model = classifier(solver=SGD(0.0), learning_rate_init=1e-12, weight_decay=1e-12)
    model.fit(LEVELS, LABELS)
    trained = [each["kernel"] for name, each in model.weights_.items() if name.startswith("conv")]
    for kernel in trained[1:]:
        channels, filters = kernel.shape[2:]
        same = min(channels, filters)
        np.testing.assert_allclose(kernel[1, 1, :same, :same], np.eye(same), atol=1e-6)
        others = kernel[..., :same].sum() - np.trace(kernel[1, 1, :same, :same])
        assert abs(others) < 1e-4 and (filters == same or kernel[..., same:].std() > 0.01)


def test_a_part_of_many_images_decides_the_filters(monkeypatch):
    monkeypatch.setattr(_fast, "_IMAGES_SEEN", 10)
    first = [
        classifier(random_state=seed, max_iter=1).fit(LEVELS, LABELS).get_layer(0).weights["kernel"]
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(first[0], first[1])
    assert (first[0] != first[2]).any()
    network = classifier(max_iter=1).fit(LEVELS, LABELS)._make_network(np.float32)
    rows = Rows(LEVELS.reshape(N, -1), None, None, None, None)
    drawn = _fast._some_images(rows, network, np.random.RandomState(0))
    assert drawn.shape == (10, 9, 8, 3) and drawn.dtype == np.float64
    assert all(np.isclose(image, LEVELS / 255).all(axis=(1, 2, 3)).any() for image in drawn)
    some = dataclasses.replace(rows, among=np.arange(10, 25))
    drawn = _fast._some_images(some, network, np.random.RandomState(0))
    assert drawn.shape == (10, 9, 8, 3)
    assert all(np.isclose(image, LEVELS[10:25] / 255).all(axis=(1, 2, 3)).any() for image in drawn)


@pytest.mark.parametrize("X", [LEVELS, LEVELS / 255.0], ids=["bytes", "floats"])
def test_predictions_average_an_image_and_its_mirror_image(X):
    model = classifier().fit(X, LABELS)
    network = model._make_network(model._weights()[0].dtype)
    assert network.mirrored
    network.mirrored = False
    copy_weights(model, network)
    mirrored = np.ascontiguousarray(X[:, :, ::-1])
    one, other = (network.predict(x.reshape(N, -1), raw=True) for x in (X, mirrored))
    assert np.abs(one - other).max() > 1e-3
    scores = model.decision_function(X)
    np.testing.assert_allclose(scores, (one + other) / 2, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.decision_function(mirrored), scores, rtol=1e-5, atol=1e-6)
    odds = np.exp(scores)
    expected = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-5)
    np.testing.assert_allclose(model.activations(X, "output"), expected, rtol=1e-5)
    np.testing.assert_array_equal(model.predict(X), model.classes_[scores.argmax(axis=1)])


def test_validation_is_of_averages_too():
    model = classifier(label_smoothing=1e-12).fit(LEVELS, LABELS, X_val=LEVELS, y_val=LABELS)
    expected = log_loss(LABELS, model.predict_proba(LEVELS))
    assert model.validation_loss_curve_[-1] == pytest.approx(expected, rel=1e-5)
    assert model.validation_scores_[-1] == model.score(LEVELS, LABELS)


@pytest.mark.parametrize("augmentation", [[], "crop", Flip(False, True)], ids=repr)
def test_no_mirror_images_in_prediction_where_none_were_in_training(augmentation):
    if augmentation == "crop":
        augmentation = Crop(1)
    model = classifier(augmentation=augmentation).fit(LEVELS, LABELS)
    scores = model.decision_function(LEVELS)
    mirrored = model.decision_function(np.ascontiguousarray(LEVELS[:, :, ::-1]))
    assert np.abs(scores - mirrored).max() > 1e-3
    model.set_params(augmentation="flip")  # what was fitted counts
    np.testing.assert_array_equal(model.decision_function(LEVELS), scores)


def settings_of(model, n_samples):
    """The settings that a model is trained with on so many rows."""
    architecture = model._architecture(Task((9, 8, 3), (3,), "softmax"))
    return architecture.settings(model._settings()).on(n_samples)


def parameters(holder, model):
    """The parameters of training that settings, or a model, have as attributes."""
    names = {f.name for f in dataclasses.fields(Settings)} & model.get_params(deep=False).keys()
    return {name: getattr(holder, name) for name in names - {"augmentation"}}


def test_parameters_at_their_defaults_follow_the_recipe():
    model = ConvNetClassifier(architecture="fast")
    before = model.get_params()
    settings = settings_of(model, 25_000)
    assert model.get_params() == before
    assert (settings.solver, settings.momentum, settings.batch_size) == ("sgd", 0.85, 500)
    assert (settings.max_iter, settings.label_smoothing) == (20, 0.2)
    assert (settings.alpha, settings.weight_decay) == (0.0, 0.01)
    assert isinstance(settings.learning_rate, OneCycle)
    peak = settings.learning_rate_init * settings.learning_rate.peak_factor
    assert peak == pytest.approx(500 * _fast._PEAK_RATE)
    assert [settings_of(model, n).batch_size for n in (10, 100, 10**6)] == ["auto", 32, 512]
    now = parameters(settings, model)
    others = {name for name, value in now.items() if value != before[name]}
    assert others == {
        "solver", "momentum", "batch_size", "max_iter", "label_smoothing", "alpha",
        "weight_decay", "learning_rate", "learning_rate_init", "n_iter_no_change",
    }


@pytest.mark.parametrize(
    "own",
    [
        {"max_iter": 7}, {"batch_size": 64}, {"learning_rate": "cosine"}, {"label_smoothing": 0.1},
        {"momentum": 0.5}, {"learning_rate_init": 0.3}, {"weight_decay": 0.0}, {"alpha": 0.5},
        {"n_iter_no_change": 3},
    ],
    ids=str,
)
def test_other_values_are_kept(own):
    settings = settings_of(ConvNetClassifier(architecture="fast", **own), 1000)
    assert settings.solver == "sgd"
    assert all(getattr(settings, name) == value for name, value in own.items())


@pytest.mark.parametrize("solver", ["adamw", Adam(), "lbfgs"], ids=repr)
def test_another_solver_has_its_own_rate_and_decay(solver):
    settings = settings_of(ConvNetClassifier(architecture="fast", solver=solver), 1000)
    assert settings.solver is solver and settings.learning_rate_init == 0.001
    assert settings.weight_decay is None and settings.momentum == 0.9
    assert settings.max_iter == (200 if solver == "lbfgs" else 20)


@pytest.mark.parametrize("architecture", [None, "lenet5", [Conv2D(3)]], ids=str)
def test_other_architectures_follow_no_recipe(architecture):
    model = ConvNetClassifier(architecture=architecture)
    assert settings_of(model, 1000) == dataclasses.replace(
        model._settings(), augmentation=[], at_default=settings_of(model, 1000).at_default
    )
    fitted = model.set_params(max_iter=1).fit(LEVELS, LABELS)
    assert not fitted._make_network(np.float32).mirrored


def test_training_is_as_long_as_planned_and_says_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = classifier(max_iter=15).fit(LEVELS, LABELS)
    assert model.n_iter_ == 15
    rates = np.array(model.learning_rates_)
    assert rates.argmax() in (2, 3, 4) and rates[-1] < rates[0] < rates.max()
    assert model.max_iter == 15 and model.solver == "adam"


def test_filters_are_a_parameter_and_follow_the_image():
    def widths(shape, *filters):
        layers = _fast.fast(shape, *filters)
        return [layer.filters for layer in layers if isinstance(layer, Conv2D)]

    assert widths((32, 32, 3)) == [24, 64, 64, 128, 128, 256, 256]
    assert widths((28, 28, 1)) == [18, 64, 64, 128, 128, 256, 256]
    assert widths((16, 40, 3)) == [24, 64, 64, 128, 128]
    assert widths((8, 8, 1)) == [18, 64, 64] and widths((1, 1, 1)) == [2, 64, 64]
    assert widths((8, 8, 50)) == [64, 64, 64]
    assert widths((32, 32, 3), [5]) == [24, 5, 5]
    model = classifier(filters=np.array([5, 7])).fit(LEVELS, LABELS)
    norms = [layer for layer in model._built.layers if isinstance(layer, BatchNorm)]
    assert len(norms) == 4 and model.weights_["conv2d_5"]["kernel"].shape == (3, 3, 7, 7)
    assert classifier(filters=5).fit(LEVELS, LABELS).weights_["output"]["kernel"].shape == (5, 3)


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 7), (2, 2, 3), (3, 1, 2), (5, 5), (16, 17, 1), (4, 4, 20)], ids=str
)
def test_images_of_any_kind(shape):
    X = RANDOM.random((12, *shape))
    model = classifier().fit(X, LABELS[:12])
    assert model.predict_proba(X).shape == (12, 3) and np.isfinite(model.loss_)


def test_flat_rows():
    X = LEVELS.reshape(N, -1)
    expected = classifier().fit(LEVELS, LABELS)
    assert bits(classifier(image_shape=(9, 8, 3)).fit(X, LABELS)) == bits(expected)
    assert classifier().fit(X[:, :7], LABELS).input_shape_ == (1, 7, 1)


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_the_same_bits_for_any_number_of_threads(n_jobs):
    expected = classifier(n_jobs=1, max_iter=3).fit(LEVELS, LABELS)
    model = classifier(n_jobs=n_jobs, max_iter=3).fit(LEVELS, LABELS)
    assert bits(model) == bits(expected)
    np.testing.assert_array_equal(model.predict_proba(LEVELS), expected.predict_proba(LEVELS))


def test_clone_and_pickle():
    model = classifier().fit(LEVELS, LABELS)
    expected = model.predict_proba(LEVELS)
    np.testing.assert_array_equal(
        pickle.loads(pickle.dumps(model)).predict_proba(LEVELS), expected
    )
    again = clone(model)
    assert again.get_params() == model.get_params()
    assert bits(again.fit(LEVELS, LABELS)) == bits(model)


@pytest.mark.parametrize(
    "parameters",
    [
        {"early_stopping": True}, {"loss": "hinge"}, {"solver": "lbfgs"}, {"solver": "adamw"},
        {"max_grad_norm": 1.0}, {"augmentation": "mixup"}, {"class_weight": "balanced"},
    ],
    ids=str,
)
def test_with_other_parameters(parameters):
    model = classifier(**parameters).fit(LEVELS, LABELS)
    assert np.isfinite(model.decision_function(LEVELS)).all()


def test_going_on_keeps_the_filters():
    more = RANDOM.integers(0, 256, LEVELS.shape, np.uint8)
    model = classifier().partial_fit(LEVELS, LABELS, classes=[0, 1, 2])
    first, later = model.get_layer(0).weights["kernel"].copy(), bits(model)
    model.partial_fit(more, LABELS)
    np.testing.assert_array_equal(model.get_layer(0).weights["kernel"], first)
    assert bits(model) != later
    warm = classifier(warm_start=True).fit(LEVELS, LABELS)
    first = warm.get_layer(0).weights["kernel"].copy()
    np.testing.assert_array_equal(warm.fit(more, LABELS).get_layer(0).weights["kernel"], first)


def test_two_classes_and_several_labels():
    two = classifier().fit(LEVELS, LABELS > 0)
    assert two.predict_proba(LEVELS).shape == (N, 2)
    labels = RANDOM.integers(0, 2, (N, 3))
    assert classifier().fit(LEVELS, labels).predict(LEVELS).shape == (N, 3)


def test_regression_has_the_layers_and_its_own_training():
    y = LEVELS.mean(axis=(1, 2, 3)) * 1000
    model = ConvNetRegressor(architecture="fast", filters=[6, 4], max_iter=2, random_state=0)
    assert parameters(settings_of(model, 1000), model) == parameters(model, model)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.fit(LEVELS, y)
    mirrored = np.ascontiguousarray(LEVELS[:, :, ::-1])
    np.testing.assert_allclose(model.predict(mirrored), model.predict(LEVELS), rtol=1e-4)
    assert model.get_layer(0).weights["kernel"].shape == (2, 2, 3, 24)


@pytest.mark.needs_jit(reason="many images")
def test_digits_are_learned_in_few_epochs():
    digits = load_digits()
    X, X_test, y, y_test = train_test_split(digits.images, digits.target, random_state=0)
    model = ConvNetClassifier(architecture="fast", augmentation=[], max_iter=4, random_state=0)
    assert model.fit(X, y).score(X_test, y_test) > 0.97
