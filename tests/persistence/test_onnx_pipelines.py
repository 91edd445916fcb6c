"""Pipelines with estimators of this library in them, converted as a whole by skl2onnx."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, StandardScaler

from _onnx import outputs_of
from _saved_models import SHORT, digits
from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    FeatureExtractor,
    GMDHRegressor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
    RecurrentClassifier,
    RecurrentRegressor,
    SeriesNetClassifier,
    TabularClassifier,
    TabularRegressor,
)
from skneural.layers import LSTM, BatchNorm, Dense, Reshape
from skneural.persistence import register_converters

pytest.importorskip("onnxruntime", reason="needs onnxruntime, of the extra 'onnx'")
skl2onnx = pytest.importorskip("skl2onnx", reason="needs skl2onnx, of the extra 'onnx'")
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.needs_jit(reason="fits every kind of model"),
]
EACH_DTYPE = pytest.mark.parametrize("dtype", [np.float32, np.float64])
# a loop over the steps, whose body reads constants from around it
LOOP = [Reshape((8, 8)), LSTM(5, layer_norm=True), Dense(5)]
CLASSIFIERS = [
    MLPClassifier((8,), **SHORT),
    NeuralNetClassifier([Dense(8, "gelu"), BatchNorm()], **SHORT),
    NeuralNetClassifier(LOOP, **SHORT),
    ConvNetClassifier(image_shape=(8, 8, 1), **SHORT),
    RecurrentClassifier(hidden_layer_sizes=(8,), series_shape=(8, 8), **SHORT),
    SeriesNetClassifier("fcn", series_shape=(8, 8), **SHORT),
    TabularClassifier(**SHORT),
]
REGRESSORS = [
    MLPRegressor(hidden_layer_sizes=(8,), **SHORT), NeuralNetRegressor([Dense(8)], **SHORT),
    RecurrentRegressor(hidden_layer_sizes=(8,), series_shape=(8, 8), **SHORT),
    TabularRegressor(**SHORT),
]
TRANSFORMERS = [
    AutoencoderTransformer(3, **SHORT),
    AutoencoderTransformer(3, variational=True, **SHORT),
    FeatureExtractor(MLPClassifier((8,), **SHORT)),
]


def name_of(estimator):
    return type(estimator).__name__


@pytest.fixture(autouse=True)
def registered():
    register_converters()


def converted(model, X, **how):
    return outputs_of(skl2onnx.to_onnx(model, X[:1], **how), X)


def data(dtype=np.float32):
    X, y = digits()
    return (16 * X).astype(dtype), y


def close(found, expected, tolerance=1e-5):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


@EACH_DTYPE
@pytest.mark.parametrize("classifier", CLASSIFIERS, ids=name_of)
def test_a_scaler_and_a_classifier(classifier, dtype):
    X, y = data(dtype)
    model = make_pipeline(MinMaxScaler(), classifier).fit(X, y)
    outputs = converted(model, X, options={"zipmap": False})
    assert list(outputs) == ["label", "probabilities"]
    np.testing.assert_array_equal(outputs["label"], model.predict(X))
    close(outputs["probabilities"], model.predict_proba(X))
    assert outputs["probabilities"].dtype == dtype


@EACH_DTYPE
@pytest.mark.parametrize("regressor", REGRESSORS, ids=name_of)
def test_a_scaler_and_a_regressor(regressor, dtype):
    X, y = data(dtype)
    model = make_pipeline(MinMaxScaler(), regressor).fit(X, y)
    found = converted(model, X)["variable"]
    assert found.shape == (len(X), 1)
    close(found[:, 0], model.predict(X))
    several = model.fit(X, X[:, 10:13])
    if name_of(regressor) != "RecurrentRegressor":
        close(converted(several, X)["variable"], several.predict(X))


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=name_of)
def test_a_transformer_between_others(transformer):
    X, y = data()
    model = make_pipeline(MinMaxScaler(), transformer).fit(X, y)
    close(converted(model, X)["variable"], model.transform(X))
    model = make_pipeline(MinMaxScaler(), transformer, LogisticRegression()).fit(X, y)
    close(converted(model, X, options={"zipmap": False})["probabilities"], model.predict_proba(X))


def test_an_outlier_detector():
    X, _ = data()
    model = make_pipeline(StandardScaler(), NeuralOutlierDetector(**SHORT)).fit(X)
    outputs = converted(model, X)
    np.testing.assert_array_equal(outputs["label"], model.predict(X))
    close(outputs["scores"][:, 0], model.decision_function(X))


def test_string_labels_and_probabilities_by_label():
    X, y = data()
    names = np.array(["zero", "one", "two", "three", "four"])[y]
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), **SHORT)).fit(X, names)
    outputs = converted(model, X)
    np.testing.assert_array_equal(outputs["output_label"], model.predict(X))
    table = [[row[name] for name in model.classes_] for row in outputs["output_probability"]]
    close(table, model.predict_proba(X))


@pytest.mark.parametrize("n_classes", [2, 5])
def test_raw_scores(n_classes):
    X, y = data()
    model = MLPClassifier((8,), **SHORT).fit(X, y % n_classes)
    outputs = converted(model, X, options={"zipmap": False, "raw_scores": True})
    scores = outputs["probabilities"].reshape(model.decision_function(X).shape)
    close(scores, model.decision_function(X))


def test_several_labels():
    X, _ = data()
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), **SHORT)).fit(X, X[:, 10:13] > 8)
    outputs = converted(model, X, options={"zipmap": False})
    np.testing.assert_array_equal(outputs["label"], model.predict(X))
    close(outputs["probabilities"], model.predict_proba(X))


@pytest.mark.parametrize("opset", [13, 17, 19, 21])
def test_versions_of_operators(opset):
    X, y = data()
    layers = [BatchNorm(), *LOOP]
    model = make_pipeline(StandardScaler(), NeuralNetClassifier(layers, **SHORT)).fit(X, y)
    outputs = converted(model, X, options={"zipmap": False}, target_opset=opset)
    close(outputs["probabilities"], model.predict_proba(X))


def test_what_else_has_estimators_in_it():
    X, y = data()
    network = MLPClassifier((8,), **SHORT)
    models = [
        GridSearchCV(make_pipeline(StandardScaler(), network), {
            "mlpclassifier__alpha": [0.0, 1.0]}, cv=2),
        VotingClassifier(
            [("network", network), ("linear", LogisticRegression())], voting="soft",
            flatten_transform=False,
        ),
        CalibratedClassifierCV(network, cv=2),
    ]
    for model in models:
        model.fit(X, y)
        outputs = converted(model, X, options={"zipmap": False})
        close(outputs["probabilities"], model.predict_proba(X))


def test_inputs_of_several_kinds():
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    random = np.random.default_rng(0)
    X = np.empty((60, 3), object)
    X[:, 0], X[:, 1], X[:, 2] = random.normal(size=60), random.choice(["a", "b"], 60), 0.5
    y = X[:, 0].astype(float) > 0
    given = {
        "first": X[:, :1].astype(np.float32), "second": X[:, 1:2],
        "third": X[:, 2:].astype(np.float32),
    }
    X[:, 0] = given["first"][:, 0]
    types = [
        (name, StringTensorType([None, 1]) if name == "second" else FloatTensorType([None, 1]))
        for name in given
    ]
    encoder = ColumnTransformer([("text", OneHotEncoder(), [1]), ("rest", StandardScaler(), [0])])
    for model in (TabularClassifier(**SHORT), make_pipeline(encoder, MLPClassifier((4,), **SHORT))):
        model.fit(X, y)
        proto = skl2onnx.convert_sklearn(model, initial_types=types, options={
            id(model): {"zipmap": False}})
        used = {name: given[name] for name in given if name in {i.name for i in proto.graph.input}}
        close(outputs_of(proto, used)["probabilities"], model.predict_proba(X), 1e-4)


def test_an_estimator_without_a_network_is_not_registered():
    X, y = data()
    model = make_pipeline(StandardScaler(), GMDHRegressor(max_layers=1)).fit(X, y)
    with pytest.raises(skl2onnx.common.exceptions.MissingShapeCalculator, match="GMDHRegressor"):
        converted(model, X)
