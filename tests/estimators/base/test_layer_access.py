"""`get_layer` and `activations` of every estimator, and what `FeatureExtractor` makes of them."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skneural import (
    AutoencoderTransformer,
    ConvNetClassifier,
    ConvNetRegressor,
    FeatureExtractor,
    MLPClassifier,
    MLPRegressor,
    NeuralNetClassifier,
    NeuralNetRegressor,
    NeuralOutlierDetector,
)
from skneural.estimators.autoencoder.codes import reconstructed
from skneural.layers import Dense

pytestmark = pytest.mark.usefixtures("quiet")

X = np.random.RandomState(0).standard_normal((60, 12))
Y = np.arange(60) % 3
MLPS = [
    MLPClassifier((6, 5), normalization="batch", dropout=(0.0, 0.3)),
    MLPRegressor(hidden_layer_sizes=(6, 5), normalization="layer"),
    MLPClassifier((6,), activation="tanh"),
    MLPRegressor(hidden_layer_sizes=()),
]
OTHERS = [
    NeuralNetClassifier([Dense(6)]),
    NeuralNetRegressor([Dense(6)]),
    ConvNetClassifier(filters=2, image_shape=(3, 4)),
    ConvNetRegressor(filters=2, image_shape=(3, 4)),
    AutoencoderTransformer(3, hidden_layer_sizes=(6,)),
    AutoencoderTransformer(3, hidden_layer_sizes=(6,), tied_weights=True, noise="masking"),
    AutoencoderTransformer(3, architecture="conv", input_shape=(3, 4, 1), filters=2),
    AutoencoderTransformer(architecture=[[Dense(4)], [Dense(12)]]),
    NeuralOutlierDetector(3, hidden_layer_sizes=(6,), variational=True, sparsity=None),
]


def fit(model):
    return clone(model).set_params(max_iter=2, random_state=0).fit(X, Y)


def predictions(model):
    if hasattr(model, "predict_proba"):
        return model.predict_proba(X)
    if hasattr(model, "reconstruct"):
        return model.reconstruct(X)
    return reconstructed(model, X) if hasattr(model, "score_samples") else model.predict(X)


@pytest.mark.parametrize("model", MLPS + OTHERS, ids=repr)
def test_layers_are_named_shown_and_end_in_the_predictions(model):
    fitted = fit(model)
    names = fitted._built.names
    assert len(set(names)) == len(names) == len(fitted._built.layers)
    weights = [array for name in names for array in fitted.get_layer(name).weights.values()]
    assert {id(array) for array in weights} == {id(array) for array in fitted._weights()}
    for name in names:
        layer = fitted.get_layer(name)
        outputs = fitted.activations(X, name)
        assert outputs.shape == (len(X), *layer.output_shape)
        shapes = {v.name: v.shape for v in layer.layer.variables(layer.input_shape)}
        shared = {"kernel"} if getattr(model, "tied_weights", False) else set()
        found = {name: array.shape for name, array in layer.weights.items()}
        assert found == {n: s for n, s in shapes.items() if n in found or n not in shared}
    assert_array_equal(
        fitted.activations(X, -1).reshape(len(X), -1), predictions(fitted).reshape(len(X), -1)
    )
    assert all(name in fitted.summary() for name in names)


def test_names_of_the_perceptrons_layers():
    expected = ["dense_1", "normalization_1", "activation_1"]
    expected += ["dense_2", "normalization_2", "activation_2", "dropout_2", "output"]
    assert fit(MLPS[0])._built.names == expected
    assert fit(MLPS[3])._built.names == ["output"]


def test_activations_of_a_perceptron_are_those_of_its_formula():
    model = fit(MLPClassifier((6, 5), activation=("relu", "tanh")))
    (first, second, last), (a, b, c) = model.coefs_, model.intercepts_
    hidden = np.maximum(X @ first + a, 0)
    code = np.tanh(hidden @ second + b)
    assert_allclose(model.activations(X, "dense_1"), X @ first + a)
    assert_allclose(model.activations(X, "activation_1"), hidden)
    assert_allclose(model.activations(sparse.csr_matrix(X), -2), code)
    raw = code @ last + c
    assert_allclose(model.activations(X, "output"), np.exp(raw) / np.exp(raw).sum(1)[:, None])


def test_weights_of_a_perceptrons_layer_may_be_edited():
    model = fit(MLPS[0])
    layer = model.get_layer("dense_2")
    assert layer.weights["kernel"] is model.coefs_[1]
    shift = model.get_layer("normalization_2").weights["shift"]
    assert shift is model.normalizations_[1]["shift"]
    assert model.get_layer("activation_1").weights == {}
    layer.weights["kernel"][:] = 0
    layer.weights["bias"][:] = 3
    assert_array_equal(model.activations(X, "dense_2"), 3)
    with pytest.raises(ValueError, match=r"MLPClassifier: .*dense_3.* Did you mean"):
        model.get_layer("dense_3")
    with pytest.raises(NotFittedError, match="MLPClassifier"):
        clone(model).activations(X, 0)


@pytest.mark.parametrize("model", MLPS[:3] + OTHERS, ids=repr)
@pytest.mark.parametrize("is_frozen", [False, True])
def test_features_are_the_activations_of_any_estimator(model, is_frozen):
    network = clone(model).set_params(max_iter=2, random_state=0)
    fitted = clone(network).fit(X, Y)
    given = FrozenEstimator(fitted) if is_frozen else network
    features = FeatureExtractor(given, -2).fit_transform(X, Y)
    assert_array_equal(features, fitted.activations(X, -2).reshape(len(X), -1))


def test_an_autoencoder_needs_no_targets():
    network = clone(OTHERS[4]).set_params(max_iter=2, random_state=0)
    extractor = FeatureExtractor(network, "code")
    assert not extractor.__sklearn_tags__().target_tags.required
    assert_array_equal(extractor.fit(X).transform(X), clone(network).fit(X).transform(X))
    labelled = FeatureExtractor(MLPClassifier())
    assert labelled.__sklearn_tags__().target_tags.required


def test_layers_are_searched_over_in_a_pipeline():
    network = MLPClassifier((6, 5), max_iter=2, random_state=0)
    pipeline = make_pipeline(FeatureExtractor(network, "activation_2"), LogisticRegression())
    grid = {
        "featureextractor__layer": ["activation_1", "activation_2"],
        "featureextractor__estimator__hidden_layer_sizes": [(6, 5), (4, 3)],
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise").fit(X, Y)
    assert len(search.cv_results_["params"]) == 4
