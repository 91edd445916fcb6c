"""X of uint8 and of another scale: multiplied a batch at a time, and never copied whole."""

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from _helpers import DTYPES, name_of, plain_python, randomize
from skneural.layers import Activation, Dense
from skneural.losses import LogLoss
from skneural.network.network import Network
from skneural.optimizers import Adam

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
SHAPE, N_CLASSES = (4, 3, 2), 3


def build(dtype=np.float64, n_features=24, scale=1.0):
    layers = [Dense(5), Activation("relu"), Dense(N_CLASSES)]
    loss = LogLoss().for_targets("multiclass")
    network = Network(layers, n_features, loss, N_CLASSES, dtype, scale=scale)
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
        order = np.random.default_rng(1).permutation(x.shape[0])
        return session.run_epoch(order, np.full(session.n_batches, 0.01))


EACH_KIND = pytest.mark.parametrize(
    "kind", [np.asarray, lambda x: x, sparse.csr_array], ids=["numbers", "bytes", "sparse"]
)


def numbers(kind, x, dtype):
    """The bytes of x as rows, in the network's dtype but where they stay bytes."""
    x = x.reshape(len(x), -1)
    return kind(x) if kind(x) is x and kind is not np.asarray else kind(x.astype(dtype))


@EACH_DTYPE
@EACH_KIND
def test_training_is_that_on_scaled_numbers(dtype, kind):
    x, scaled, y = data(dtype)
    ours, theirs = build(dtype, scale=1 / 255), build(dtype)
    exact = kind is not sparse.csr_array  # whose sums have another order
    one, two = train(ours, numbers(kind, x, dtype), y), train(theirs, scaled, y)
    assert one == two if exact else one == pytest.approx(two, rel=1e-5)
    if exact:
        np.testing.assert_array_equal(ours.parameters, theirs.parameters)


@EACH_DTYPE
@EACH_KIND
def test_any_number_of_threads_gives_the_same_bits(dtype, kind):
    x, _, y = data(dtype)
    ours, theirs = build(dtype, scale=1 / 255), build(dtype, scale=1 / 255)
    x = numbers(kind, x, dtype)
    assert train(ours, x, y, n_jobs=1) == train(theirs, x, y, n_jobs=3)
    np.testing.assert_array_equal(ours.parameters, theirs.parameters)


@EACH_DTYPE
def test_bytes_are_the_numbers_they_are(dtype):
    x, _, y = data(dtype)
    ours, theirs = build(dtype), build(dtype)
    assert train(ours, x, y) == train(theirs, x.astype(dtype), y)
    np.testing.assert_array_equal(ours.predict(x), theirs.predict(x.astype(dtype)))


@EACH_DTYPE
def test_prediction_and_evaluation_scale_too(dtype):
    """In turns with rows of floats, and for one array after another: plans are kept."""
    x, scaled, y = data(dtype)
    network, y = build(dtype, scale=1 / 255), y.astype(dtype)
    expected, floats = build(dtype).predict(scaled), x.astype(dtype)
    np.testing.assert_array_equal(network.predict(x), expected)
    np.testing.assert_array_equal(network.predict(floats), expected)
    other = np.ascontiguousarray(x[::-1])
    np.testing.assert_array_equal(network.predict(other), expected[::-1])
    np.testing.assert_array_equal(network.predict(other.astype(dtype)), expected[::-1])
    assert network.evaluate(x, y) == network.evaluate(floats, y)
    assert network.evaluate(x, y) == build(dtype).evaluate(scaled, y)


@EACH_DTYPE
def test_only_the_first_layer_gets_scaled_numbers(dtype):
    x, scaled, _ = data(dtype)
    network, unscaled = build(dtype, scale=1 / 255), build(dtype)
    codes = network.predict(x.astype(dtype), n_layers=2)
    np.testing.assert_array_equal(codes, unscaled.predict(scaled, n_layers=2))
    np.testing.assert_array_equal(
        network.predict(codes, first_layer=2), unscaled.predict(codes, first_layer=2)
    )


def test_as_plain_python():
    x, scaled, _ = data(np.dtype(np.float64), n_rows=5)
    expected = build().predict(scaled)
    with plain_python():
        for given in (x, x.astype(float)):
            result = build(scale=1 / 255).predict(given)
            np.testing.assert_allclose(result, expected, rtol=1e-12)


@pytest.mark.needs_jit(reason="many images")
def test_memory_stays_below_that_of_a_copy_in_floats():
    x = np.random.default_rng(0).integers(0, 256, (4000, 28, 28), np.uint8)
    y = np.zeros((len(x), 1), np.float32)
    network = build(np.float32, 784, scale=1 / 255)
    train(network, x[:64], y[:64])
    network.predict(x[:300])
    tracemalloc.start()
    train(network, x, y)
    network.predict(x)
    network.evaluate(x, y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes / 2, "a float32 copy takes four times the images"
