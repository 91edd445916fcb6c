"""Bad images, layers and targets: a clear error, and an estimator that is left as it was."""

import numpy as np
import pytest
from sklearn.base import clone, is_classifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from skneural import (
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    NeuralNetClassifier,
    NeuralNetRegressor,
)
from skneural.augmentation import Crop, Flip
from skneural.layers import (
    Activation,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    MaxPool,
    Parallel,
    Reshape,
    Residual,
    Sequential,
    UpSampling2D,
)

N, SHAPE = 24, (6, 6, 2)
RANDOM = np.random.default_rng(0)
X, LABELS = RANDOM.normal(0, 1, (N, *SHAPE)), np.arange(N) % 3
SHORT = {"max_iter": 1, "random_state": 0}
CONVNET = {"filters": 2, "hidden_layer_sizes": 3, **SHORT}
LAYERS = [Conv2D(2, 3, "relu"), Flatten()]
PREDICTORS = [
    ConvNetClassifier(**CONVNET),
    ConvNetRegressor(**CONVNET),
    NeuralNetClassifier(LAYERS, **SHORT),
    NeuralNetRegressor(LAYERS, **SHORT),
]
ESTIMATORS = [*PREDICTORS, FeatureExtractor(PREDICTORS[2])]


def name_of(estimator):
    return type(estimator).__name__


each = pytest.mark.parametrize("estimator", ESTIMATORS, ids=name_of)
each_predictor = pytest.mark.parametrize("estimator", PREDICTORS, ids=name_of)
each_classifier = pytest.mark.parametrize("estimator", PREDICTORS[::2], ids=name_of)
either = pytest.mark.parametrize("fitted", [False, True], ids=["unfitted", "fitted"])


def owner_of(estimator):
    """Who reads X: the network within, where there is one."""
    return name_of(getattr(estimator, "estimator", estimator))


def targets(estimator):
    return LABELS if is_classifier(getattr(estimator, "estimator", estimator)) else X[:, 0, 0, 0]


def ready(estimator, fitted=False, /, **parameters):
    estimator = clone(estimator)
    if fitted:
        estimator.fit(X, targets(estimator))
    return estimator.set_params(**parameters)


def with_value(value):
    bad = X.copy()
    bad[3, 1, 1, 0] = value
    return bad


def as_objects(sizes):
    objects = np.empty(len(sizes), object)
    objects[:] = [np.zeros((size, 6, 2)) for size in sizes]
    return objects


BAD_IMAGES = {
    "nan": (with_value(np.nan), ["NaN"]),
    "infinity": (with_value(np.inf), ["infinity"]),
    "no_rows": (X[:0], ["0 sample"]),
    "no_columns": (X[:, :, :0], ["0"]),
    "no_channels": (X[..., :0], ["0"]),
    "one_number_each": (X[:, 0, 0, 0], ["1D array"]),
    "six_dimensions": (X[..., None, None], ["X has 6 dimensions", "(24, 6, 6, 2, 1, 1)"]),
    "complex": (X + 1j, ["omplex"]),
    "text": (np.full(X.shape, "ab"), ["'ab'"]),
    "objects": (as_objects([6] * N), ["X holds 24 arrays", "(6, 6, 2)", "numpy.stack"]),
    "ragged_objects": (as_objects([6] * 23 + [5]), ["[(5, 6, 2), (6, 6, 2)]", "numpy.stack"]),
    "ragged_list": (list(as_objects([5] + [6] * 23)), ["[(5, 6, 2), (6, 6, 2)]", "numpy.stack"]),
    "nothing": (None, ["nan"]),
}


@either
@each
@pytest.mark.parametrize("kind", BAD_IMAGES)
def test_bad_images(estimator, fitted, kind, raises_unchanged):
    bad, fragments = BAD_IMAGES[kind]
    model = ready(estimator, fitted)
    fragments, y = [owner_of(model), *fragments], targets(estimator)
    raises_unchanged(model, fragments, "fit", bad, y if bad is None else y[: len(bad)])
    if fitted:
        call = "transform" if hasattr(model, "transform") else "predict"
        raises_unchanged(model, fragments, call, bad)


@each_predictor
@pytest.mark.parametrize(
    ("change", "fragments"),
    [
        (lambda x: x[:, :5], ["(5, 6, 2)", "(6, 6, 2)"]),
        (lambda x: x[..., 0], ["(6, 6)", "(6, 6, 2)"]),
        (lambda x: x.transpose(0, 3, 1, 2), ["(2, 6, 6)", "(6, 6, 2)"]),
        (lambda x: x.reshape(N, -1)[:, :70], ["X has 70 features", "72"]),
        (lambda x: np.abs(x[:, :5]).astype(np.uint8), ["(5, 6, 2)", "(6, 6, 2)"]),
    ],
    ids=["rows", "channels", "channels_first", "flat", "bytes"],
)
def test_other_shapes_than_fitted(estimator, change, fragments, raises_unchanged):
    model, y = ready(estimator, True), targets(estimator)
    fragments = [name_of(model), *fragments]
    raises_unchanged(model, fragments, "predict", change(X))
    raises_unchanged(model, fragments, "partial_fit", change(X), y)
    raises_unchanged(model, fragments, "score", change(X), y)
    raises_unchanged(model, [*fragments, "X_val"], "fit", X, y, X_val=change(X), y_val=y)
    raises_unchanged(model.set_params(warm_start=True), fragments, "fit", change(X), y)


@each
def test_not_fitted(estimator, raises_unchanged):
    call = "transform" if hasattr(estimator, "transform") else "predict"
    raises_unchanged(ready(estimator), [name_of(estimator)], call, X, error=NotFittedError)


@either
@each
@pytest.mark.parametrize(
    ("weight", "fragments"),
    [
        (np.zeros(N), ["sample_weight", "zero"]),
        (-np.ones(N), ["sample_weight", "-1"]),
        (np.full(N, np.nan), ["sample_weight", "NaN"]),
        (np.ones(N - 1), ["sample_weight", "(23,)"]),
        (np.ones((N, 2)), ["sample_weight", "(24, 2)"]),
    ],
    ids=["zero", "negative", "nan", "short", "columns"],
)
def test_sample_weight(estimator, fitted, weight, fragments, raises_unchanged):
    model = ready(estimator, fitted)
    fragments = [owner_of(model), *fragments]
    raises_unchanged(model, fragments, "fit", X, targets(model), sample_weight=weight)


# Targets


@either
@each_classifier
@pytest.mark.parametrize(
    ("y", "fragments"),
    [
        (X[:, 0, 0, 0], ["continuous"]),
        (X, ["(6, 6, 2)"]),
        (np.where(LABELS == 1, np.nan, LABELS), ["y", "NaN"]),
        (np.c_[LABELS, LABELS], ["(24, 2)"]),
        (np.array([[1], [1, 2]] * 12, object), ["multi-label"]),
        (LABELS[:5], ["24", "5"]),
        (None, ["y"]),
    ],
    ids=["continuous", "images", "nan", "columns", "lists", "short", "none"],
)
def test_labels(estimator, fitted, y, fragments, raises_unchanged):
    raises_unchanged(ready(estimator, fitted), [name_of(estimator), *fragments], "fit", X, y)


@each_classifier
def test_new_classes(estimator, raises_unchanged):
    model = ready(estimator, True)
    fragments = [name_of(model), "3", "[0 1 2]"]
    raises_unchanged(model, fragments, "partial_fit", X, LABELS + 1)
    raises_unchanged(model, ["classes"], "partial_fit", X, LABELS, classes=[0, 1, 2, 3])
    raises_unchanged(model, fragments, "fit", X, LABELS, X_val=X, y_val=LABELS + 1)
    raises_unchanged(ready(estimator), ["classes"], "partial_fit", X, LABELS)
    raises_unchanged(model.set_params(warm_start=True), fragments, "fit", X, LABELS + 1)


IMAGE_TO_IMAGE = NeuralNetRegressor([Conv2D(2, padding="same")], **SHORT)
BAD_TARGETS = {
    "few_channels": (X[..., :1], ["(6, 6, 1)", "(6, 6, 2)"]),
    "few_rows": (X[:, :3], ["(3, 6, 2)", "(6, 6, 2)"]),
    "six_dimensions": (X[..., None, None], ["y has 6 dimensions"]),
    "nan": (with_value(np.nan), ["y", "NaN"]),
    "infinity": (with_value(np.inf), ["y", "infinity"]),
    "objects": (as_objects([6] * N), ["y holds 24 arrays", "numpy.stack"]),
    "text": (np.full(N, "ab"), ["y", "'ab'"]),
    "complex": (X + 1j, ["omplex"]),
    "short": (X[:5], ["24", "5"]),
}


@either
@pytest.mark.parametrize("kind", BAD_TARGETS)
def test_images_as_targets(fitted, kind, raises_unchanged):
    y, fragments = BAD_TARGETS[kind]
    model = clone(IMAGE_TO_IMAGE)
    fragments = ["NeuralNetRegressor", *fragments]
    if fitted:
        model.fit(X, X)
        if kind == "text":
            fragments = ["NeuralNetRegressor"]
        raises_unchanged(model, fragments, "partial_fit", X, y)
        raises_unchanged(model, [*fragments, "y_val"], "fit", X, X, X_val=X, y_val=y)
    else:
        raises_unchanged(model, fragments, "fit", X, y)


def test_images_are_scored_against_images_of_their_shape(raises_unchanged):
    model = clone(IMAGE_TO_IMAGE).fit(X, X)
    fragments = ["NeuralNetRegressor", "(3, 6, 2)", "(6, 6, 2)"]
    raises_unchanged(model, fragments, "score", X, X[:, :3])


# Layers and parameters

BAD_LAYERS = [
    ([Conv2D(3, 7)], ["'conv2d'", "kernel_size=(7, 7)", "(6, 6, 2)"]),
    ([Conv2D(3), Conv2D(3, (5, 1))], ["'conv2d_2'", "kernel_size=(5, 1)", "(4, 4, 3)"]),
    ([Conv2D(3, groups=5)], ["'conv2d'", "groups=5", "2 channels"]),
    ([Conv2D(3, padding=3)], ["'conv2d'", "padding=(3, 3)"]),
    ([Conv2D(3, strides=(1, 2, 3))], ["'conv2d'", "strides=(1, 2, 3)", "3 numbers"]),
    ([Conv2D(3, (3, 2.5))], ["'conv2d'", "kernel_size=(3, 2.5)", "whole"]),
    ([Conv2D(3, dilation_rate=(1, 0))], ["'conv2d'", "dilation_rate=(1, 0)", "at least 1"]),
    ([Conv2D(0)], ["'conv2d'", "filters", "0"]),
    ([Conv2D(3, padding="sam")], ["'conv2d'", "padding", "Did you mean 'same'?"]),
    ([Conv2D(3, activation="rleu")], ["'conv2d'", "'rleu'", "Did you mean 'relu'?"]),
    ([Flatten(), Dense(3, "sigmoid")], ["'dense'", "Did you mean 'logistic'?"]),
    ([Parallel([[Conv2D(3), Conv2D(3, "x")]])],
     ["'parallel'", "'0'", "'1'", "'kernel_size'", "Conv2D"]),
    ([Conv2D(3, initializer="he_unifrm")], ["'conv2d'", "Did you mean 'he_uniform'?"]),
    ([Conv2D(3, activation="softmax"), Flatten()], ["'conv2d'", "'softmax'"]),
    ([Conv2DTranspose(3, strides=(0, 1))], ["strides=(0, 1)", "at least 1"]),
    ([Conv1D(3)], ["'conv1d'", "(6, 6, 2)", "Reshape"]),
    ([Flatten(), Conv2D(3)], ["'conv2d'", "(72,)", "Reshape"]),
    ([Dense(3)], ["'dense'", "(6, 6, 2)", "Flatten"]),
    ([MaxPool(7)], ["'maxpool'", "pool_size=7", "(6, 6, 2)"]),
    ([MaxPool((2.5, 2))], ["'maxpool'", "pool_size=(2.5, 2)", "whole"]),
    ([Reshape((5, -1))], ["'reshape'", "(5, -1)", "72"]),
    ([Reshape((6.0, 12))], ["'reshape'", "(6.0, 12)"]),
    ([UpSampling2D(2, "biliner")], ["interpolation", "Did you mean 'bilinear'?"]),
    ([UpSampling2D((2, 1.5))], ["size=(2, 1.5)", "whole"]),
    ([Residual([Conv2D(3)])], ["'residual'", "(4, 4, 3)", "(6, 6, 2)"]),
    ([Residual([], "projction")], ["shortcut", "Did you mean 'projection'?"]),
    ([Parallel([[MaxPool()], []])], ["'parallel'", "(3, 3, 2)", "(6, 6, 2)"]),
    ([Parallel([[], []], "ad")], ["merge", "Did you mean 'add'?"]),
    ([Sequential([Conv2D(3, activation="rleu")])], ["'sequential'", "'0'", "'rleu'"]),
    ([("a", Conv2D(3)), ("a", Flatten())], ["'a'", "2"]),
    ([Flatten], ["Flatten", "instance"]),
    (["pasthrough"], ["Did you mean 'passthrough'?"]),
    ([3], ["3", "layer"]),
]


@pytest.mark.parametrize(("layers", "fragments"), BAD_LAYERS, ids=lambda value: repr(value)[:60])
@each_predictor
def test_layers_that_do_not_fit(estimator, layers, fragments, raises_unchanged):
    parameter = "layers" if hasattr(estimator, "layers") else "architecture"
    model = ready(estimator, **{parameter: layers})
    raises_unchanged(model, [name_of(model), *fragments], "fit", X, targets(model))


@each_classifier
def test_an_output_layer_that_does_not_fit(estimator, raises_unchanged):
    parameter = "layers" if hasattr(estimator, "layers") else "architecture"
    for layers in ([Flatten(), Dense(4, "softmax")], [Activation("softmax")]):
        model = ready(estimator, **{parameter: layers})
        raises_unchanged(model, [name_of(model), "softmax", "3 classes"], "fit", X, LABELS)


@either
@pytest.mark.parametrize("estimator", PREDICTORS[:2], ids=name_of)
@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"image_shape": (6, 6)}, ["image_shape=(6, 6, 1)", "(6, 6, 2)"]),
        ({"image_shape": (6.0, 6, 2)}, ["image_shape=(6.0, 6, 2)"]),
        ({"image_shape": 72}, ["image_shape", "72"]),
        ({"architecture": "LeNet5"}, ["architecture", "'LeNet5'", "Did you mean 'lenet5'?"]),
        ({"architecture": "vgg"}, ["architecture", "'vgg'", "Did you mean 'vgg11'?"]),
        ({"augmentation": "Flip"}, ["augmentation", "'Flip'", "Did you mean 'flip'?"]),
        ({"augmentation": Crop(-1)}, ["augmentation", "padding", "-1"]),
        ({"augmentation": Crop(1, "reflct")}, ["augmentation", "Did you mean 'reflect'?"]),
        ({"augmentation": [Flip()] * 2 + [Crop(6, "reflect")]}, ["padding=6", "6x6"]),
        ({"pooling": "avrage"}, ["pooling", "'avrage'", "Did you mean 'average'?"]),
        ({"normalization": "btach"}, ["normalization", "Did you mean 'batch'?"]),
        ({"padding": "sma"}, ["padding", "'sma'"]),
        ({"padding": 5}, ["padding=(5, 5)"]),
        ({"activation": "rleu"}, ["activation", "Did you mean 'relu'?"]),
        ({"kernel_size": (3,)}, ["kernel_size=(3,)"]),
        ({"filters": (3, None)}, ["filters=(3, None)"]),
    ],
    ids=str,
)
def test_parameters_of_convolutional_networks(
    estimator, fitted, parameters, fragments, raises_unchanged
):
    model = ready(estimator, fitted, **parameters)
    raises_unchanged(
        model, [name_of(model), *fragments], "fit", X, targets(model), error=(ValueError, TypeError)
    )


def test_an_augmentation_that_came_after_the_fit(raises_unchanged):
    model = ready(PREDICTORS[0], True, augmentation=Crop(6, "reflect"))
    raises_unchanged(model, ["ConvNetClassifier: Crop: padding=6"], "partial_fit", X, LABELS)


@each_predictor
def test_layers_changed_after_the_fit(estimator, raises_unchanged):
    changed = {"layers": [Flatten()]} if hasattr(estimator, "layers") else {"filters": 7}
    model, y = ready(estimator, True, **changed), targets(estimator)
    raises_unchanged(model, [name_of(model), "partial_fit"], "partial_fit", X, y)
    model.set_params(warm_start=True)
    raises_unchanged(model, [name_of(model), "warm_start"], "fit", X, y)


@either
@pytest.mark.parametrize(
    ("parameters", "fragments"),
    [
        ({"layer": "flaten"}, ["'flaten'", "Did you mean 'flatten'?"]),
        ({"layer": 9}, ["layer=9", "flatten"]),
        ({"layer": 1.5}, ["FeatureExtractor", "layer", "1.5"]),
        ({"random_state": -1}, ["FeatureExtractor", "random_state", "-1"]),
        ({"estimator": "lenet5"}, ["FeatureExtractor", "estimator", "'lenet5'"]),
        ({"estimator": ConvNetClassifier}, ["FeatureExtractor", "estimator", "instance"]),
        ({"estimator": LogisticRegression()}, ["FeatureExtractor", "activations"]),
        ({"estimator": FrozenEstimator(PREDICTORS[0])}, ["ConvNetClassifier", "not fitted"]),
        ({"estimator": NeuralNetClassifier([Conv2D(2, 7)])}, ["'conv2d'", "(7, 7)"]),
    ],
    ids=str,
)
def test_parameters_of_the_extractor(fitted, parameters, fragments, raises_unchanged):
    model = ready(ESTIMATORS[-1], fitted, **parameters)
    raises_unchanged(model, fragments, "fit", X, LABELS, error=(ValueError, TypeError))


@pytest.mark.parametrize("kind", [NeuralNetClassifier, NeuralNetRegressor, FeatureExtractor])
def test_default_layers_take_images(kind):
    short = {} if kind is FeatureExtractor else SHORT
    model = kind(**short).fit(X, LABELS)
    assert (model.transform(X) if kind is FeatureExtractor else model.predict(X)).shape[0] == N


@each_predictor
def test_an_error_does_not_spoil_the_next_fit(estimator, raises_unchanged):
    y, model = targets(estimator), ready(estimator)
    raises_unchanged(model, ["NaN"], "fit", with_value(np.nan), y)
    raises_unchanged(model, ["(5, 6, 2)"], "fit", X, y, X_val=X[:, :5], y_val=y)
    expected = ready(estimator, True)
    for ours, theirs in zip(model.fit(X, y)._weights(), expected._weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
