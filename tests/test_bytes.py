"""Images of uint8: numbers from 0 to 1 to the network, and never copied whole."""

import tracemalloc

import numpy as np
import pytest

from _helpers import DTYPES, name_of, plain_python, randomize
from skneural.layers import Activation, Dense
from skneural.losses import LogLoss
from skneural.network import Network
from skneural.optimizers import Adam

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
SHAPE, N_CLASSES = (4, 3, 2), 3


def build(dtype=np.float64, n_features=24):
    layers = [Dense(5), Activation("relu"), Dense(N_CLASSES)]
    network = Network(layers, n_features, LogLoss().for_targets("multiclass"), N_CLASSES, dtype)
    randomize(network, seed=1)
    return network


def data(dtype, n_rows=300):
    random = np.random.default_rng(0)
    x = random.integers(0, 256, (n_rows, *SHAPE), np.uint8)
    return x, (x * dtype.type(1 / 255)).astype(dtype), random.integers(0, 3, (n_rows, 1))


def train(network, x, y, n_jobs=1):
    with network.training_session(
        x, y.astype(network.dtype), batch_size=32, optimizer=Adam(), n_jobs=n_jobs
    ) as session:
        order = np.random.default_rng(1).permutation(len(x))
        return session.run_epoch(order, np.full(session.n_batches, 0.01))


@EACH_DTYPE
def test_training_is_that_on_scaled_numbers(dtype):
    x, scaled, y = data(dtype)
    ours, theirs = build(dtype), build(dtype)
    assert train(ours, x, y) == train(theirs, scaled, y)
    np.testing.assert_array_equal(ours.parameters, theirs.parameters)


@EACH_DTYPE
def test_any_number_of_threads_gives_the_same_bits(dtype):
    x, _, y = data(dtype)
    ours, theirs = build(dtype), build(dtype)
    assert train(ours, x, y, n_jobs=1) == train(theirs, x, y, n_jobs=3)
    np.testing.assert_array_equal(ours.parameters, theirs.parameters)


@EACH_DTYPE
def test_prediction_and_evaluation_scale_too(dtype):
    """In turns with rows of floats, and for one array after another: plans are kept."""
    x, scaled, y = data(dtype)
    network, y = build(dtype), y.astype(dtype)
    expected = network.predict(scaled)
    np.testing.assert_array_equal(network.predict(x), expected)
    np.testing.assert_array_equal(network.predict(scaled), expected)
    other = np.ascontiguousarray(x[::-1])
    np.testing.assert_array_equal(network.predict(other), expected[::-1])
    assert network.evaluate(x, y) == network.evaluate(scaled, y)


def test_as_plain_python():
    x, scaled, _ = data(np.dtype(np.float64), n_rows=5)
    expected = build().predict(scaled)
    with plain_python():
        np.testing.assert_allclose(build().predict(x), expected, rtol=1e-12)


@pytest.mark.needs_jit(reason="many images")
def test_memory_stays_below_that_of_a_copy_in_floats():
    x = np.random.default_rng(0).integers(0, 256, (4000, 28, 28), np.uint8)
    y = np.zeros((len(x), 1), np.float32)
    network = build(np.float32, 784)
    train(network, x[:64], y[:64])
    network.predict(x[:300])
    tracemalloc.start()
    train(network, x, y)
    network.predict(x)
    network.evaluate(x, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes / 2, "a float32 copy takes four times the images"
