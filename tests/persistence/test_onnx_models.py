"""Estimators as models in ONNX predict what they predict here."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

import skneural
from _onnx import outputs_of, run
from _saved_models import MODELS, SHORT, digits, fitted, series
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    FeatureExtractor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    RecurrentClassifier,
    SequenceGenerator,
    SeriesNetClassifier,
    TabularClassifier,
    TabularRegressor,
)
from skneural.augmentation import Flip
from skneural.layers import Conv2D, Dense, Flatten, GlobalAvgPool
from skneural.losses import Poisson
from skneural.persistence import to_onnx
from skneural.persistence.onnx.models import has_network

pytest.importorskip("onnxruntime", reason="needs onnx and onnxruntime, of the extra 'onnx'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.needs_jit(reason="fits every kind of model"),
]
WITH_NETWORK = [name for name, (model, _) in MODELS.items() if has_network(type(model))]
WITHOUT = [name for name in MODELS if name not in WITH_NETWORK]
METHODS = {"label": "predict", "probabilities": "predict_proba", "scores": "decision_function"}
EACH_DTYPE = pytest.mark.parametrize("dtype", ["float32", "float64"])


def expected_of(model, title, X):
    method = METHODS.get(title)
    if method is None:
        method = "predict" if hasattr(model, "predict") else "transform"
    return np.asarray(getattr(model, method)(X))


def check_same(found, expected, tolerance=1e-5):
    """Labels are equal and numbers close; a column may stand for one number of a row."""
    expected = np.asarray(expected)
    assert found.size == expected.size
    assert len(found) == len(expected)
    expected = expected.reshape(found.shape)
    if found.dtype.kind in "OUi":
        np.testing.assert_array_equal(found, expected)
    else:
        np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def check_model(model, X, dtype=None, **how):
    outputs = outputs_of(to_onnx(model, dtype=dtype, **how), X)
    for title, found in outputs.items():
        check_same(found, expected_of(model, title, X))
    return outputs


def test_every_estimator_with_a_network_is_tested():
    members = [getattr(skneural, name) for name in skneural.__all__]
    classes = {m for m in members if isinstance(m, type) and issubclass(m, BaseEstimator)}
    assert {cls for cls in classes if has_network(cls)} == {
        type(MODELS[name][0]) for name in WITH_NETWORK
    }
    assert {cls for cls in classes if hasattr(cls, "get_layer")} <= {
        type(MODELS[name][0]) for name in WITH_NETWORK
    }


@EACH_DTYPE
@pytest.mark.parametrize("name", WITH_NETWORK)
def test_an_estimator_predicts_the_same(name, dtype):
    model, X = fitted(name)
    X = np.asarray(X, dtype)
    outputs = check_model(model, X, dtype)
    assert all(found.dtype in (np.dtype(dtype), np.int64, object) for found in outputs.values())


@pytest.mark.parametrize("name", WITH_NETWORK)
def test_a_batch_may_have_any_number_of_rows(name):
    model, X = fitted(name)
    check_model(model, np.asarray(X[:1], np.float32), "float32")


@EACH_DTYPE
@pytest.mark.parametrize("name", WITH_NETWORK)
def test_a_batch_may_have_no_rows(name, dtype):
    model, X = fitted(name)
    whole = to_onnx(model, dtype=dtype)
    some, none = (outputs_of(whole, np.asarray(X[:n], dtype)) for n in (2, 0))
    assert {title: (0, *found.shape[1:]) for title, found in some.items()} == {
        title: found.shape for title, found in none.items()
    }


@EACH_DTYPE
def test_counts_far_out_are_finite_numbers_too(dtype):
    X = np.random.default_rng(0).normal(size=(40, 2)).astype(dtype)
    y = np.random.default_rng(0).poisson(np.exp(X[:, 0]))
    model = MLPRegressor("poisson", (), **SHORT).fit(X, y)
    model.coefs_[0][:] = [[30], [0]]
    far = np.array([[-1e4, 0], [-25, 0], [-2, 0], [2, 0], [25, 0], [1e4, 0], [np.nan, 0]], dtype)
    found = run(to_onnx(model), None, far[:-1])
    assert np.isfinite(found).all()
    check_same(found, model.predict(far[:-1]), 2e-5)
    assert np.isnan(run(to_onnx(model), None, far)[-1]).all()


@pytest.mark.parametrize("name", WITHOUT)
def test_an_estimator_without_a_form_is_named(name):
    model, _ = fitted(name)
    with pytest.raises(NotImplementedError, match=type(model).__name__):
        to_onnx(model)


def test_the_network_of_a_generator_has_a_form():
    model, _ = fitted("generator")
    assert isinstance(model, SequenceGenerator)
    ids = np.random.default_rng(0).integers(0, model.n_tokens_, (5, 8, 1)).astype(np.float32)
    check_model(model.network_, ids)
    check_model(model.network_, ids[:, :3])


def test_float32_is_the_networks_own_dtype_where_it_was_trained_in_it():
    X, y = digits()
    X = X.astype(np.float32)
    model = MLPClassifier((8,), **SHORT).fit(X, y)
    assert check_model(model, X)["probabilities"].dtype == np.float32
    check_model(model, X.astype(np.float64), "float64")


# --- classifiers


@pytest.mark.parametrize(
    ("classes", "dtype"),
    [
        (["no", "yes"], object), (["a", "b", "c"], object), ([3, 7], np.int64),
        ([-1, 4, 9], np.int64), ([False, True], np.int64), ([1.0, 2.0], np.int64),
        ([5], np.int64),
    ],
)
def test_labels(classes, dtype):
    X = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    y = np.array(classes)[np.arange(30) % len(classes)]
    model = MLPClassifier((4,), **SHORT).fit(X, y)
    outputs = outputs_of(to_onnx(model), X)
    assert outputs["label"].dtype == dtype
    np.testing.assert_array_equal(outputs["label"], model.predict(X))
    check_same(outputs["probabilities"], model.predict_proba(X))


@pytest.mark.parametrize("n_classes", [1, 2, 3])
def test_decisions_take_the_place_of_probabilities(n_classes):
    X = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    y = np.arange(30) % n_classes
    for model in (MLPClassifier((4,), **SHORT), TabularClassifier(dtype="float32", **SHORT)):
        outputs = check_model(model.fit(X, y), X, method="decision_function")
        assert list(outputs) == ["label", "scores"]


def test_a_class_for_each_pixel():
    images = np.random.default_rng(0).normal(size=(12, 6, 5, 1)).astype(np.float32)
    masks = np.array(["sea", "land"])[(images[..., 0] > 0).astype(int)]
    model = NeuralNetClassifier([Conv2D(4, 3, "relu", padding="same")], **SHORT)
    model.fit(images, masks)
    outputs = check_model(model, images)
    assert outputs["label"].shape == (12, 6, 5)
    larger = np.random.default_rng(1).normal(size=(3, 9, 8, 1)).astype(np.float32)
    found = run(to_onnx(model), None, larger, "probabilities")
    assert found.shape == (3, 9, 8, 2)


# --- numbers


@pytest.mark.parametrize("shape", [(), (1,), (3,), (2, 3)])
def test_shapes_of_numbers(shape):
    X = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
    y = np.random.default_rng(1).normal(size=(20, *shape))
    model = NeuralNetRegressor([Dense(5, "tanh")], **SHORT).fit(X, y)
    found = check_model(model, X)["variable"]
    assert found.shape == (20, *(shape or (1,)))


def test_predictions_are_on_the_scale_of_y():
    X = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    for y in (1e4 + 100 * X[:, 0], np.c_[1e4 + 100 * X[:, 0], X[:, 1] / 100]):
        model = TabularRegressor(max_iter=10, dtype="float32", random_state=0).fit(X, y)
        found = run(to_onnx(model), None, 3 * X)
        np.testing.assert_allclose(found.reshape(y.shape), model.predict(3 * X), rtol=1e-5)


def test_an_exponential_link():
    X = np.random.default_rng(0).normal(size=(60, 3)).astype(np.float32)
    y = np.random.default_rng(0).poisson(np.exp(X[:, 0]))
    check_model(MLPRegressor(loss=Poisson(), **SHORT).fit(X, y), X)
    check_model(TabularRegressor(loss="poisson", dtype="float32", **SHORT).fit(X, y), X)


# --- images


def test_images_are_scaled_as_in_fit():
    bytes_of = np.random.default_rng(0).integers(0, 256, (30, 8, 8), dtype="uint8")
    y = np.arange(30) % 3
    for model in (ConvNetClassifier(**SHORT), ConvNetClassifier(architecture="fast", **SHORT)):
        model.fit(bytes_of, y)
        assert model.rescale_ == 1 / 255
        check_same(
            run(to_onnx(model), None, bytes_of.astype(np.float32), "probabilities"),
            model.predict_proba(bytes_of),
        )


def test_outputs_for_an_image_and_its_mirror_image():
    images = np.random.default_rng(0).normal(size=(20, 8, 8, 3)).astype(np.float32)
    model = ConvNetClassifier(architecture="fast", augmentation=[Flip()], **SHORT)
    check_model(model.fit(images, np.arange(20) % 3), images)


def test_images_of_other_sizes():
    images = np.random.default_rng(0).normal(size=(20, 8, 8, 2)).astype(np.float32)
    pooled = NeuralNetClassifier([Conv2D(4, 3, "relu", strides=2), GlobalAvgPool()], **SHORT)
    pooled.fit(images, np.arange(20) % 3)
    check_model(pooled, np.random.default_rng(1).normal(size=(4, 11, 9, 2)).astype(np.float32))
    flat = NeuralNetClassifier([Flatten(), Dense(3)], **SHORT).fit(images, np.arange(20) % 3)
    sizes = [d.dim_value for d in to_onnx(flat).graph.input[0].type.tensor_type.shape.dim]
    assert sizes == [0, 8, 8, 2]


# --- series


@pytest.mark.parametrize("cell", ["lstm", "gru", "elman"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_series_of_any_length(cell, bidirectional):
    X, y = series()
    X = X.astype(np.float32)
    model = RecurrentClassifier(
        cell, hidden_layer_sizes=(6, 5), bidirectional=bidirectional, **SHORT
    ).fit(X, y)
    for length in (8, 3, 20):
        check_model(model, np.tile(X, (1, 3, 1))[:, :length])


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
def test_pooling_of_steps(pooling):
    X, y = series()
    model = RecurrentClassifier(hidden_layer_sizes=(6,), pooling=pooling, **SHORT).fit(X, y)
    check_model(model, X.astype(np.float32), "float32")


def test_steps_of_any_length():
    model, X = fitted("steps")
    assert check_model(model, X[:, :3])["label"].shape == X[:, :3].shape[:2]
    numbers, X = fitted("numbers of steps")
    assert check_model(numbers, X[:, :3])["variable"].shape == X[:, :3].shape[:2]


@pytest.mark.parametrize("architecture", ["fcn", "resnet", "inception_time", "lstm_fcn"])
def test_convolutions_over_time(architecture):
    X, y = series()
    X = (X * 100 + 7).astype(np.float32)
    model = SeriesNetClassifier(architecture, n_networks=2, normalize="features", **SHORT)
    check_model(model.fit(X, y), X)
    check_model(model, X[:, :5])


# --- tables


def frame():
    random = np.random.default_rng(0)
    table = pd.DataFrame({
        "age": random.normal(size=80),
        "city": random.choice(["Rome", "Oslo", "Bern"], 80),
        "income": random.normal(size=80) * 1e4,
        "street": random.choice([f"street {n}" for n in range(14)], 80),
    })
    table.loc[::7, "age"] = np.nan
    table.loc[::9, "city"] = None
    return table, np.where(table["income"] > 0, "rich", "poor")


@pytest.mark.parametrize("embedding", ["piecewise", "periodic", None])
def test_tables_with_text(embedding):
    X, y = frame()
    model = TabularClassifier(numeric_embedding=embedding, **SHORT).fit(X, y)
    X.loc[0, "city"] = "Paris"  # unknown
    given = {
        name: X[[name]].fillna("").to_numpy(object) if name in ("city", "street")
        else X[[name]].to_numpy(np.float64)
        for name in X
    }
    outputs = outputs_of(to_onnx(model), given)
    np.testing.assert_array_equal(outputs["label"], model.predict(X))
    check_same(outputs["probabilities"], model.predict_proba(X))


@EACH_DTYPE
def test_tables_of_numbers_with_holes_and_categories(dtype):
    random = np.random.default_rng(0)
    X = np.c_[random.normal(size=80), random.integers(0, 4, 80), random.normal(size=80) * 1e4,
              random.integers(0, 20, 80), np.full(80, 3.0), random.integers(0, 2, 80)]
    X[::7, 0] = X[::9, 1] = np.nan
    X = X.astype(dtype)
    model = TabularClassifier(categorical_features=[1, 3, 5], **SHORT).fit(X, X[:, 2] > 0)
    X[0, 1], X[1, 3], X[2, 2], X[3, 0] = 17, np.nan, np.nan, 1e6
    check_model(model, X, dtype)


# --- autoencoders


@pytest.mark.parametrize("how", [{}, {"variational": True}, {"tied_weights": True}])
def test_what_an_autoencoder_computes(how):
    X = digits()[0].astype(np.float32)
    model = AutoencoderTransformer(4, (10,), **how, **SHORT).fit(X)
    codes = model.transform(X)
    check_same(run(to_onnx(model), None, X), codes)
    check_same(run(to_onnx(model, method="reconstruct"), None, X), model.reconstruct(X))
    decoded = run(to_onnx(model, method="inverse_transform"), None, codes)
    check_same(decoded, model.inverse_transform(codes))


def test_reconstructions_of_images_are_on_their_scale():
    images = np.random.default_rng(0).integers(0, 256, (30, 8, 8)).astype(np.float32)
    model = AutoencoderTransformer(4, architecture="conv", **SHORT).fit(images)
    found = run(to_onnx(model, method="reconstruct"), None, images)
    np.testing.assert_allclose(found, model.reconstruct(images), rtol=1e-5, atol=1e-3)
    codes = model.transform(images)
    found = run(to_onnx(model, method="inverse_transform"), None, codes)
    np.testing.assert_allclose(found, model.inverse_transform(codes), rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize(
    "loss", ["squared_error", "absolute_error", "huber", "quantile", "log_loss", "poisson"]
)
@pytest.mark.parametrize("how", [{}, {"variational": True, "sparsity": None}])
def test_scores_of_outliers(loss, how):
    X = digits()[0].astype(np.float32)
    model = NeuralOutlierDetector(loss=loss, **how, **SHORT).fit(X)
    X[::3] = 1 - X[::3]
    outputs = check_model(model, X)
    assert outputs["scores"].shape == (len(X), 1)
    assert outputs["label"].dtype == np.int64


@pytest.mark.parametrize("layer", [0, -1, "dense_1"])
def test_features_of_a_layer(layer):
    X, y = digits()
    X = X.astype(np.float32)
    network = NeuralNetClassifier([("dense_1", Dense(6, "tanh")), Dense(5)], **SHORT).fit(X, y)
    check_model(FeatureExtractor(FrozenEstimator(network), layer).fit(X), X)


# --- errors


def test_what_cannot_be_converted():
    X, y = digits()
    with pytest.raises(NotFittedError):
        to_onnx(MLPClassifier())
    with pytest.raises(TypeError, match="Ridge is no estimator of this library.*skl2onnx"):
        to_onnx(Ridge())
    with pytest.raises(TypeError, match="Pipeline .*register_converters"):
        to_onnx(make_pipeline(MLPClassifier()))
    with pytest.raises(TypeError, match="expected an estimator"):
        to_onnx(MLPClassifier)
    model = MLPClassifier((4,), **SHORT).fit(X, y)
    with pytest.raises(ValueError, match="method='transform' is none of 'predict_proba'"):
        to_onnx(model, method="transform")
    with pytest.raises(ValueError, match="dtype=int64 must be float32 or float64"):
        to_onnx(model, dtype=np.int64)
    with pytest.raises(ValueError, match="target_opset=12 is not from 13 to 22"):
        to_onnx(model, target_opset=12)


def test_a_column_that_is_called_as_an_output():
    X, y = frame()
    model = TabularClassifier(**SHORT).fit(X.rename(columns={"age": "label"}), y)
    with pytest.raises(ValueError, match="a column of X is called 'label'"):
        to_onnx(model)


def test_weights_set_by_hand_count():
    model, X = fitted("perceptron")
    model.coefs_[0][:] = 0
    check_model(model, X)
    model.coefs_[0] = np.ones_like(model.coefs_[0])
    check_model(model, X)
