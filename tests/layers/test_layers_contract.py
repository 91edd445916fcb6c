"""What every layer keeps to: those registered or exported, with the examples they give."""

import math
import pickle

import numpy as np
import pytest
from sklearn.base import clone

from _helpers import (
    BATCH,
    DTYPES,
    LAYERS,
    ROUNDING,
    LayerBench,
    central_differences,
    close,
    name_of,
    plain_python,
)
from skneural.engine import chunks, timings
from skneural.layers import Conv2D, Layer
from skneural.losses import SquaredError
from skneural.network.network import Network

EACH_LAYER = pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=map(name_of, LAYERS))
# filters and channels of whole vectors, which have kernels of their own
BY_TILES = [
    (Conv2D(16, padding="same"), (6, 9, 16)),
    (Conv2D(32, use_bias=False), (7, 6, 16)),
]
LAYERS_AND_TILES = pytest.mark.parametrize(
    ("layer", "shape"), [*LAYERS, *BY_TILES], ids=map(name_of, [*LAYERS, *BY_TILES])
)
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
WEIGHTS = [None, [0.5, 2.0, 1.0, 0.0, 3.0, 1.5]]


def inputs(shape, dtype=np.float64, n_rows=BATCH, seed=1):
    rows = np.random.default_rng(seed).normal(0, 1.5, (n_rows, math.prod(shape)))
    return rows.astype(dtype)


def output_gradient(layer, shape, dtype=np.float64, n_rows=BATCH):
    return inputs(layer.output_shape(shape), dtype, n_rows, seed=2)


@pytest.mark.parametrize("weights", WEIGHTS, ids=["even", "weighted"])
@EACH_LAYER
def test_gradients_are_the_central_differences(layer, shape, weights):
    if weights is not None and type(layer).__name__ == "Activation":
        pytest.skip("an activation has no use for weights")
    x, dy = inputs(shape), output_gradient(layer, shape)
    of_inputs, of_variables = LayerBench(layer, shape, weights=weights, backward=True).backward(
        x, dy
    )
    bench = LayerBench(layer, shape, weights=weights)

    def total():
        return float(np.sum(dy * bench.forward(x))) + bench.penalty()

    close(of_inputs, central_differences(total, x))
    for name, gradient in of_variables.items():
        close(gradient, central_differences(total, bench.variables[name]))


@LAYERS_AND_TILES
def test_every_trained_variable_has_a_gradient(layer, shape):
    bench = LayerBench(layer, shape, backward=True)
    _, gradients = bench.backward(inputs(shape), output_gradient(layer, shape))
    variables = layer.kept_variables(shape)
    trained = [variable for variable in variables if variable.kind != "statistic"]
    assert {name: gradient.shape for name, gradient in gradients.items()} == {
        variable.name: variable.shape for variable in trained
    }
    assert all(np.any(gradient) for gradient in gradients.values())


@pytest.mark.needs_jit(reason="there is one meaning only")
@pytest.mark.parametrize("weights", WEIGHTS, ids=["even", "weighted"])
@EACH_DTYPE
@EACH_LAYER
def test_compiled_equals_plain_python(layer, shape, dtype, weights):
    x, dy = inputs(shape, dtype), output_gradient(layer, shape, dtype)

    def results():
        predicted = LayerBench(layer, shape, dtype, training=False, weights=weights).forward(x)
        trained = LayerBench(layer, shape, dtype, weights=weights).forward(x)
        bench = LayerBench(layer, shape, dtype, weights=weights, backward=True)
        of_inputs, of_variables = bench.backward(x, dy)
        return {"predicted": predicted, "trained": trained, "inputs": of_inputs, **of_variables}

    compiled = results()
    with plain_python():
        plain = results()
    tolerance = ROUNDING[dtype.name]
    for name, values in compiled.items():
        assert values.dtype == plain[name].dtype == dtype
        np.testing.assert_allclose(
            values, plain[name], rtol=tolerance, atol=tolerance, err_msg=name
        )


@EACH_DTYPE
@LAYERS_AND_TILES
def test_a_row_is_predicted_alone(layer, shape, dtype):
    """To the bit, whatever the other rows are and wherever it stands."""
    n_rows = 21
    x = inputs(shape, dtype, n_rows)
    bench = LayerBench(layer, shape, dtype, training=False, n_rows=n_rows)
    together = bench.forward(x)
    order = np.random.default_rng(0).permutation(n_rows)
    np.testing.assert_array_equal(bench.forward(x[order]), together[order])
    for begin, end in [(0, 1), (20, 21), (3, 8), (5, 21)]:
        np.testing.assert_array_equal(bench.forward(x[begin:end]), together[begin:end])


@LAYERS_AND_TILES
def test_threads_and_chunks_leave_every_bit(layer, shape, monkeypatch):
    n_rows = 37
    x, dy = inputs(shape, n_rows=n_rows), output_gradient(layer, shape, n_rows=n_rows)

    def results(n_jobs, chunk_bytes, slice_seconds=0.05):
        monkeypatch.setattr(chunks, "CHUNK_BYTES", chunk_bytes)
        monkeypatch.setattr(timings, "SLICE_SECONDS", slice_seconds)
        bench = LayerBench(layer, shape, backward=True, n_rows=n_rows, n_jobs=n_jobs)
        of_inputs, of_variables = bench.backward(x, dy)
        return {"inputs": of_inputs, **of_variables}

    expected = results(1, 1 << 40)
    piecemeal = 1e-9  # as a batch is run that takes long
    for how in [(1, 1), (2, 1 << 40), (3, 1), (4, 1), (1, 1, piecemeal), (2, 1 << 40, piecemeal)]:
        for name, values in results(*how).items():
            np.testing.assert_array_equal(values, expected[name], err_msg=name)


@EACH_DTYPE
@EACH_LAYER
def test_predictions_of_a_network_keep_dtype_shape_and_inputs(layer, shape, dtype):
    n_outputs = math.prod(layer.output_shape(shape))
    network = Network([layer], shape, SquaredError(), n_outputs, dtype)
    network.initialize(np.random.RandomState(0))
    x = inputs(shape, dtype)
    before = x.copy()
    predicted = network.predict(x)
    assert predicted.dtype == network.parameters.dtype == dtype
    assert predicted.shape == (BATCH, n_outputs)
    np.testing.assert_array_equal(x, before)


@EACH_LAYER
def test_initial_variables_are_finite_and_repeatable(layer, shape):
    drawn, n_outputs = [], math.prod(layer.output_shape(shape))
    for _ in range(2):
        network = Network([layer], shape, SquaredError(), n_outputs, np.float64)
        network.initialize(np.random.RandomState(5))
        drawn.append(network.parameters.copy())
    np.testing.assert_array_equal(*drawn)
    assert np.isfinite(drawn[0]).all()


@EACH_LAYER
def test_clone_pickle_and_repr(layer, shape):
    for copy in (clone(layer), pickle.loads(pickle.dumps(layer))):
        assert copy is not layer and type(copy) is type(layer)
        assert repr(copy) == repr(layer)
        x = inputs(shape)
        np.testing.assert_array_equal(
            LayerBench(copy, shape).forward(x), LayerBench(layer, shape).forward(x)
        )


@EACH_LAYER
def test_parameters_are_declared_and_valid(layer, shape):
    assert set(layer._parameter_constraints) == set(layer.get_params(deep=False))
    layer._validate_params()


def test_the_names_are_the_documented_ones():
    assert set(Layer.registry) >= {"activation", "batch", "dense", "dropout", "layer"}


def test_the_base_builds_nothing():
    with pytest.raises(NotImplementedError):
        Layer().build(None, None, {}, 0)
