"""Gradients by the input of a network, of all layers, against central differences."""

import math

import numpy as np
import pytest
from scipy import sparse

from _helpers import DTYPES, LAYERS, central_differences, close, name_of, plain_python, randomize
from skneural.data.sources import Columns, Sequences
from skneural.layers import (
    LSTM,
    Activation,
    BatchNorm,
    CategoryEmbedding,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    MaxPool,
    Residual,
    RReLU,
)
from skneural.losses import SquaredError
from skneural.network.input_gradients import InputGradients
from skneural.network.network import Network

EACH_LAYER = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=map(name_of, LAYERS))
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
N_ROWS = 5


def network_of(layers, shape, dtype=np.float64, scale=1.0):
    behind = shape
    for layer in layers:
        behind = layer.output_shape(behind)
    network = Network(layers, shape, SquaredError(), math.prod(behind), dtype, scale=scale)
    randomize(network, seed=7)
    return network


def numbers(shape, n_rows=N_ROWS, seed=1, dtype=np.float64):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, *shape)).astype(dtype)


def convolutional(dtype=np.float64, scale=1.0):
    layers = [
        Conv2D(16, padding="same"), BatchNorm(), RReLU(), MaxPool(), Dropout(0.5),
        Residual([Conv2D(16, padding="same"), Activation("tanh")]), GlobalAvgPool(), Dense(3),
    ]
    return network_of(layers, (8, 6, 2), dtype, scale)


@EACH_LAYER
def test_gradient_of_each_layer_is_the_central_difference_of_its_prediction(layer, shape):
    network = network_of([layer], shape)
    x = numbers(shape).reshape(N_ROWS, -1)
    dy = numbers((network.n_outputs,), seed=2)
    found = InputGradients(network).backward(x, {0: dy})

    def total():
        return float(np.sum(dy * network.predict(x, raw=True, n_layers=1)))

    assert found.shape == (N_ROWS, *shape)
    close(found.reshape(x.shape), central_differences(total, x))


@EACH_LAYER
def test_activations_are_those_of_the_prediction(layer, shape):
    network = network_of([layer, Flatten()], shape)
    x = numbers(shape).reshape(N_ROWS, -1)
    before, after = InputGradients(network).activations(x, [0, -1])
    assert before.shape == (N_ROWS, *layer.output_shape(shape))
    expected = network.predict(x, raw=True)
    np.testing.assert_array_equal(after, expected)
    np.testing.assert_array_equal(before.reshape(N_ROWS, -1), expected)


@pytest.mark.parametrize("layers", [(0,), (2,), (5,), (7,), (0, 3, 5), (1, 2), (6, 7), (-1, 0)])
def test_gradients_of_several_layers_add_up(layers):
    network, x = convolutional(), numbers((8, 6, 2), 3)
    gradients = InputGradients(network)
    given = {
        layer: numbers(found.shape[1:], 3, seed=9)
        for layer, found in zip(layers, gradients.activations(x, layers), strict=True)
    }

    def total():
        found = gradients.activations(x, layers)
        return float(sum(np.sum(given[k] * each) for k, each in zip(layers, found, strict=True)))

    close(gradients.backward(x, given), central_differences(total, x))


def test_a_function_of_activations_of_another_image_size():
    network, x = convolutional(scale=0.5), numbers((10, 12, 2), 2)
    gradients = InputGradients(network)

    def gram():
        (features,) = gradients.activations(x, [5])
        flat = features.reshape(2, -1, 16)
        return flat, flat.transpose(0, 2, 1) @ flat

    flat, grams = gram()
    size = float(np.sum(grams**2))
    by_layer = {5: (4 / size * flat @ grams).reshape(2, 5, 6, 16)}
    found = gradients.backward(x, by_layer)
    close(found, central_differences(lambda: float(np.sum(gram()[1] ** 2)) / size, x))


@EACH_DTYPE
@pytest.mark.parametrize("n_rows", [1, 2, 600])
def test_rows_are_independent_to_the_bit(dtype, n_rows):
    network = convolutional(dtype)
    x, dy = numbers((8, 6, 2), n_rows, dtype=dtype), numbers((3,), n_rows, 2, dtype)
    together = InputGradients(network, n_jobs=2).backward(x, {-1: dy})
    assert together.dtype == dtype
    for row in {0, n_rows // 2, n_rows - 1}:
        own = slice(row, row + 1)
        alone = InputGradients(network, n_jobs=1).backward(x[own], {-1: dy[own]})
        np.testing.assert_array_equal(alone, together[own])


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
def test_compiled_equals_plain_python(dtype):
    network = convolutional(dtype)
    x, dy = numbers((8, 6, 2), 2, dtype=dtype), numbers((3,), 2, 2, dtype)
    compiled = InputGradients(network).backward(x, {-1: dy})
    with plain_python():
        plain = InputGradients(network).backward(x, {-1: dy})
    np.testing.assert_allclose(compiled, plain, rtol=1e-4, atol=1e-5)


def test_weights_are_those_of_the_moment():
    network, x = convolutional(), numbers((8, 6, 2))
    gradients, dy = InputGradients(network), np.ones((N_ROWS, 3))
    before = gradients.backward(x, {-1: dy})
    for values in network.variables:
        for each in values.values():
            each *= 1.25
    after = gradients.backward(x, {-1: dy})
    assert np.abs(after - before).max() > 1e-3
    np.testing.assert_array_equal(after, InputGradients(network).backward(x, {-1: dy}))


def test_statistics_and_weights_are_not_changed():
    network, x = convolutional(), numbers((8, 6, 2))
    before = network.parameters.copy()
    InputGradients(network).backward(x, {-1: np.ones((N_ROWS, 3))})
    np.testing.assert_array_equal(network.parameters, before)


def test_sparse_and_byte_rows_have_the_gradient_of_dense_ones():
    network = network_of([Dense(4, "tanh"), Dense(2)], (6,), scale=0.5)
    x = np.random.default_rng(0).integers(0, 3, (4, 6))
    dy = numbers((2,), 4)
    dense = InputGradients(network).backward(x.astype(float), {-1: dy})
    for each in (sparse.csr_matrix(x.astype(float)), x.astype(np.uint8)):
        np.testing.assert_array_equal(InputGradients(network).backward(each, {-1: dy}), dense)


def test_sequences_have_the_gradient_that_each_has_alone():
    network = network_of([LSTM(3, return_sequences=True), LSTM(4), Dense(2)], (7, 2))
    series = [numbers((length, 2), 1, seed=length)[0] for length in (7, 3, 5)]
    dy = numbers((2,), 3)
    together = InputGradients(network).backward(Sequences(series), {-1: dy})
    for place, each in enumerate(series):
        own = slice(place, place + 1)
        alone = InputGradients(network).backward(each[None], {-1: dy[own]})
        np.testing.assert_array_equal(together[place, : len(each)], alone[0])
        assert not together[place, len(each) :].any()


def test_columns_of_a_table_have_the_gradient_of_their_numbers():
    network = network_of([CategoryEmbedding([3, 12], 2), Dense(2, "tanh")], (5,))
    x, codes = numbers((3,)), np.random.default_rng(0).integers(0, 3, (N_ROWS, 2))
    dy = numbers((2,), seed=2)

    def total():
        found = network.predict(Columns(x, codes, [3, 12]), raw=True)
        return float(np.sum(dy * found))

    found = InputGradients(network).backward(Columns(x, codes, [3, 12]), {-1: dy})
    close(found, central_differences(total, x))


def test_a_gradient_of_another_shape_or_layer_is_refused():
    network, x = convolutional(), numbers((8, 6, 2))
    with pytest.raises(ValueError, match=r"layer 7 has shape \(5, 2\), but the outputs have"):
        InputGradients(network).backward(x, {-1: np.ones((N_ROWS, 2))})
    with pytest.raises(ValueError, match="there is no layer 8; the network has 8"):
        InputGradients(network).activations(x, [8])


def test_no_rows_have_no_gradients():
    network = convolutional()
    found = InputGradients(network).backward(np.empty((0, 8, 6, 2)), {-1: np.empty((0, 3))})
    assert found.shape == (0, 8, 6, 2)
