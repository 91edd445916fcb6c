"""Activations with parameters of their own against NumPy."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of
from skneural.layers import APL, LayerNorm, Maxout, PReLU
from skneural.losses import SquaredError
from skneural.network.network import Network

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
EACH_SHAPE = pytest.mark.parametrize("shape", [(5,), (3, 4, 5), (90, 7), (300,)])
TOLERANCE = {"float32": 1e-4, "float64": 1e-12}


def normal(n_rows, n_columns, dtype, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, n_columns)).astype(dtype)


def by_channels(array, shape):
    return array.reshape(-1, shape[-1])


def both_passes(layer, shape, dtype, n_rows=40):
    """Inputs and output gradient with what the layer makes of them, and its variables."""
    x = normal(n_rows, np.prod(shape), dtype)
    dy = normal(n_rows, np.prod(layer.output_shape(shape)), dtype, seed=2)
    forward = LayerBench(layer, shape, dtype, n_rows=n_rows)
    y = forward.forward(x)
    bench = LayerBench(layer, shape, dtype, n_rows=n_rows, backward=True)
    return x, dy, y, *bench.backward(x, dy), forward.variables


@EACH_SHAPE
@EACH_DTYPE
def test_prelu(shape, dtype):
    x, dy, y, dx, gradients, variables = both_passes(PReLU(), shape, dtype)
    z, dy = by_channels(x, shape), by_channels(dy, shape)
    slope = np.where(z > 0, 1, variables["slope"])
    tolerance = TOLERANCE[dtype.name]
    close(by_channels(y, shape), z * slope, tolerance)
    close(by_channels(dx, shape), dy * slope, tolerance)
    close(gradients["slope"], (dy * np.minimum(z, 0)).sum(axis=0), tolerance)


@EACH_SHAPE
@EACH_DTYPE
@pytest.mark.parametrize("pieces", [1, 3])
def test_apl(pieces, shape, dtype):
    x, dy, y, dx, gradients, variables = both_passes(APL(pieces), shape, dtype)
    z, dy = by_channels(x, shape), by_channels(dy, shape)
    slopes, hinges = variables["slopes"], variables["hinges"]
    depth = np.maximum(0, hinges[:, None] - z)
    active = depth > 0
    tolerance = TOLERANCE[dtype.name]
    expected = np.maximum(0, z) + (slopes[:, None] * depth).sum(axis=0)
    close(by_channels(y, shape), expected, tolerance)
    rise = (z > 0) - (slopes[:, None] * active).sum(axis=0)
    close(by_channels(dx, shape), dy * rise, tolerance)
    close(gradients["slopes"], (dy * depth).sum(axis=1), tolerance)
    close(gradients["hinges"], slopes * (dy * active).sum(axis=1), tolerance)


@EACH_DTYPE
@pytest.mark.parametrize(("units", "pieces"), [(1, 2), (7, 3), (40, 5), (4, 1)])
def test_maxout(units, pieces, dtype):
    x, dy, y, dx, gradients, variables = both_passes(Maxout(units, pieces), (6,), dtype)
    z = (x @ variables["kernel"] + variables["bias"]).reshape(-1, pieces, units)
    largest = np.arange(pieces)[:, None] == z.argmax(axis=1)[:, None]
    dz = (largest * dy[:, None]).reshape(len(x), -1)
    tolerance = TOLERANCE[dtype.name]
    close(y, z.max(axis=1), tolerance)
    close(dx, dz @ variables["kernel"].T, tolerance)
    close(gradients["kernel"], x.T @ dz, tolerance)
    close(gradients["bias"], dz.sum(axis=0), tolerance)


def test_of_equal_pieces_one_alone_has_the_gradient():
    bench = LayerBench(Maxout(2, 3, use_bias=False), (4,), backward=True)
    bench.variables["kernel"][...] = 1
    x, dy = normal(BATCH, 4, float), normal(BATCH, 2, float)
    _, gradients = bench.backward(x, dy)
    expected = np.zeros((4, 6))
    expected[:, :2] = x.T @ dy
    close(gradients["kernel"], expected, 1e-12)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_maxout_shows_not_a_number(place):
    bench = LayerBench(Maxout(1, 3), (1,))
    bench.variables["kernel"][:] = bench.variables["bias"][:] = 0
    bench.variables["bias"][place] = np.nan
    assert np.isnan(bench.forward(np.ones((BATCH, 1)))).all()


@pytest.mark.needs_jit(reason="too many numbers")
@pytest.mark.parametrize("layer", [PReLU(), APL(2), LayerNorm()], ids=name_of)
def test_more_channels_than_have_a_sum_for_each_span(layer):
    """Gradients of so large variables are summed over some spans together."""
    width = 270_000
    _, dy, _, _, gradients, _ = both_passes(layer, (width,), np.dtype(np.float32), n_rows=17)
    assert all(np.isfinite(values).all() for values in gradients.values())
    if isinstance(layer, LayerNorm):
        close(gradients["shift"], dy.sum(axis=0), 1e-5)


def first_values(layer, shape):
    size = int(np.prod(layer.output_shape(shape)))
    network = Network([layer], shape, SquaredError(), size, np.float64)
    network.initialize(np.random.RandomState(0))
    return network


def test_first_values():
    x = normal(BATCH, 60, float)
    network = first_values(PReLU(), (3, 4, 5))
    np.testing.assert_array_equal(network.predict(x), np.where(x > 0, x, 0.25 * x))
    assert network.n_weights == 0 and network.n_trained > 0  # slopes do not decay
    network = first_values(APL(), (3, 4, 5))
    np.testing.assert_array_equal(network.predict(x), np.maximum(x, 0))
    assert np.unique(network.variables[0]["hinges"]).size == 10


def test_pieces_of_maxout_begin_as_dense_layers_do():
    kernel = first_values(Maxout(50, 4, initializer="he_uniform"), (30,)).variables[0]["kernel"]
    bound = np.sqrt(6 / 30)
    assert 0.95 * bound < np.abs(kernel).max() <= bound
    assert np.unique(kernel).size == kernel.size


def test_maxout_needs_flat_input():
    with pytest.raises(ValueError, match=r"Maxout: needs flat input, .*\(3, 4\).* Flatten"):
        Maxout(2).output_shape((3, 4))


def test_prelu_is_that_of_torch():
    torch = pytest.importorskip("torch")
    x, dy, y, dx, gradients, variables = both_passes(PReLU(), (3, 4, 5), np.float64)
    slope = torch.tensor(variables["slope"], requires_grad=True)
    z = torch.tensor(x.reshape(-1, 5), requires_grad=True)
    expected = torch.nn.functional.prelu(z, slope)
    expected.backward(torch.tensor(dy.reshape(-1, 5)))
    close(y.reshape(-1, 5), expected.detach().numpy(), 1e-12)
    close(dx.reshape(-1, 5), z.grad.numpy(), 1e-12)
    close(gradients["slope"], slope.grad.numpy(), 1e-12)
