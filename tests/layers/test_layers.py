"""Each layer against NumPy: outputs, gradients where a formula is short, and statistics."""

import numpy as np
import pytest

from _helpers import BATCH, DTYPES, LayerBench, close, name_of, run_kernel
from skneural.engine.plan import Plan
from skneural.layers import Activation, BatchNorm, Dense, Dropout, LayerNorm
from skneural.layers._product import BLOCK_NUMBERS, row_blocks, transpose
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 5e-6, "float64": 1e-13}
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 1.5])


def normal(n_rows, n_columns, dtype=np.float64, seed=1):
    return np.random.default_rng(seed).normal(0, 1.5, (n_rows, n_columns)).astype(dtype)


@EACH_DTYPE
@pytest.mark.parametrize(
    ("n_rows", "width", "units"), [(6, 5, 3), (1, 1, 1), (30, 40, 33), (5, 371, 259)]
)
def test_dense(n_rows, width, units, dtype):
    x, dy = normal(n_rows, width, dtype), normal(n_rows, units, dtype, seed=2)
    bench = LayerBench(Dense(units), width, dtype, n_rows=n_rows)
    kernel, bias = bench.variables["kernel"], bench.variables["bias"]
    tolerance = TOLERANCE[dtype.name] * width
    close(bench.forward(x), x @ kernel + bias, tolerance)
    bench = LayerBench(Dense(units), width, dtype, n_rows=n_rows, backward=True)
    dx, gradients = bench.backward(x, dy)
    close(dx, dy @ kernel.T, tolerance)
    close(gradients["kernel"], x.T @ dy, tolerance)
    close(gradients["bias"], dy.sum(axis=0), tolerance)


@EACH_DTYPE
def test_dense_with_an_activation_and_no_bias(dtype):
    x, dy = normal(BATCH, 5, dtype), normal(BATCH, 3, dtype, seed=2)
    layer = Dense(3, "tanh", use_bias=False)
    bench = LayerBench(layer, 5, dtype)
    assert list(bench.variables) == ["kernel"]
    kernel = bench.variables["kernel"]
    y = np.tanh(x @ kernel)
    close(bench.forward(x), y, 1e-5)
    dx, gradients = LayerBench(layer, 5, dtype, backward=True).backward(x, dy)
    dz = dy * (1 - y**2)
    close(dx, dz @ kernel.T, 1e-5)
    close(gradients["kernel"], x.T @ dz, 1e-5)


@pytest.mark.parametrize(
    ("n_rows", "n_columns"), [(1, 1), (7, 3), (8, 1), (64, 50), (784, 512), (20, 100_000)]
)
def test_blocks_of_a_kernel_cover_its_rows_once(n_rows, n_columns):
    blocks = row_blocks(n_rows, n_columns)
    assert [row for begin, end in blocks for row in range(begin, end)] == list(range(n_rows))
    assert all(begin % 8 == 0 for begin, _ in blocks)
    assert all(
        (end - begin) * n_columns <= BLOCK_NUMBERS or end - begin <= 8 for begin, end in blocks
    )


@EACH_DTYPE
@pytest.mark.parametrize(("n_rows", "n_columns"), [(1, 1), (4, 4), (16, 32), (19, 37), (35, 16)])
def test_transpose(n_rows, n_columns, dtype):
    source = normal(n_rows, n_columns, dtype)
    stride = n_rows + 5
    target = np.full((n_columns, stride), 99, dtype)
    run_kernel(transpose, dtype, (source, n_rows, n_columns, target, stride))
    np.testing.assert_array_equal(target[:, :n_rows], source.T)
    assert (target[:, n_rows:] == 99).all()


@EACH_DTYPE
def test_activation_layer(dtype):
    x, dy = normal(BATCH, 7, dtype), normal(BATCH, 7, dtype, seed=2)
    close(LayerBench(Activation("tanh"), 7, dtype).forward(x), np.tanh(x), 1e-6)
    dx, gradients = LayerBench(Activation("tanh"), 7, dtype, backward=True).backward(x, dy)
    close(dx, dy * (1 - np.tanh(x) ** 2), 1e-6)
    assert gradients == {}


def test_identity_layer_adds_no_step():
    plan = Plan(np.dtype(np.float64), BATCH, training=True)
    inputs = plan.buffer((3,))
    outputs, backward = Activation("identity").build(plan, inputs, {}, 0)
    assert outputs is inputs and backward(inputs, True) is inputs and plan.steps == []


@EACH_DTYPE
@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
def test_batch_norm_in_training(weights, dtype):
    x = normal(BATCH, 5, dtype)
    bench = LayerBench(BatchNorm(), 5, dtype, weights=weights)
    start = {name: values.copy() for name, values in bench.variables.items()}
    share = (np.ones(BATCH) if weights is None else weights)[:, None]
    share = share / share.sum()
    mean = np.sum(share * x, axis=0)
    variance = np.sum(share * (x - mean) ** 2, axis=0)
    expected = start["scale"] * (x - mean) / np.sqrt(variance + 1e-5) + start["shift"]
    tolerance = TOLERANCE[dtype.name]
    close(bench.forward(x), expected, tolerance)
    count = BATCH if weights is None else weights.sum()
    close(bench.variables["running_mean"], mean, tolerance)
    close(bench.variables["running_variance"], variance * count / (count - 1), tolerance)


def test_batch_norm_counts_a_row_of_weight_two_twice():
    x = normal(4, 3)
    weighted = LayerBench(BatchNorm(), 3, weights=[1, 2, 1, 1], n_rows=4).forward(x)
    repeated = LayerBench(BatchNorm(), 3, n_rows=5).forward(x[[0, 1, 1, 2, 3]])
    close(weighted, repeated[[0, 1, 3, 4]], 1e-13)


def test_batch_norm_of_a_batch_without_weight_is_finite():
    result = LayerBench(BatchNorm(), 3, weights=np.zeros(BATCH)).forward(normal(BATCH, 3))
    assert np.isfinite(result).all()


@EACH_DTYPE
def test_batch_norm_in_prediction(dtype):
    x = normal(BATCH, 40, dtype)
    bench = LayerBench(BatchNorm(epsilon=0.1), 40, dtype, training=False)
    known = bench.variables
    deviation = np.sqrt(known["running_variance"] + 0.1)
    expected = known["scale"] * (x - known["running_mean"]) / deviation + known["shift"]
    close(bench.forward(x), expected, TOLERANCE[dtype.name])


def test_batch_norm_statistics_average_evenly_then_with_momentum():
    x = normal(BATCH, 3)
    network = Network([BatchNorm(momentum=0.75)], 3, SquaredError(), 3, np.float64)
    network.initialize(np.random.RandomState(0))
    batches = [x[:2], x[2:4], x[4:], x[:2] + 3, x[2:4] * 2]
    mean = np.zeros(3)
    for number, rows in enumerate(batches):
        keep = min(0.75, number / (number + 1))
        mean = keep * mean + (1 - keep) * rows.mean(axis=0)
    data = np.concatenate(batches)
    settings = {"batch_size": 2, "optimizer": SGD(), "n_jobs": 1}
    with network.training_session(data, np.zeros((10, 3)), **settings) as session:
        session.run_epoch(None, np.zeros(5))
    close(network.variables[0]["running_mean"], mean, 1e-13)


@EACH_DTYPE
@pytest.mark.parametrize("width", [1, 7, 40])
def test_layer_norm(width, dtype):
    x = normal(BATCH, width, dtype)
    bench = LayerBench(LayerNorm(epsilon=0.01), width, dtype)
    known = bench.variables
    centred = x - x.mean(axis=1, keepdims=True)
    standard = centred / np.sqrt(np.mean(centred**2, axis=1, keepdims=True) + 0.01)
    close(bench.forward(x), known["scale"] * standard + known["shift"], TOLERANCE[dtype.name])


@EACH_DTYPE
def test_dropout_zeroes_or_scales(dtype):
    x = normal(50, 40, dtype)
    y = LayerBench(Dropout(0.25), 40, dtype, n_rows=50).forward(x)
    kept = y != 0
    np.testing.assert_array_equal(y[kept], x[kept] * dtype.type(1 / 0.75))
    assert 0.70 < kept.mean() < 0.80
    np.testing.assert_array_equal(LayerBench(Dropout(0.25), 40, dtype, n_rows=50).forward(x), y)


def test_dropout_passes_the_gradient_where_it_passed_the_input():
    x, dy = normal(50, 40), normal(50, 40, seed=2)
    y = LayerBench(Dropout(0.25), 40, n_rows=50).forward(x)
    dx, _ = LayerBench(Dropout(0.25), 40, n_rows=50, backward=True).backward(x, dy)
    np.testing.assert_allclose(dx, dy * y / x, rtol=1e-12)


@pytest.mark.parametrize(("rate", "training"), [(0.0, True), (0.5, False)])
def test_dropout_without_effect_adds_no_step(rate, training):
    plan = Plan(np.dtype(np.float64), BATCH, training=training)
    inputs = plan.buffer((3,))
    outputs, _ = Dropout(rate).build(plan, inputs, {}, 0)
    assert outputs is inputs and plan.steps == [] and not plan.uses_seed


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_keeps_its_rate(rate):
    """In every row and column, and over all: within five standard deviations."""
    n_rows, n_columns = 400, 300
    kept = LayerBench(Dropout(rate), n_columns, n_rows=n_rows).forward(
        np.ones((n_rows, n_columns))
    )
    dropped = kept == 0
    spread = 5 * np.sqrt(rate * (1 - rate))
    assert abs(dropped.mean() - rate) < spread / np.sqrt(dropped.size)
    assert np.abs(dropped.mean(axis=0) - rate).max() < spread / np.sqrt(n_rows)
    assert np.abs(dropped.mean(axis=1) - rate).max() < spread / np.sqrt(n_columns)
    centred = dropped - dropped.mean()
    for shifted in (centred[1:] * centred[:-1], centred[:, 1:] * centred[:, :-1]):
        assert abs(shifted.mean()) < 5 * rate * (1 - rate) / np.sqrt(shifted.size)


@EACH_DTYPE
@pytest.mark.parametrize("n_rows", [3, 40])
@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 1, 2), (70, 9), (2, 300)])
def test_batch_norm_of_images_is_by_channels(shape, n_rows, dtype):
    """An image counts as as many rows as it has positions, weights and all."""
    size = int(np.prod(shape))
    x, dy = normal(n_rows, size, dtype) + dtype.type(3), normal(n_rows, size, dtype, seed=2)
    weights = np.random.default_rng(3).uniform(0, 2, n_rows)
    layer, by_rows, positions = BatchNorm(), (-1, shape[-1]), size // shape[-1]
    settings = {"dtype": dtype, "weights": weights, "n_rows": n_rows}
    flat_settings = settings | {
        "weights": np.repeat(weights, positions), "n_rows": n_rows * positions
    }
    flat = {"forward": LayerBench(layer, shape[-1], **flat_settings)}
    image = {"forward": LayerBench(layer, shape, **settings)}
    tolerance = 40 * TOLERANCE[dtype.name]
    expected = flat["forward"].forward(x.reshape(by_rows))
    close(image["forward"].forward(x).reshape(by_rows), expected, tolerance)
    for name, values in image["forward"].variables.items():
        close(values, flat["forward"].variables[name], tolerance)
    dx, gradients = LayerBench(layer, shape, backward=True, **settings).backward(x, dy)
    flat_bench = LayerBench(layer, shape[-1], backward=True, **flat_settings)
    expected, of_variables = flat_bench.backward(x.reshape(by_rows), dy.reshape(by_rows))
    close(dx.reshape(by_rows), expected, tolerance)
    for name, values in gradients.items():
        close(values, of_variables[name], 10 * tolerance)


@EACH_DTYPE
def test_batch_norm_is_exact_far_from_zero(dtype):
    shape, n_rows = (8, 8, 3), 32
    x = (normal(n_rows, 192) + 1000).astype(dtype)
    bench = LayerBench(BatchNorm(), shape, dtype, n_rows=n_rows)
    scale, shift = (bench.variables[name].astype(float) for name in ("scale", "shift"))
    exact = x.astype(float).reshape(-1, 3)
    standard = (exact - exact.mean(axis=0)) / np.sqrt(exact.var(axis=0) + 1e-5)
    tolerance = {"float32": 1e-4, "float64": 1e-11}[dtype.name]
    close(bench.forward(x).reshape(-1, 3), scale * standard + shift, tolerance)


@EACH_DTYPE
@pytest.mark.parametrize("training", [False, True])
def test_batch_norm_by_running_statistics(training, dtype):
    """In prediction, and in training where it is not trainable."""
    shape = (3, 4, 5)
    x, dy = normal(BATCH, 60, dtype), normal(BATCH, 60, dtype, seed=2)
    layer = BatchNorm(epsilon=0.1, trainable=not training)
    bench = LayerBench(layer, shape, dtype, training=training)
    known = {name: values.copy() for name, values in bench.variables.items()}
    factor = known["scale"] / np.sqrt(known["running_variance"] + 0.1)
    expected = factor * (x.reshape(-1, 5) - known["running_mean"]) + known["shift"]
    close(bench.forward(x).reshape(-1, 5), expected, TOLERANCE[dtype.name])
    for name, values in bench.variables.items():
        np.testing.assert_array_equal(values, known[name])
    if training:
        dx, gradients = LayerBench(layer, shape, dtype, backward=True).backward(x, dy)
        close(dx.reshape(-1, 5), factor * dy.reshape(-1, 5), TOLERANCE[dtype.name])
        assert gradients == {}


@EACH_DTYPE
def test_layer_norm_of_images_is_at_each_position(dtype):
    x, dy = normal(BATCH, 60, dtype), normal(BATCH, 60, dtype, seed=2)
    expected = LayerBench(LayerNorm(), 5, dtype, n_rows=72).forward(x.reshape(-1, 5))
    found = LayerBench(LayerNorm(), (3, 4, 5), dtype).forward(x)
    np.testing.assert_array_equal(found.reshape(-1, 5), expected)
    dx, gradients = LayerBench(LayerNorm(), (3, 4, 5), dtype, backward=True).backward(x, dy)
    bench = LayerBench(LayerNorm(), 5, dtype, n_rows=72, backward=True)
    expected, of_variables = bench.backward(x.reshape(-1, 5), dy.reshape(-1, 5))
    np.testing.assert_array_equal(dx.reshape(-1, 5), expected)
    for name, values in gradients.items():
        close(values, of_variables[name], 20 * TOLERANCE[dtype.name])


@pytest.mark.parametrize("shape", [(5,), (3, 4, 5)], ids=["flat", "image"])
@pytest.mark.parametrize("name", ["batch", "layer"])
def test_normalisation_is_that_of_torch(name, shape):
    torch = pytest.importorskip("torch")
    layer = {"batch": BatchNorm(), "layer": LayerNorm()}[name]
    x, dy = normal(BATCH, np.prod(shape)), normal(BATCH, np.prod(shape), seed=2)
    bench = LayerBench(layer, shape)
    scale, shift = (
        torch.tensor(bench.variables[key], requires_grad=True) for key in ("scale", "shift")
    )
    z = torch.tensor(x.reshape(-1, 5), requires_grad=True)
    functional = torch.nn.functional
    if name == "batch":
        y = functional.batch_norm(z, None, None, scale, shift, training=True)
    else:
        y = functional.layer_norm(z, (5,), scale, shift)
    y.backward(torch.tensor(dy.reshape(-1, 5)))
    close(bench.forward(x).reshape(-1, 5), y.detach().numpy(), 1e-12)
    dx, gradients = LayerBench(layer, shape, backward=True).backward(x, dy)
    close(dx.reshape(-1, 5), z.grad.numpy(), 1e-12)
    close(gradients["scale"], scale.grad.numpy(), 1e-12)
    close(gradients["shift"], shift.grad.numpy(), 1e-12)
