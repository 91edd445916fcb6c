"""Images with channels first are recognised, and what may be channels last is taken as it is."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    MLPClassifier,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)
from skneural.data.channels_first import check_channels_last, read_images
from skneural.layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    LayerNorm,
    MaxPool,
    Parallel,
    Reshape,
    Residual,
    SpatialDropout,
)

pytestmark = pytest.mark.usefixtures("quiet")

SHORT = {"max_iter": 1, "random_state": 0}
CODER = [[Conv2D(2, strides=4), Flatten(), Dense(3)], [Dense(12 * 12 * 3)]]
READERS = [
    ConvNetClassifier(filters=2, **SHORT),
    ConvNetRegressor(filters=2, **SHORT),
    ConvNetClassifier(architecture="lenet5", **SHORT),
    NeuralNetClassifier([Conv2D(2), GlobalAvgPool()], **SHORT),
    NeuralNetRegressor([Dropout(0.1), Residual([Conv2D(3, padding=1)]), Flatten()], **SHORT),
    AutoencoderTransformer(3, architecture="conv", filters=2, **SHORT),
    AutoencoderTransformer(architecture=CODER, **SHORT),
    NeuralOutlierDetector(3, architecture="conv", filters=2, **SHORT),
]
OTHERS = [
    NeuralNetClassifier([Flatten(), Dense(3)], **SHORT),
    NeuralNetClassifier(**SHORT),
    NeuralNetRegressor([Reshape((36, 12)), Flatten()], **SHORT),
    AutoencoderTransformer(3, **SHORT),
    AutoencoderTransformer(architecture=[[Flatten(), Dense(3)], [Dense(432)]], **SHORT),
    NeuralOutlierDetector(3, **SHORT),
]
FIRST = [
    (1, 8, 8), (1, 28, 28), (3, 12, 12), (3, 32, 32), (3, 48, 64), (3, 180, 320),
    (1, 28, 20), (1, 64, 48), (1, 32, 100),  # grey, not square
    (3, 20, 45), (3, 128, 40), (3, 8, 8), (3, 16, 12), (3, 31, 8), (3, 480, 640),
    (4, 32, 24), (4, 24, 24), (4, 64, 64), (4, 48, 100),
]  # fmt: skip
UNSURE = [
    (2, 32, 32), (6, 64, 64), (13, 64, 64), (5, 32, 32), (10, 64, 64), (16, 64, 64),
    (1, 100, 22), (1, 64, 1024), (1, 8, 32), (3, 8, 64), (3, 16, 64), (3, 256, 32),
]  # fmt: skip
LAST = [
    (8, 8, 1), (28, 28, 1), (32, 32, 3), (48, 64, 3), (16, 16, 4), (32, 32, 2), (64, 64, 13),
    (1, 64, 3), (1, 1, 512), (1, 5, 32), (1, 200, 4), (1, 200, 7),  # signals in one row
    (4, 4, 64), (2, 2, 512), (2, 8, 8), (7, 7, 7), (3, 3, 3), (3, 3, 64), (4, 8, 8),  # features
    (8, 8, 8), (16, 16, 16), (64, 64, 64), (4, 16, 16), (2, 16, 16), (8, 16, 16), (16, 32, 32),
    (4, 16, 32), (4, 16, 96), (1, 7, 7), (3, 4, 4), (3, 7, 64), (6, 32, 64), (17, 128, 128),
    (12,), (28, 28), (3, 32, 32, 32), (3, 32),
]  # fmt: skip


def images(shape, n_samples=12):
    return np.random.RandomState(0).uniform(size=(n_samples, *shape)), np.arange(n_samples) % 2


@pytest.mark.parametrize("shape", FIRST, ids=str)
def test_implausible_channels_are_refused(shape):
    words = r"Net: X has .* np\.moveaxis\(X, 1, -1\).* wide="
    with pytest.raises(ValueError, match=words) as error:
        check_channels_last(shape, "Net", "wide")
    assert str(shape) in str(error.value)


@pytest.mark.parametrize("shape", UNSURE, ids=str)
def test_what_may_be_either_is_taken_with_a_warning(shape):
    words = r"Net: X has .* np\.moveaxis\(X, 1, -1\).* wide="
    with pytest.warns(UserWarning, match=words) as warned:
        check_channels_last(shape, "Net", "wide")
    assert str(shape) in str(warned[0].message)


@pytest.mark.parametrize("shape", LAST, ids=str)
def test_plausible_channels_are_taken(shape):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_channels_last(shape, "Net", "input_shape")


@pytest.mark.parametrize("model", [READERS[0], READERS[3], READERS[5]], ids=repr)
def test_estimators_warn_once_unless_told(model):
    X, y = images((5, 32, 32), 4)
    with pytest.warns(UserWarning, match=r"np\.moveaxis") as warned:
        model.fit(X, y)
    ours = [w for w in warned if not issubclass(w.category, ConvergenceWarning)]
    assert len(ours) == 1 and ours[0].filename == __file__
    assert model.input_shape_ == (5, 32, 32)
    told = "image_shape" if hasattr(model, "image_shape") else "input_shape"
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("ignore", ConvergenceWarning)
        clone(model).set_params(**{told: (5, 32, 32)}).fit(X, y)


@pytest.mark.parametrize("model", READERS, ids=repr)
def test_estimators_of_images_refuse_channels_first(model, raises_unchanged):
    X, y = images((3, 12, 12))
    parts = [type(model).__name__, "(3, 12, 12)", "np.moveaxis(X, 1, -1)", "_shape=(3, 12, 12)"]
    raises_unchanged(model, parts, "fit", X, y)
    moved = np.moveaxis(X, 1, -1)
    model.fit(moved, y)
    predict = getattr(model, "transform", None) or model.predict
    with pytest.raises(ValueError, match=r"\(12, 12, 3\).*np\.moveaxis\(X, 1, -1\)"):
        predict(X)
    assert len(predict(moved)) == 12


@pytest.mark.parametrize("model", OTHERS, ids=repr)
def test_layers_that_read_no_images_take_any_order(model):
    X, y = images((3, 12, 12))
    model.fit(X, y)
    assert model.input_shape_ == (3, 12, 12)


def test_what_is_told_is_taken():
    X, y = images((3, 12, 12))
    model = ConvNetClassifier(filters=2, image_shape=(3, 12, 12), **SHORT).fit(X, y)
    assert model.input_shape_ == (3, 12, 12)
    layers = [Conv2D(2), GlobalAvgPool()]
    model = NeuralNetClassifier(layers, input_shape=[3, 12, 12], **SHORT).fit(X, y)
    assert model.input_shape_ == (3, 12, 12)
    model.set_params(input_shape=(12, 12, 3))
    with pytest.raises(ValueError, match=r"input_shape=\(12, 12, 3\).*np\.moveaxis\(X, 1, -1\)"):
        model.fit(X, y)
    assert model.fit(X.reshape(12, -1), y).input_shape_ == (12, 12, 3)
    flat = MLPClassifier(**SHORT).fit(X.reshape(12, -1), y)
    assert flat.n_features_in_ == 432


def test_targets_with_channels_first_are_named():
    X, _ = images((12, 12, 3))
    model = NeuralNetRegressor([Conv2D(3, padding="same")], **SHORT)
    with pytest.raises(ValueError, match=r"those of y.*np\.moveaxis\(y, 1, -1\)"):
        model.fit(X, np.moveaxis(X, -1, 1))
    assert model.fit(X, X).predict(X).shape == X.shape


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([Conv2D(2)], True),
        ([Dropout(0.1), BatchNorm(), MaxPool(2)], True),
        ([Parallel([[], [Conv2D(2)]])], True),
        ([Residual([BatchNorm()], [Conv2D(2)])], True),
        ([Flatten(), Dense(3)], False),
        ([Reshape((4, 4, 3)), Conv2D(2)], False),
        ([BatchNorm(), Flatten(), Dense(3)], True),
        ([Dropout(0.1), LayerNorm(), Flatten()], True),
        ([SpatialDropout(0.1), Flatten()], True),
        ([Dropout(0.1), Flatten(), BatchNorm()], False),
        ([], False),
    ],
)
def test_layers_that_read_images(layers, expected):
    assert read_images(layers) is expected
