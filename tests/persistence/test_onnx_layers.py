"""Layers, activations and losses in ONNX give what they give here."""

import inspect
import math

import numpy as np
import pytest

from _helpers import ACTIVATIONS, DTYPES, LAYERS, name_of
from _onnx import run
from skneural import NeuralNetClassifier, NeuralNetRegressor, NeuralOutlierDetector, layers
from skneural.activations import Activation, Relu
from skneural.layers import Conv1D, Conv2D, Dense, Layer, MaxPool
from skneural.losses import CustomLoss, SquaredError
from skneural.network.network import Network
from skneural.persistence import to_onnx
from skneural.persistence.onnx.conversion import ACTIVATIONS as KNOWN_ACTIVATIONS
from skneural.persistence.onnx.conversion import LAYERS as KNOWN_LAYERS
from skneural.persistence.onnx.graph import Graph
from skneural.persistence.onnx.network import add_layers

N_ROWS = 7
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
PADDED = [
    (Conv2D(3, 3, strides=2, padding="same"), (5, 6, 2)),
    (Conv2D(3, 3, strides=2, padding="same", dilation_rate=2), (7, 6, 2)),
    (Conv1D(2, 4, strides=3, padding="same"), (8, 2)),
    (MaxPool((3, 2), strides=(2, 3), padding="same"), (5, 7, 2)),
]
ALL = [*LAYERS, *PADDED]
pytest.importorskip("onnxruntime", reason="needs onnx and onnxruntime, of the extra 'onnx'")
pytestmark = pytest.mark.needs_jit(reason="what is interpreted is tested with the layers")


def network_of(layer, shape, dtype):
    """A network of one layer, with variables none of which is a special value."""
    random = np.random.RandomState(0)
    n_outputs = math.prod(layer.output_shape(shape))
    network = Network([layer], shape, SquaredError(), n_outputs, dtype)
    network.initialize(random)
    for variables in network.variables:
        for name, values in variables.items():
            values += random.uniform(0.05, 0.3, values.shape)
            if name == "running_variance":
                values += 0.5
    return network


def test_every_public_layer_is_known():
    public = {getattr(layers, name) for name in layers.__all__}
    classes = {each for each in public if inspect.isclass(each)} - {Layer}
    assert classes <= KNOWN_LAYERS.keys()
    assert all(each.examples() for each in classes), "they are what is tested"


def test_every_public_activation_is_known():
    assert set(Activation.registry.values()) <= KNOWN_ACTIVATIONS.keys()


@EACH_DTYPE
@pytest.mark.parametrize(("layer", "shape"), ALL, ids=map(name_of, ALL))
def test_a_layer_gives_the_same(layer, shape, dtype):
    network = network_of(layer, shape, dtype)
    rows = np.random.default_rng(1).normal(0, 1.5, (N_ROWS, *shape)).astype(dtype)
    graph = Graph(dtype, 17)
    outputs, shape_of_outputs = add_layers(graph, network, "X")
    found = run(graph, outputs, rows)
    expected = network.predict(rows.reshape(N_ROWS, -1), raw=True)
    assert found.dtype == dtype
    assert found.shape == (N_ROWS, *shape_of_outputs)
    np.testing.assert_allclose(found.reshape(N_ROWS, -1), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("opset", [13, 15, 18, 20, 21, 22])
@pytest.mark.parametrize("place", range(0, len(ALL), 5))
def test_it_does_so_in_other_versions(place, opset):
    layer, shape = ALL[place]
    network = network_of(layer, shape, np.float32)
    rows = np.random.default_rng(1).normal(0, 1.5, (N_ROWS, *shape)).astype(np.float32)
    graph = Graph(np.float32, opset)
    outputs, _ = add_layers(graph, network, "X")
    expected = network.predict(rows.reshape(N_ROWS, -1), raw=True)
    found = run(graph, outputs, rows).reshape(N_ROWS, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@EACH_DTYPE
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=name_of)
def test_an_activation_gives_the_same_far_out(activation, dtype):
    z = np.array([-1e4, -80.0, -20.0, -3.0, -1e-3, 0.0, 1e-3, 3.0, 20.0, 80.0, 1e4], dtype)
    graph = Graph(dtype, 17)
    found = run(graph, KNOWN_ACTIVATIONS[type(activation)](graph, activation, "X"), z[:, None])
    np.testing.assert_allclose(found[:, 0], activation(z), rtol=1e-5, atol=1e-5)


@EACH_DTYPE
@pytest.mark.parametrize(("layer", "shape"), ALL, ids=map(name_of, ALL))
def test_a_layer_without_rows(layer, shape, dtype):
    graph = Graph(dtype, 17)
    outputs, shape_of_outputs = add_layers(graph, network_of(layer, shape, dtype), "X")
    found = run(graph, outputs, np.zeros((0, *shape), dtype))
    assert found.shape == (0, *shape_of_outputs)


class Twice(Layer):
    """A user's layer."""

    def build(self, plan, inputs, slots, number):
        return Dense(2).build(plan, inputs, slots, number)


class TwiceInOnnx(Layer):
    """A user's layer that knows its form."""

    def to_onnx(self, graph, x, shape, values):
        return graph.product(x, 2.0)


class Steep(Relu):
    """A user's activation with a rule of its own."""

    rule = Relu.rule


class Named(Dense):
    """A user's layer that computes as its base does."""


def test_a_users_layer_without_a_form_is_named():
    graph = Graph(np.float32, 17)
    network = network_of(Dense(2), (2,), np.float32)
    network.layers = [Twice()]
    with pytest.raises(NotImplementedError, match="the layer Twice.* has no form in ONNX"):
        add_layers(graph, network, "X")


def test_a_users_layer_may_bring_its_form():
    graph = Graph(np.float32, 17)
    network = network_of(Dense(2), (2,), np.float32)
    network.layers = [TwiceInOnnx()]
    outputs, _ = add_layers(graph, network, "X")
    rows = np.ones((3, 2), np.float32)
    np.testing.assert_array_equal(run(graph, outputs, rows), 2 * rows)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_subclass_that_computes_as_its_base_is_known():
    X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    model = NeuralNetRegressor([Named(4, "tanh")], max_iter=1, random_state=0).fit(X, X[:, 0])
    np.testing.assert_allclose(run(to_onnx(model), None, X)[:, 0], model.predict(X), atol=1e-5)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_users_activation_is_named():
    X = np.random.default_rng(0).normal(size=(20, 3))
    model = NeuralNetRegressor([Dense(4, Steep())], max_iter=1, random_state=0).fit(X, X[:, 0])
    with pytest.raises(NotImplementedError, match="the activation Steep.* has no form in ONNX"):
        to_onnx(model)


def half_square(target, output, gradient):
    """Half the squared error."""
    total = 0.0
    for j in range(len(output)):
        gradient[j] = output[j] - target[j]
        total += 0.5 * gradient[j] ** 2
    return total


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_users_loss_matters_where_scores_are_losses():
    X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    model = NeuralNetRegressor([], loss=CustomLoss(half_square), max_iter=1).fit(X, X[:, 0])
    np.testing.assert_allclose(run(to_onnx(model), None, X)[:, 0], model.predict(X), atol=1e-5)
    detector = NeuralOutlierDetector(loss=CustomLoss(half_square), max_iter=1).fit(X)
    with pytest.raises(NotImplementedError, match="the loss CustomLoss.* has no form in ONNX"):
        to_onnx(detector)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("link", ["identity", "logistic", "exp"])
def test_links_of_losses(link):
    X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    loss = CustomLoss(half_square, link)
    model = NeuralNetRegressor([Dense(2, "tanh")], loss=loss, max_iter=1, random_state=0)
    model.fit(X, X[:, :2])
    np.testing.assert_allclose(run(to_onnx(model), None, X), model.predict(X), atol=1e-5)
    classifier = NeuralNetClassifier(loss=loss, max_iter=1, random_state=0).fit(X, X[:, 0] > 0)
    scores = run(to_onnx(classifier, method="decision_function"), None, X, "scores")
    np.testing.assert_allclose(scores[:, 0], classifier.decision_function(X), atol=1e-5)
