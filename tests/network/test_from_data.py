"""First weights that depend on training rows."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone

from _helpers import close
from skneural import MLPClassifier, NeuralNetClassifier, NeuralNetRegressor, SeriesNetRegressor
from skneural.data.rows import Rows
from skneural.initializers import UnitVariance
from skneural.layers import (
    Activation,
    BatchNorm,
    ContractiveDense,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    Parallel,
    Residual,
    Sequential,
    Shared,
    TransposedDense,
)
from skneural.losses import SquaredError
from skneural.network.from_data import initialize_from_data
from skneural.network.network import Network

WIDTH, UNITS = 6, 4
ADAPTIVE = "unit_variance"


def data(n_rows=50, seed=0):
    random = np.random.default_rng(seed)
    scales = 10.0 ** np.arange(WIDTH - 3, -3, -1)
    return random.normal(2, 1, (n_rows, WIDTH)) * scales


def begun(layers, X, dtype=np.float64, seed=3, weight=None, among=None):
    shape = X.shape[1:]
    n_outputs = int(np.prod(Sequential(layers).output_shape(shape)))
    network = Network(layers, shape, SquaredError(), n_outputs, dtype)
    random_state = np.random.RandomState(seed)
    network.initialize(random_state)
    rows = Rows(np.ascontiguousarray(X, dtype), None, weight, None, weight, among)
    initialize_from_data(network, rows, random_state)
    return network


def adapted(X, kernel, random_state, n_points=5):
    """The kernel and bias that NumPy makes of a kernel drawn."""
    outputs = X @ kernel
    kernel = kernel / outputs.std(axis=0)
    if not n_points:
        return kernel, np.zeros(kernel.shape[1])
    places = random_state.uniform(size=(n_points, kernel.shape[1]))
    chosen = np.floor(places * len(X)).astype(int)
    shares = random_state.exponential(size=(n_points, kernel.shape[1]))
    shares /= shares.sum(axis=0)
    points = np.sort(X @ kernel, axis=0)[chosen, np.arange(kernel.shape[1])]
    return kernel, -(shares * points).sum(axis=0)


@pytest.mark.parametrize("n_points", [5, 0, 1])
def test_each_layer_adapts_to_the_outputs_of_those_before_it(n_points):
    X, initializer = data(), UnitVariance(n_points)
    layers = [
        Dense(8, "tanh", initializer=initializer), Dropout(), Dense(UNITS), Activation("relu"),
        Dense(2, initializer=initializer),
    ]
    network = begun(layers, X)
    random_state = np.random.RandomState(3)
    first = random_state.normal(0, WIDTH**-0.5, (WIDTH, 8))
    second = Dense(UNITS)
    values = {"kernel": np.empty((8, UNITS)), "bias": np.empty(UNITS)}
    second.initialize(values, random_state, "relu")
    third = random_state.normal(0, UNITS**-0.5, (UNITS, 2))
    first, bias = adapted(X, first, random_state, n_points)
    hidden = np.maximum(np.tanh(X @ first + bias) @ values["kernel"] + values["bias"], 0)
    third, last_bias = adapted(hidden, third, random_state, n_points)
    close(network.variables[0]["kernel"], first, 1e-11)
    close(network.variables[0]["bias"], bias, 1e-11)
    np.testing.assert_array_equal(network.variables[2]["kernel"], values["kernel"])
    close(network.variables[4]["kernel"], third, 1e-11)
    close(network.variables[4]["bias"], last_bias, 1e-11)


@pytest.mark.parametrize("layer", [
    Dense(5, initializer=ADAPTIVE, use_bias=False), Conv1D(5, 2, initializer=UnitVariance(0)),
    Dense(5, initializer=UnitVariance(0), parametrization="ntk"),
    Sequential([Dense(7, "relu", initializer=ADAPTIVE), Dense(5, initializer=UnitVariance(0))]),
    Parallel([[Dense(3, initializer=UnitVariance(0))], Dense(2, initializer=UnitVariance(0))]),
], ids=repr)
def test_outputs_have_unit_variance(layer):
    X = data(400).reshape(-1, 3, 2)
    network = begun([layer], X)
    outputs = network.predict(X, raw=True, n_layers=1)
    outputs = outputs.reshape(-1, network.shapes[1][-1])
    close(outputs.std(axis=0), np.ones(outputs.shape[1]), 1e-10)


def test_a_residual_block_adapts_both_of_its_ways():
    X, adaptive = data(), UnitVariance(0)
    block = Residual(
        [Dense(9, "tanh", initializer=adaptive), Dense(3, initializer=adaptive)],
        [Dense(3, initializer=adaptive)],
    )
    values = begun([block], X).variables[0]
    hidden = np.tanh(X @ values["0.kernel"] + values["0.bias"])
    for outputs in (X @ values["0.kernel"], hidden @ values["1.kernel"],
                    X @ values["shortcut.0.kernel"]):
        close(outputs.std(axis=0), np.ones(outputs.shape[1]), 1e-10)


def test_a_unit_that_does_not_vary_stays_as_drawn():
    X = np.ones((20, WIDTH))
    kernel = begun([Dense(UNITS, initializer=ADAPTIVE)], X).variables[0]["kernel"]
    drawn = np.random.RandomState(3).normal(0, WIDTH**-0.5, (WIDTH, UNITS))
    np.testing.assert_array_equal(kernel, drawn)


def test_only_rows_that_are_trained_on_count_and_at_most_a_thousand():
    X, weight = data(60), np.ones(60)
    weight[::3] = 0
    X[::3] = 1e6
    layers = [Dense(UNITS, initializer=ADAPTIVE)]
    expected = begun(layers, X[weight > 0]).parameters
    np.testing.assert_array_equal(begun(layers, X, weight=weight).parameters, expected)
    among = np.flatnonzero(weight)
    np.testing.assert_array_equal(begun(layers, X, among=among).parameters, expected)
    many = data(3000)
    outputs = begun([Dense(UNITS, initializer=UnitVariance(0))], many).predict(many)
    deviation = outputs.std(axis=0)
    assert (np.abs(deviation - 1) < 0.1).all() and (np.abs(deviation - 1) > 1e-6).any()


@pytest.mark.parametrize("n_rows", [60, 1500])
def test_weights_are_repetitions(n_rows):
    X = data(n_rows)
    weight = np.random.default_rng(1).integers(1, 4, n_rows).astype(float)
    layers = [Dense(UNITS, "relu", initializer=ADAPTIVE), Dense(2, initializer=ADAPTIVE)]
    found = begun(layers, X, weight=weight).parameters
    close(found, begun(layers, np.repeat(X, weight.astype(int), axis=0)).parameters, 1e-10)


def test_without_such_a_layer_nothing_is_drawn():
    network = Network([Dense(3)], WIDTH, SquaredError(), 3, np.float64)
    random_state = np.random.RandomState(0)
    initialize_from_data(network, Rows(data(), None, None, None, None), random_state)
    assert random_state.randint(1000) == np.random.RandomState(0).randint(1000)


def classes(X):
    return np.arange(np.shape(X)[0]) % 3


def weights(X, **parameters):
    layers = [("hidden", Dense(8, "relu", initializer=ADAPTIVE)),
              ("more", Dense(8, "relu", initializer=ADAPTIVE))]
    settings = {"max_iter": 2, "random_state": 0, "n_jobs": 1} | parameters
    net = NeuralNetClassifier(layers, **settings).fit(X, classes(X))
    return np.concatenate([v.ravel() for layer in net.weights_.values() for v in layer.values()])


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_same_bits_for_any_number_of_threads_and_container():
    X = data(1500).round(3)
    expected = weights(X)
    np.testing.assert_array_equal(weights(X, n_jobs=2), expected)
    np.testing.assert_array_equal(weights(X.tolist()), expected)
    whole = np.random.default_rng(0).integers(0, 5, (1200, WIDTH))
    for X in (whole.astype(np.uint8), whole.tolist(), whole):
        np.testing.assert_array_equal(weights(X), weights(whole.astype(float)))
    close(weights(csr_matrix(whole.astype(float))), weights(whole.astype(float)), 1e-6)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_in_estimators():
    X = data(200)
    model = MLPClassifier(
        hidden_layer_sizes=(16,), initializer=ADAPTIVE, early_stopping=True, max_iter=4,
        random_state=0,
    )
    model.set_params(learning_rate_init=1e-12).fit(X, classes(X))
    again = clone(model).fit(X * 1e3, classes(X))
    close(again.coefs_[0] * 1e3, model.coefs_[0], 1e-6)
    model.set_params(learning_rate_init=1e-3).fit(X, classes(X))
    before = model.coefs_[0].copy()
    model.set_params(warm_start=True, learning_rate_init=1e-12).fit(X, classes(X))
    close(model.coefs_[0], before, 1e-6)
    parts = NeuralNetRegressor([Flatten(), BatchNorm(), Dense(3, initializer=ADAPTIVE)])
    parts.partial_fit(X[:20], X[:20, 0]).partial_fit(X[20:], X[20:, 0])


def test_what_is_not_possible_is_named():
    block = Sequential([
        ("a", Dense(WIDTH)), Shared("a"), Dense(3, initializer=ADAPTIVE),
    ])
    with pytest.raises(ValueError, match="NeuralNetRegressor: layer '1' uses weights of another"):
        NeuralNetRegressor([block]).fit(data(), data()[:, 0])
    series = [data(n)[:, :2] for n in (5, 6, 7)]
    with pytest.raises(ValueError, match="SeriesNetRegressor: an initializer that reads data"):
        SeriesNetRegressor([Conv1D(3, 2, initializer=ADAPTIVE)]).fit(series, [1.0, 2.0, 3.0])


def test_ntk_steps_of_adam_are_those_of_kernels_times_the_root_of_the_inputs():
    X, y = data(32)[:, :4], data(32)[:, 4]
    plain, ntk = (
        NeuralNetRegressor(
            [("a", Dense(64, initializer="lecun_normal", parametrization=p, use_bias=False))],
            max_iter=1, random_state=0, batch_size=32, learning_rate_init=0.01,
        ).fit(X, y)
        for p in ("standard", "ntk")
    )
    start = np.random.RandomState(0).normal(0, 0.5, (4, 64))
    steps = [np.abs(model.weights_["a"]["kernel"] - start) for model in (plain, ntk)]
    close(steps[0], np.full_like(start, 0.01), 1e-4)
    close(steps[1], np.full_like(start, 0.01 / 2), 1e-4)


@pytest.mark.parametrize("layer", [ContractiveDense, TransposedDense])
def test_layers_derived_from_dense(layer):
    X = data()
    adaptive = layer(UNITS, "identity", initializer=UnitVariance(0), parametrization="ntk")
    network = begun([adaptive], X)
    scales = {network.store.paces[slot.offset].scale for slot in network.slots(0).values()}
    assert scales == {1 / np.sqrt(WIDTH), 1.0}
    deviation = network.predict(X, raw=True).std(axis=0)
    assert np.allclose(deviation, 1, atol=1e-10) == (layer is ContractiveDense)
