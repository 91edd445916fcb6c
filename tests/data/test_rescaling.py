"""Equal numbers give equal results, whatever dtype and container hold them."""

import warnings

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    NeuralOutlierDetector,
)
from skneural.data.rescaling import image_factor
from skneural.layers import Conv1D, Conv2D, Dense, Flatten, Scale

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
RANDOM = np.random.default_rng(0)
N, SIDE = 40, 6
MASKS = RANDOM.integers(0, 2, (N, SIDE * SIDE))
LEVELS = np.r_[RANDOM.integers(0, 256, (N - 1, SIDE * SIDE)), [[255] * SIDE**2]]
LABELS = np.arange(N) % 3
SETTINGS = {"max_iter": 2, "random_state": 0, "batch_size": 16, "dtype": "float32"}


def frame(X):
    pandas = pytest.importorskip("pandas")
    return pandas.DataFrame(X)


def polars_frame(X):
    polars = pytest.importorskip("polars")
    return polars.DataFrame(X, schema=[f"c{i}" for i in range(X.shape[1])])


KINDS = {
    "bool": lambda X: X.astype(bool),
    "uint8": lambda X: X.astype(np.uint8),
    "int64": lambda X: X.astype(np.int64),
    "uint16": lambda X: X.astype(np.uint16),
    "float32": lambda X: X.astype(np.float32),
    "float64": lambda X: X.astype(np.float64),
    "list": lambda X: X.tolist(),
    "frame": lambda X: frame(X.astype(np.uint8)),
    "frame_of_floats": lambda X: frame(X.astype(float)),
    "polars": lambda X: polars_frame(X.astype(np.uint8)),
    "fortran": lambda X: np.asfortranarray(X.astype(np.uint8)),
}
MODELS = {
    "convnet": ConvNetClassifier(filters=(2,), image_shape=(SIDE, SIDE), **SETTINGS),
    "regressor": ConvNetRegressor(filters=(2,), image_shape=(SIDE, SIDE), **SETTINGS),
    "autoencoder": AutoencoderTransformer(3, (8,), **SETTINGS),
    "images": AutoencoderTransformer(3, (8,), input_shape=(SIDE, SIDE, 1), **SETTINGS),
    "detector": NeuralOutlierDetector(3, (8,), **SETTINGS),
}


def outputs(model, X):
    for method in ("predict_proba", "transform", "score_samples", "predict"):
        if hasattr(model, method):
            return getattr(model, method)(X)
    raise AssertionError


@pytest.mark.filterwarnings("ignore:X (has|does not have) .*feature names")
@pytest.mark.parametrize("numbers", [MASKS, LEVELS], ids=["masks", "levels"])
@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", KINDS)
def test_kind_of_numbers(kind, name, numbers):
    """At fit and at predict, to the bit."""
    if kind == "bool" and numbers is LEVELS:
        pytest.skip("numbers other than 0 and 1")
    expected = clone(MODELS[name]).fit(numbers.astype(np.float32), LABELS)
    result = outputs(expected, numbers.astype(np.float32))
    given = KINDS[kind](numbers)
    np.testing.assert_array_equal(outputs(expected, given), result)
    model = clone(MODELS[name]).fit(given, LABELS)
    np.testing.assert_array_equal(outputs(model, given), result)
    np.testing.assert_array_equal(outputs(model, numbers.astype(np.float64)), result)
    images = name in ("convnet", "regressor", "images") and numbers is LEVELS
    assert model.rescale_ == (1 / 255 if images else None)


@pytest.mark.parametrize("numbers", [MASKS, LEVELS], ids=["masks", "levels"])
@pytest.mark.parametrize("name", ["autoencoder", "detector"])
def test_sparse_numbers(name, numbers):
    expected = clone(MODELS[name]).fit(numbers.astype(np.uint8), LABELS)
    for dtype in (np.uint8, np.int64, np.float32):
        given = sparse.csr_array(numbers.astype(dtype))
        result = outputs(expected, numbers.astype(np.uint8))
        np.testing.assert_allclose(outputs(expected, given), result, rtol=1e-4, atol=1e-6)
        model = clone(MODELS[name]).fit(given)
        np.testing.assert_allclose(outputs(model, given), result, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("low", "high", "highest"),
    [
        (0, 255, 255), (0, 254, 255), (3, 129, 255), (0, 16, 31), (0, 15, 15), (0, 65535, 65535),
        (0, 300, 1023), (0, 40, 255), (0, 127, 255), (0, 128, 255), (0, 4095, 4095), (0, 3, 3),
        (0, 253.7, 255), (0, 1, None), (0, 0, None), (0, 2, None), (-1, 255, None),
        (-2.5, 3.5, None), (0, 1.02, None), (0.2, 0.9, None),
    ],
)  # fmt: skip
def test_rule(low, high, highest):
    assert image_factor(low, high) == (None if highest is None else 1 / highest)


@pytest.mark.parametrize("name", ["convnet", "autoencoder", "detector"])
def test_factor_of_ones_own(name):
    """It holds for tables too, sparse ones among them."""
    scaled = LEVELS.astype(np.float32) * np.float32(1 / 64)
    plain = clone(MODELS[name]).set_params(rescale=None).fit(scaled, LABELS)
    for given in (LEVELS.astype(np.uint8), LEVELS):
        model = clone(MODELS[name]).set_params(rescale=1 / 64).fit(given, LABELS)
        assert model.rescale_ == 1 / 64
        np.testing.assert_array_equal(outputs(model, given), outputs(plain, scaled))
    if name != "convnet":
        result = outputs(model, sparse.csr_array(LEVELS.astype(float)))
        np.testing.assert_allclose(result, outputs(plain, scaled), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("value", [0, -1.0, "255", np.nan])
def test_factors_that_cannot_be(value):
    with pytest.raises(ValueError, match="rescale"):
        ConvNetClassifier(rescale=value).fit(LEVELS, LABELS)


@pytest.mark.parametrize(
    ("model", "factor"),
    [
        (ConvNetClassifier(architecture=[Scale(1 / 255), Conv2D(2)], **SETTINGS), None),
        (ConvNetClassifier(rescale=None, filters=2, **SETTINGS), None),
        (ConvNetClassifier(filters=2, **SETTINGS), 1 / 255),
        (AutoencoderTransformer(3, (8,), **SETTINGS), 1 / 255),
        (AutoencoderTransformer(architecture=(
            [Conv1D(2), Flatten(), Dense(3)], [Dense(SIDE * SIDE)]), **SETTINGS), None),
    ],
    ids=["scale", "none", "convnet", "autoencoder", "series"],
)  # fmt: skip
def test_what_is_an_image(model, factor):
    assert model.fit(LEVELS.reshape(N, SIDE, SIDE), LABELS).rescale_ == factor


def test_decided_once():
    """By the first fit; later ones see the same scale whatever their numbers are."""
    model = clone(MODELS["convnet"]).set_params(warm_start=True)
    model.fit(LEVELS, LABELS)
    model.partial_fit(LEVELS // 2, LABELS)
    assert model.rescale_ == 1 / 255
    with pytest.warns(UserWarning, match="from 0 to 1.* from 0 to 255"):
        model.fit(LEVELS / 255, LABELS)
    assert model.rescale_ == 1 / 255


def test_a_frame_between_two_steps_changes_nothing():
    def steps():
        return make_pipeline(FunctionTransformer(), clone(MODELS["convnet"]))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = steps().fit(LEVELS.astype(np.uint8), LABELS)
        framed = steps().set_output(transform="pandas").fit(LEVELS.astype(np.uint8), LABELS)
    assert framed[-1].rescale_ == plain[-1].rescale_ == 1 / 255


FITTED = {
    "levels": LEVELS, "unit": LEVELS / 255, "masks": MASKS,
    "standard": (LEVELS - 128) / 70, "digits": LEVELS // 16,
}  # fmt: skip


@pytest.mark.parametrize(
    ("fitted", "given", "warns"),
    [
        ("levels", LEVELS / 255, True), ("levels", (LEVELS - 128) / 70, True),
        ("levels", LEVELS * 256, True), ("levels", LEVELS // 2, False),
        ("levels", LEVELS * 0, False), ("levels", LEVELS > 128, False),
        ("levels", np.minimum(LEVELS, 1).astype(np.uint8), False),
        ("unit", LEVELS, True), ("unit", LEVELS.astype(np.uint8), True),
        ("unit", LEVELS / 200, False), ("unit", LEVELS / 255 - 0.5, True),
        ("unit", LEVELS / 255 - 0.05, False), ("unit", LEVELS / 36, True),
        ("levels", LEVELS - 127, True), ("levels", LEVELS - 10, False),
        ("levels", LEVELS + 20, False),
        ("masks", (LEVELS - 128) / 70, True),
        ("masks", LEVELS.astype(np.uint8), True), ("masks", MASKS.astype(bool), False),
        ("standard", LEVELS, True), ("standard", (LEVELS - 100) / 50, False),
        ("digits", LEVELS // 16, False), ("digits", LEVELS, True),
    ],
)  # fmt: skip
def test_warning_of_another_scale(fitted, given, warns):
    model = ConvNetClassifier(filters=2, image_shape=(SIDE, SIDE), **SETTINGS)
    model.fit(FITTED[fitted], LABELS)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.predict(given)
    assert bool(caught) == warns
    if warns:
        assert "ConvNetClassifier: X has numbers from" in str(caught[0].message)


@pytest.mark.needs_jit(reason="many images")
@pytest.mark.parametrize("scale", [1, 255 / 16], ids=["digits", "levels"])
@pytest.mark.parametrize("kind", ["uint8", "int64", "float64"])
def test_digits_are_learned_on_any_scale(kind, scale):
    X, y = load_digits(return_X_y=True)
    X = KINDS[kind]((X * scale).astype(np.int64))
    X, X_test, y, y_test = train_test_split(X, y, random_state=0, stratify=y)
    model = ConvNetClassifier(max_iter=15, random_state=0).fit(X, y)
    assert model.score(X_test, y_test) > 0.965


def test_a_detector_flags_the_same_share_of_a_table():
    X = RANDOM.integers(0, 256, (300, 8)).astype(np.uint8)
    detector = NeuralOutlierDetector(contamination=0.1, random_state=0).fit(X)
    for given in (X, frame(X), X.tolist(), sparse.csr_array(X), X.astype(float)):
        assert np.mean(detector.predict(given) == -1) == pytest.approx(0.1, abs=0.01)
