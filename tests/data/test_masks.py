"""Masks as y of a classifier: each pixel is of one class."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from skneural import ConvNetClassifier, MLPClassifier, NeuralNetClassifier, NeuralNetRegressor
from skneural.augmentation import Augmentation, Cutout
from skneural.layers import (
    Activation,
    BatchNorm,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    MaxPool,
    Reshape,
)
from skneural.losses import CustomLoss

pytestmark = pytest.mark.usefixtures("quiet")

SHAPE = (6, 5)
NAMES = np.array(["cloud", "sea", "ice"])


def make_data(n_samples=40, n_classes=3):
    """Two channels; the class of a pixel follows from both."""
    X = np.random.default_rng(0).normal(size=(n_samples, *SHAPE, 2))
    codes = (X[..., 0] > 0).astype(int)
    return X, codes if n_classes == 2 else codes + (X[..., 1] > 0)


def body():
    return [Conv2D(6, 3, "relu", padding="same")]


def classifier(layers=None, convnet=False, **parameters):
    layers = body() if layers is None else layers
    parameters = {"max_iter": 4, "random_state": 0, **parameters}
    if convnet:
        return ConvNetClassifier(architecture=layers, **parameters)
    return NeuralNetClassifier(layers, **parameters)


def named_last(model):
    return model._built.names[-1]


EITHER = pytest.mark.parametrize("convnet", [False, True], ids=["neural_net", "convnet"])


@EITHER
@pytest.mark.parametrize("n_classes", [2, 3])
def test_pixels_are_learned(n_classes, convnet):
    X, y = make_data(n_classes=n_classes)
    model = classifier(convnet=convnet, max_iter=150, learning_rate_init=0.02).fit(X, y)
    assert model.score(X, y) > 0.9
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (40, *SHAPE, n_classes)
    assert_allclose(probabilities.sum(axis=-1), 1)
    assert_array_equal(probabilities.argmax(axis=-1), model.predict(X))
    assert_allclose(np.exp(model.predict_log_proba(X)), probabilities, rtol=1e-10)
    raw = np.exp(model.decision_function(X))
    assert_allclose(raw / raw.sum(axis=-1, keepdims=True), probabilities, rtol=1e-10)


@pytest.mark.parametrize(
    "kind", [np.uint8, np.int64, np.float64, bool, "names", "objects", "list", "channel"]
)
def test_masks_keep_shape_and_dtype_of_their_labels(kind):
    X, y = make_data()
    codes, n_classes = y, 3
    if kind is bool:
        y, codes, n_classes = y > 0, y > 0, 2
    elif kind in ("names", "objects"):
        y = NAMES[y].astype(object if kind == "objects" else NAMES.dtype)
        codes = np.searchsorted(np.sort(NAMES), y.astype(str))
    elif kind == "channel":
        y = y[..., np.newaxis]
    elif kind != "list":
        y = y.astype(kind)
    model = classifier().fit(X, y.tolist() if kind == "list" else y)
    predicted = model.predict(X)
    assert predicted.shape == y.shape and predicted.dtype == y.dtype
    assert model.predict_proba(X).shape == (40, *SHAPE, n_classes)
    expected = classifier().fit(X, codes).predict_proba(X)
    assert_array_equal(model.predict_proba(X), expected)
    assert model.score(X, y) == pytest.approx((predicted == y).mean())


def test_loss_is_the_mean_cross_entropy_of_pixels():
    X, y = make_data()
    weight = np.linspace(0, 2, len(X))
    model = classifier(alpha=0, learning_rate_init=1e-12, max_iter=1, label_smoothing=0.1)
    model.fit(X, y, weight)
    logs = model.predict_log_proba(X)
    targets = np.eye(3)[y] * 0.9 + 0.1 / 3
    of_images = -(targets * logs).sum(axis=-1).mean(axis=(1, 2))
    assert_allclose(model.loss_, np.average(of_images, weights=weight), rtol=1e-7)


def test_one_pixel_is_a_label():
    X, y = make_data()
    X, y = X[:, :1, :1], y[:, 0, 0]
    settings = {"max_iter": 30, "learning_rate_init": 0.05}
    labels = classifier([Flatten(), Dense(3, "softmax")], **settings).fit(X, y)
    first = {name: np.full_like(w, 0.1) for name, w in labels.weights_["dense"].items()}
    labels.set_params(initial_weights={"dense": first}).fit(X, y)
    shape = {"kernel": (1, 1, 2, 3), "bias": (3,)}
    initial = {"output": {name: w.reshape(shape[name]) for name, w in first.items()}}
    masks = classifier([], initial_weights=initial, **settings).fit(X, y[:, None, None])
    assert_allclose(masks.loss_curve_, labels.loss_curve_, rtol=1e-9)
    assert_allclose(masks.predict_proba(X)[:, 0, 0], labels.predict_proba(X), rtol=1e-9)
    assert masks.score(X, y[:, None, None]) == labels.score(X, y)


@EITHER
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_are_the_same_for_any_n_jobs(dtype, convnet):
    X, y = make_data()
    layers = [*body(), BatchNorm(), MaxPool(2, padding="same"), Conv2DTranspose(4, 2, strides=2)]
    layers = layers[:2] if convnet else [*layers[:2], Conv2D(3, 1, "softmax")]
    fitted = [
        classifier(layers, convnet, n_jobs=n_jobs, dtype=dtype, batch_size=8).fit(X, y)
        for n_jobs in (1, 2, 3)
    ]
    for other in fitted[1:]:
        assert other.loss_curve_ == fitted[0].loss_curve_
        assert_array_equal(other.predict_proba(X), fitted[0].predict_proba(X))
    assert fitted[0].predict_proba(X).dtype == dtype


def test_more_classes_than_a_byte_tells():
    X = np.random.default_rng(0).normal(size=(30, *SHAPE, 2))
    y = np.arange(30 * 30).reshape(30, *SHAPE) % 300
    model = classifier([]).fit(X, y)
    assert len(model.classes_) == 300
    assert model._targets.encode(y, np.dtype("float32")).dtype == np.float32
    assert_array_equal(model._targets.encode(y, np.dtype("float32")).ravel(), y.ravel())
    assert set(np.unique(model.predict(X))) <= set(range(300))


def test_targets_are_bytes():
    X, y = make_data()
    codes = classifier().fit(X, y)._targets.encode(y, np.dtype("float64"))
    assert codes.dtype == np.uint8 and codes.shape == (40, 30)


def test_a_single_class():
    X, _ = make_data()
    model = classifier().fit(X, np.full((40, *SHAPE), 7))
    assert (model.predict(X) == 7).all() and (model.predict_proba(X) == 1).all()


def test_an_image_counts_by_its_weight():
    X, y = make_data()
    weight = np.arange(40) % 3
    settings = {"solver": "lbfgs", "max_iter": 15}
    weighted = classifier([], **settings).fit(X, y, weight)
    repeated = classifier([], **settings).fit(np.repeat(X, weight, 0), np.repeat(y, weight, 0))
    assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), rtol=1e-6)
    right = (weighted.predict(X) == y).mean(axis=(1, 2))
    assert weighted.score(X, y, weight) == pytest.approx(np.average(right, weights=weight))


def test_balanced_classes_count_pixels_by_the_weights_of_their_images():
    X, y = make_data()
    weight = np.arange(40) % 3
    counts = [(weight[:, None, None] * (y == code)).sum() for code in range(3)]
    weights = {code: sum(counts) / (3 * counts[code]) for code in range(3)}
    balanced = classifier(class_weight="balanced").fit(X, y, weight)
    told = classifier(class_weight=weights).fit(X, y, weight)
    assert_allclose(balanced.predict_proba(X), told.predict_proba(X), rtol=1e-9)
    plain = classifier().fit(X, y, weight)
    assert abs(balanced.predict_proba(X) - plain.predict_proba(X)).max() > 1e-6


def test_class_weights_weigh_pixels_in_the_loss():
    X, y = make_data()
    weights = np.array([0.5, 2.0, 0.0])
    still = {"alpha": 0, "learning_rate_init": 1e-12, "max_iter": 1}
    model = classifier(class_weight=dict(enumerate(weights)), **still).fit(X, y)
    of_label = np.take_along_axis(model.predict_log_proba(X), y[..., None], axis=-1)[..., 0]
    assert_allclose(model.loss_, -(weights[y] * of_label).mean(), rtol=1e-7)


@EITHER
def test_early_stopping_by_pixel_accuracy(convnet):
    X, y = make_data(80)
    model = classifier(convnet=convnet, early_stopping=True, max_iter=5).fit(X, y)
    assert len(model.validation_scores_) == 5 and 0 < model.best_validation_score_ <= 1
    given = classifier(convnet=convnet, early_stopping=True, max_iter=5, tol=0)
    given.fit(X, y, X_val=X[:9], y_val=y[:9], sample_weight_val=np.arange(1, 10))
    assert given.best_validation_score_ == pytest.approx(
        given.score(X[:9], y[:9], np.arange(1, 10))
    )


def test_own_scorer_gets_masks():
    shapes = set()

    def intersection_over_union(model, X, y):
        predicted = model.predict(X)
        shapes.add((predicted.shape, y.shape))
        return np.sum((predicted == 1) & (y == 1)) / np.sum((predicted == 1) | (y == 1))

    X, y = make_data(n_classes=2)
    model = classifier(early_stopping=True, scoring=intersection_over_union, max_iter=3)
    model.fit(X, y)
    assert shapes == {((4, *SHAPE), (4, *SHAPE))}


@EITHER
def test_search_and_cross_validation(convnet):
    X, y = make_data()
    assert len(cross_val_score(classifier(convnet=convnet), X, y, cv=3)) == 3
    search = GridSearchCV(classifier(convnet=convnet), {"conv2d__filters": [2, 4]}, cv=2)
    assert search.fit(X, y).predict(X).shape == y.shape


@EITHER
def test_partial_fit_is_an_epoch_of_fit(convnet):
    X, y = make_data()
    whole = classifier(convnet=convnet, max_iter=1, shuffle=False).fit(X, y)
    part = classifier(convnet=convnet, shuffle=False).partial_fit(X, y, classes=[0, 1, 2])
    assert_array_equal(whole.predict_proba(X), part.predict_proba(X))
    rare = classifier(convnet=convnet).partial_fit(X, y, classes=[0, 1, 2, 5])
    assert rare.partial_fit(X[:3], y[:3]).predict_proba(X).shape == (40, *SHAPE, 4)


def test_warm_start_goes_on():
    X, y = make_data()
    model = classifier(warm_start=True, max_iter=2).fit(X, y)
    before = model.loss_
    assert model.fit(X, y).loss_ < before
    with pytest.raises(ValueError, match="same classes as in the previous call"):
        model.fit(X, y + 1)


@EITHER
def test_clone_and_pickle(convnet):
    X, y = make_data()
    model = classifier(convnet=convnet).fit(X, NAMES[y])
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    again = clone(model).fit(X, NAMES[y])
    assert_array_equal(again.predict(X), model.predict(X))
    labels = clone(model).fit(X, y[:, 0, 0])  # the same estimator on labels, and back
    assert labels.predict(X).shape == (40,)
    assert_array_equal(labels.fit(X, NAMES[y]).predict(X), model.predict(X))


@pytest.mark.parametrize(
    ("layers", "last", "shape"),
    [
        ([], "output", (1, 1, 2, 3)),
        ([Conv2D(3, 1)], "conv2d", (1, 1, 2, 3)),
        ([Conv2D(3, 1, "softmax")], "conv2d", (1, 1, 2, 3)),
        ([Conv2D(3, 1, "relu")], "output", (1, 1, 3, 3)),
        ([Conv2D(3, 1, "relu"), Activation("softmax")], "activation", None),
        ([Conv2D(3, 1), BatchNorm()], "output", (1, 1, 3, 3)),
        ([Flatten(), Dense(30), Reshape((*SHAPE, 1))], "output", (1, 1, 1, 3)),
    ],
)
def test_output_layer_follows_from_the_masks(layers, last, shape):
    X, y = make_data()
    model = classifier(layers).fit(X, y)
    assert named_last(model) == last
    if shape is not None:
        assert model.weights_[last]["kernel"].shape == shape
    assert model.predict(X).shape == y.shape


def test_steps_of_series():
    X = np.random.default_rng(0).normal(size=(30, 12, 2))
    y = (X[..., :1] > 0).astype(int)
    model = classifier([Conv1D(4, 3, "relu", padding="same")]).fit(X, y)
    assert model.predict(X).shape == (30, 12, 1)
    assert model.predict_proba(X).shape == (30, 12, 1, 2)


def test_flat_images():
    X, y = make_data()
    flat = classifier(input_shape=(*SHAPE, 2)).fit(X.reshape(40, -1), y)
    assert_array_equal(flat.predict(X), classifier().fit(X, y).predict(X))


class Brighter(Augmentation):
    keeps_pixels = True

    def build(self, plan, images, number):
        return images


@pytest.mark.parametrize("augmentation", ["flip", "shift", "crop", "rotate", "mixup"])
def test_moving_pixels_is_refused(augmentation):
    X, y = make_data()
    with pytest.raises(ValueError, match=rf"ConvNetClassifier: (?i:.*{augmentation}).*masks"):
        classifier(convnet=True, augmentation=augmentation).fit(X, y)


@pytest.mark.parametrize("augmentation", [Cutout(2), Brighter()], ids=["cutout", "own"])
def test_what_keeps_pixels_is_not(augmentation):
    X, y = make_data()
    model = classifier(convnet=True, augmentation=augmentation).fit(X, y)
    assert model.predict(X).shape == y.shape


X, MASKS = make_data()
ERRORS = {
    "mlp": (MLPClassifier(), X.reshape(40, -1), MASKS, ["keep height and width"]),
    "default": (NeuralNetClassifier(), X, MASKS, ["(6, 5)", "(100,)", "height and width"]),
    "flat": (classifier([Flatten(), Dense(4)]), X, MASKS, ["(6, 5)", "(4,)"]),
    "pooled": (classifier([MaxPool(2)]), X, MASKS, ["(6, 5)", "(3, 2, 2)"]),
    "named": (
        ConvNetClassifier(architecture="lenet5"), X, MASKS, ["(6, 5)", "lenet5", "list the layers"]
    ),
    "one_hot": (classifier(), X, np.eye(3)[MASKS], ["(6, 5, 3)", "(6, 5, 6)", "argmax"]),
    "continuous": (classifier(), X, X[..., 0], ["masks of shape (6, 5)", "continuous"]),
    "missing": (classifier(), X, np.where(MASKS > 1, np.nan, MASKS), ["NaN"]),
    "too_few": (classifier(), X, MASKS[:30], ["40", "30"]),
    "width": (classifier([Conv2D(2, 1, "softmax")]), X, MASKS, ["'conv2d'", "3 classes"]),
    "name": (classifier([("output", Conv2D(8, 1))]), X, MASKS, ["'output'", "3 classes"]),
    "hinge": (classifier(loss="hinge"), X, MASKS, ["loss='hinge'", "log_loss"]),
    "custom": (classifier(loss=CustomLoss(max)), X, MASKS, ["CustomLoss", "log_loss"]),
    "scoring": (
        classifier(scoring="accuracy", early_stopping=True), X, MASKS, ["scoring='accuracy' takes"]
    ),
    "weight": (classifier(class_weight={9: 1}), X, MASKS, ["class_weight", "9"]),
    "list": (classifier(class_weight=[{0: 1}]), X, MASKS, ["class_weight", "multilabel"]),
    "zero": (classifier(class_weight={0: 0, 1: 0, 2: 0}), X, MASKS, ["class_weight", "zero"]),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors_name_what_to_do(case, raises_unchanged):
    model, X, y, fragments = ERRORS[case]
    raises_unchanged(clone(model), [type(model).__name__, *fragments], "fit", X, y)


@pytest.mark.parametrize("method", ["fit", "partial_fit", "score"])
@pytest.mark.parametrize(
    "y", [MASKS[:, :5], MASKS[:, 0, 0], MASKS + 1], ids=["smaller", "labels", "unknown"]
)
def test_other_masks_later(method, y, raises_unchanged):
    model = classifier().fit(X, MASKS)
    if method == "score" and y.shape == MASKS.shape:
        assert model.score(X, y) < 1
    elif method == "fit":
        arguments = {"X_val": X, "y_val": y, "early_stopping": True}
        model.set_params(warm_start=True, early_stopping=arguments.pop("early_stopping"))
        raises_unchanged(model, ["NeuralNetClassifier", "y"], "fit", X, MASKS, **arguments)
    else:
        raises_unchanged(model, ["NeuralNetClassifier", "y"], method, X, y)


def test_masks_after_labels(raises_unchanged):
    model = classifier().fit(X, MASKS[:, 0, 0])
    fragments = ["NeuralNetClassifier", "(6, 5)", "fitted with labels"]
    raises_unchanged(model, fragments, "partial_fit", X, MASKS)


def test_regressor_still_takes_channels():
    one_hot = np.eye(3)[MASKS]
    model = NeuralNetRegressor([Conv2D(3, 1, "logistic")], max_iter=2, random_state=0)
    assert model.fit(X, one_hot).predict(X).shape == one_hot.shape
