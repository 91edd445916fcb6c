"""Layers of several members against NumPy, member by member."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of, randomize
from skneural.layers import Dense, EnsembleDense, EnsembleScale, PackedDense
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 2e-4, "float64": 1e-11}
N_ROWS, MEMBERS = 40, 3
LARGE = pytest.param(300, 270, marks=pytest.mark.needs_jit(reason="too many numbers"))
SIZES = pytest.mark.parametrize(("width", "units"), [(5, 2), (1, 1), (20, 33), LARGE])
FLAT = pytest.mark.parametrize("flat", [True, False], ids=["flat", "members"])


def normal(*shape, dtype=float, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, shape).astype(dtype)


def both_passes(layer, shape, dtype):
    """Inputs and output gradient by members, with what the layer makes of them, and variables."""
    x = normal(N_ROWS, *shape, dtype=dtype)
    dy = normal(N_ROWS, *layer.output_shape(shape), dtype=dtype, seed=2)
    forward = LayerBench(layer, shape, dtype, n_rows=N_ROWS)
    y = forward.forward(x.reshape(N_ROWS, -1))
    predicted = LayerBench(layer, shape, dtype, n_rows=N_ROWS, training=False)
    np.testing.assert_array_equal(predicted.forward(x.reshape(N_ROWS, -1)), y)
    bench = LayerBench(layer, shape, dtype, n_rows=N_ROWS, backward=True)
    dx, gradients = bench.backward(x.reshape(N_ROWS, -1), dy.reshape(N_ROWS, -1))
    return x, dy, y.reshape(dy.shape), dx.reshape(x.shape), gradients, forward.variables


def of_members(x):
    return x if x.ndim == 3 else np.repeat(x[:, None], MEMBERS, axis=1)


def like(x, of_each):
    """The gradient of inputs, summed over members that all have the same."""
    return of_each if x.ndim == 3 else of_each.sum(axis=1)


@EACH_DTYPE
@pytest.mark.parametrize("width", [5, 33])
def test_ensemble_scale(width, dtype):
    x, dy, y, dx, gradients, known = both_passes(EnsembleScale(MEMBERS), (width,), dtype)
    scale, tolerance = known["member_scale"], TOLERANCE[dtype.name]
    close(y, x[:, None] * scale, tolerance)
    close(dx, (dy * scale).sum(axis=1), tolerance)
    close(gradients["member_scale"], (dy * x[:, None]).sum(axis=0), tolerance)


@FLAT
@SIZES
@EACH_DTYPE
def test_ensemble_dense(width, units, flat, dtype):
    shape = (width,) if flat else (MEMBERS, width)
    x, dy, y, dx, gradients, known = both_passes(EnsembleDense(units, MEMBERS), shape, dtype)
    tolerance = TOLERANCE[dtype.name] * max(1, width / 5)
    name = "member_scale" if flat else "input_scale"
    scaled = of_members(x) * known[name]
    products = scaled @ known["kernel"]
    close(y, known["output_scale"] * products + known["bias"], tolerance)
    of_products = dy * known["output_scale"]
    of_scaled = of_products @ known["kernel"].T
    close(gradients["bias"], dy.sum(axis=0), tolerance)
    close(gradients["output_scale"], (dy * products).sum(axis=0), 10 * tolerance)
    close(gradients["kernel"], np.einsum("imk,imn->kn", scaled, of_products), 10 * tolerance)
    close(gradients[name], (of_scaled * of_members(x)).sum(axis=0), 10 * tolerance)
    close(dx, like(x, of_scaled * known[name]), tolerance)


@FLAT
@SIZES
@EACH_DTYPE
def test_packed_dense(width, units, flat, dtype):
    shape = (width,) if flat else (MEMBERS, width)
    x, dy, y, dx, gradients, known = both_passes(PackedDense(units, MEMBERS), shape, dtype)
    kernel, tolerance = known["kernel"], TOLERANCE[dtype.name] * max(1, width / 5)
    close(y, np.einsum("imk,mkn->imn", of_members(x), kernel) + known["bias"], tolerance)
    close(dx, like(x, np.einsum("imn,mkn->imk", dy, kernel)), tolerance)
    close(gradients["bias"], dy.sum(axis=0), tolerance)
    close(gradients["kernel"], np.einsum("imk,imn->mkn", of_members(x), dy), 10 * tolerance)


@FLAT
def test_an_activation_follows(flat):
    shape = (4,) if flat else (MEMBERS, 4)
    for layer in (EnsembleDense, PackedDense):
        for use_bias in (True, False):
            x, dy, y, dx, gradients, _ = both_passes(
                layer(6, MEMBERS, "tanh", use_bias=use_bias), shape, np.float64
            )
            assert ("bias" in gradients) is use_bias
            linear = layer(6, MEMBERS, use_bias=use_bias)
            bare = LayerBench(linear, shape, n_rows=N_ROWS)
            rows = x.reshape(N_ROWS, -1)
            close(y.reshape(N_ROWS, -1), np.tanh(bare.forward(rows)), 1e-12)
            bare = LayerBench(linear, shape, n_rows=N_ROWS, backward=True)
            of_x, of_variables = bare.backward(rows, (dy * (1 - y**2)).reshape(N_ROWS, -1))
            close(dx.reshape(N_ROWS, -1), of_x, 1e-11)
            for name, gradient in of_variables.items():
                close(gradients[name], gradient, 1e-10)


def initialized(layers, shape, seed=0):
    sizes = layers[-1].output_shape((MEMBERS, 4))
    network = Network(layers, shape, SquaredError(), int(np.prod(sizes)), np.float64)
    network.initialize(np.random.RandomState(seed))
    return network


def test_first_values():
    layers = [EnsembleDense(4, MEMBERS), EnsembleDense(2, MEMBERS)]
    first, second = initialized(layers, (200,)).variables
    assert set(np.unique(first["member_scale"])) == {-1, 1}
    assert abs(first["member_scale"].mean()) < 0.2
    for ones in (first["output_scale"], second["input_scale"], second["output_scale"]):
        np.testing.assert_array_equal(ones, 1)
    np.testing.assert_array_equal(first["bias"], first["bias"][:1].repeat(MEMBERS, axis=0))
    dense = Network([Dense(4)], 200, SquaredError(), 4, np.float64)
    dense.initialize(np.random.RandomState(0))
    np.testing.assert_array_equal(first["kernel"], dense.variables[0]["kernel"])
    kernel = initialized([PackedDense(4, MEMBERS)], (200,)).variables[0]["kernel"]
    assert np.unique(kernel).size == kernel.size


@pytest.mark.parametrize("kind", ["signs", "normal"])
def test_columns_of_a_group_begin_with_one_factor(kind):
    layers = [EnsembleScale(MEMBERS, kind, [3, 1, 0, 46]), Dense(4)]
    scale = initialized(layers, (50,)).variables[0]["member_scale"]
    for begin, end in ((0, 3), (4, 50)):
        np.testing.assert_array_equal(scale[:, begin:end], scale[:, [begin] * (end - begin)])
    if kind == "normal":
        assert np.unique(scale).size == 3 * MEMBERS


def test_only_kernels_decay():
    layers = [EnsembleDense(4, MEMBERS), EnsembleDense(2, MEMBERS)]
    assert initialized(layers, (8,)).n_weights == 8 * 4 + 16  # variables begin at multiples of 16


def test_packed_members_train_as_networks_of_their_own():
    X, y = normal(23, 5), normal(23, 1, seed=2)
    packed = Network([PackedDense(7, MEMBERS, "tanh"), PackedDense(1, MEMBERS)], 5,
                     SquaredError(), MEMBERS, np.float64)
    randomize(packed, 3)
    alone = []
    for m in range(MEMBERS):
        network = Network([Dense(7, "tanh"), Dense(1)], 5, SquaredError(), 1, np.float64)
        for own, shared in zip(network.variables, packed.variables, strict=True):
            for name, values in own.items():
                values[...] = shared[name][m]
        alone.append(network)
    order = np.random.default_rng(0).permutation(23)

    def train(network, targets, rate, n_jobs):
        settings = {"batch_size": 8, "optimizer": SGD(), "n_jobs": n_jobs}
        with network.training_session(X, targets, **settings) as session:
            for _ in range(3):
                session.run_epoch(order, np.full(session.n_batches, rate))

    train(packed, np.repeat(y, MEMBERS, axis=1), 0.1, 2)
    for m, network in enumerate(alone):
        train(network, y, 0.1, 1)
        close(packed.predict(X)[:, m : m + 1], network.predict(X), 1e-10)


@pytest.mark.parametrize(
    ("layer", "shape", "words"),
    [
        (EnsembleScale(2), (3, 4), r"EnsembleScale: needs flat input, .*\(3, 4\)"),
        (EnsembleDense(2, 3), (2, 4), r"that of 3 members, \(3, features\), .*\(2, 4\)"),
        (PackedDense(2, 3), (3, 4, 5), r"PackedDense: needs flat input, or that of 3"),
        (EnsembleScale(2, groups=[2, 3]), (4,), "groups are of 5 columns together, .* have 4"),
        (EnsembleDense(2, 2, groups=[5, -1]), (4,), "groups are of 4 columns"),
    ],
)
def test_samples_that_do_not_fit(layer, shape, words):
    with pytest.raises(ValueError, match=words):
        layer.output_shape(shape)


def test_members_of_one_batch_differ():
    y = initialized([EnsembleDense(4, MEMBERS, "relu")], (9,)).predict(normal(BATCH, 9))
    members = y.reshape(BATCH, MEMBERS, 4)
    assert np.abs(members[:, 0] - members[:, 1]).max() > 0.1
