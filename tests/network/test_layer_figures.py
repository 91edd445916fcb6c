"""Figures of the outputs of every layer, those within compositions and of series too."""

import math

import numpy as np
import pytest

from _helpers import LAYERS, name_of
from skneural.data.sources import Sequences
from skneural.layers import LSTM, Activation, Dense, Dropout, GlobalMaxPool, Residual, Shared
from skneural.layers.composition.sequential import shapes_along
from skneural.losses import SquaredError
from skneural.network.layer_figures import layer_figures
from skneural.network.network import Network

N_ROWS = 9
EACH = list({type(layer): (layer, shape) for layer, shape in LAYERS}.values())


def network_of(layers, shape, seed=0):
    behind = shapes_along([(str(n), layer) for n, layer in enumerate(layers)], shape)[-1]
    network = Network(layers, shape, SquaredError(), math.prod(behind), np.float64)
    network.initialize(np.random.RandomState(seed))
    return network


@pytest.mark.needs_jit(reason="compiles every layer")
@pytest.mark.parametrize("example", EACH, ids=name_of)
def test_outputs_of_every_layer_are_those_of_prediction(example):
    layer, shape = example
    if layer.reads_columns or layer.reads_targets or "Embedding" in type(layer).__name__:
        pytest.skip("reads no plain numbers")
    dropout = Dropout(0.5)
    network = network_of([dropout, layer], shape)
    X = np.random.RandomState(1).uniform(0.1, 1, size=(N_ROWS, math.prod(shape)))
    figures = [f for f in layer_figures(network, ["dropout", "it"], X) if f.name == "it"]
    outputs = network.predict(X, raw=True, n_layers=2)
    numbers = outputs.reshape(-1, network.shapes[-1][-1])
    (found,) = figures
    assert found.count == len(numbers)
    np.testing.assert_allclose(found.mean, numbers.mean(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.deviation, numbers.std(axis=0), atol=1e-6)
    np.testing.assert_allclose(found.least, numbers.min(axis=0), atol=1e-12)
    np.testing.assert_allclose(found.greatest, numbers.max(axis=0), atol=1e-12)


def test_layers_within_others_have_names_of_their_own():
    block = Residual([("wide", Dense(4)), ("rule", Activation("relu")), ("back", Dense(5))])
    network = network_of([Dense(5), block], (3,))
    X = np.random.RandomState(0).normal(size=(700, 3))
    figures = {f.name: f for f in layer_figures(network, ["first", "block"], X)}
    names = ["first", "block.wide", "block.rule", "block.back", "block.shortcut", "block"]
    assert list(figures) == [n for n in names if n in figures]
    assert {"block.wide", "block.rule", "block.back"} <= set(figures)
    own = network.variables
    before = X @ own[0]["kernel"] + own[0]["bias"]
    wide = before @ own[1]["wide.kernel"] + own[1]["wide.bias"]
    rule = figures["block.rule"]
    assert (rule.activation, rule.count) == ("relu", 700)
    np.testing.assert_allclose(figures["block.wide"].mean, wide.mean(axis=0))
    np.testing.assert_allclose(rule.low, (wide <= 0).mean(axis=0))


def test_a_layer_that_is_used_twice_has_two_figures():
    network = Network(
        [Dense(4, "tanh"), Shared("a")], (4,), SquaredError(), 4, np.float64, names=["a", "b"]
    )
    network.initialize(np.random.RandomState(0))
    figures = layer_figures(network, ["a", "b"], np.ones((5, 4)))
    assert [f.activation for f in figures if f.name == "a"] == ["tanh"] * len(figures[:-1])


def test_ends_of_a_sigmoid():
    network = network_of([Activation("tanh")], (3,))
    X = np.array([[-9.0, 0.0, 9.0], [-9.0, 0.1, -9.0]])
    (found,) = layer_figures(network, ["rule"], X)
    np.testing.assert_array_equal(found.low, [1, 0, 0.5])
    np.testing.assert_array_equal(found.high, [0, 0, 0.5])


def test_padding_of_series_is_left_out():
    random = np.random.RandomState(0)
    X = [random.normal(size=(length, 2)) for length in (2, 5, 9, 1)]
    network = network_of([LSTM(3, return_sequences=True), GlobalMaxPool()], (9, 2))
    found, _ = layer_figures(network, ["lstm", "pool"], Sequences(X))
    outputs = [network.predict(x[None].copy(), raw=True, n_layers=1).reshape(-1, 3) for x in X]
    numbers = np.concatenate(outputs)
    assert found.count == 17
    np.testing.assert_allclose(found.mean, numbers.mean(axis=0))
    np.testing.assert_allclose(found.least, numbers.min(axis=0))
