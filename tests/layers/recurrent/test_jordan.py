"""The network of Jordan: against NumPy and central differences."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from _helpers import DTYPES, ROUNDING
from _recurrent import LENGTHS, SeriesBench, check_gradients, jordan
from skneural import NeuralNetClassifier, NeuralNetRegressor
from skneural.layers import Activation, Bidirectional, JordanRNN

MOST, FEATURES, ROWS = 5, 2, len(LENGTHS)
X = np.random.RandomState(0).normal(size=(ROWS, MOST, FEATURES))
FLAT = X.reshape(ROWS, -1)
LAYERS = [
    JordanRNN(
        4, n_outputs, activation, decay=decay, return_sequences=sequences, reverse=reverse,
        use_bias=activation == "tanh",
    )
    for (n_outputs, activation, decay), sequences, reverse in itertools.product(
        [(2, "tanh", 0.0), (None, "tanh", 0.6), (7, "relu", 1.0)], [False, True], [False, True]
    )
]
EACH_LAYER = pytest.mark.parametrize("layer", LAYERS, ids=map(str, range(len(LAYERS))))


@EACH_LAYER
def test_outputs_are_those_of_numpy(layer):
    for dtype, training in itertools.product(DTYPES, [False, True]):
        bench = SeriesBench(layer, (MOST, FEATURES), LENGTHS, dtype, training=training)
        tolerance = ROUNDING[dtype.name]
        assert_allclose(
            bench.forward(FLAT), jordan(layer, bench.variables, X, LENGTHS), rtol=tolerance,
            atol=tolerance,
        )


@pytest.mark.needs_jit(reason="thousands of batches")
@EACH_LAYER
def test_gradients_are_the_central_differences(layer):
    if layer.activation == "tanh":  # relu has none at its corner
        check_gradients(layer, X, LENGTHS)
        check_gradients(Bidirectional(layer, "multiply"), X, LENGTHS)


@EACH_LAYER
def test_neither_padding_nor_threads_change_a_bit(layer):
    found = []
    for more, n_jobs in [(0, 1), (7, 1), (0, 3)]:
        x = np.pad(X, ((0, 0), (0, more), (0, 0))).reshape(ROWS, -1)
        shape = (MOST + more, FEATURES)
        width = int(np.prod(layer.output_shape(shape)))
        dy = np.zeros((ROWS, width))
        kept = width if not layer.return_sequences else width // shape[0] * MOST
        dy[:, :kept] = np.random.RandomState(1).normal(size=(ROWS, kept))
        how = {"dtype": np.float32, "n_jobs": n_jobs}
        outputs = SeriesBench(layer, shape, LENGTHS, **how).forward(x)
        back = SeriesBench(layer, shape, LENGTHS, backward=True, **how)
        of_inputs, of_variables = back.backward(x, dy)
        found.append((outputs[:, :kept], of_inputs[:, : FLAT.shape[1]], *of_variables.values()))
    for other in found[1:]:
        for one, its in zip(other, found[0], strict=True):
            assert_array_equal(one, its)


TARGETS = np.random.RandomState(2).normal(size=(ROWS, MOST, 2))


class TaughtBench(SeriesBench):
    def _build(self, plan, layer, shape):
        plan.targets = plan.numbers_of_rows(MOST * 2)
        plan.targets.array[:] = TARGETS.ravel()
        super()._build(plan, layer, shape)


@pytest.mark.parametrize("reverse", [False, True])
def test_teacher_forcing(reverse):
    layer = JordanRNN(
        4, 2, decay=0.5, teacher_forcing=True, return_sequences=True, reverse=reverse
    )
    bench = TaughtBench(layer, (MOST, FEATURES), LENGTHS)
    expected = jordan(layer, bench.variables, X, LENGTHS, TARGETS)
    assert_allclose(bench.forward(FLAT), expected, atol=1e-12)
    check_gradients(layer, X, LENGTHS, TaughtBench)
    predicting = SeriesBench(layer, (MOST, FEATURES), LENGTHS, training=False)
    expected = jordan(layer, bench.variables, X, LENGTHS)
    assert_allclose(predicting.forward(FLAT), expected, atol=1e-12)


@pytest.mark.needs_jit(reason="a fit that lasts many epochs")
def test_teacher_forcing_learns_steps_and_is_refused_elsewhere():
    steps = np.random.RandomState(0).uniform(-1, 1, size=(120, 8, 1))
    sums = steps.cumsum(axis=1)
    layer = JordanRNN(8, 1, teacher_forcing=True, return_sequences=True)
    net = NeuralNetRegressor(
        [layer], max_iter=60, learning_rate_init=0.01, n_iter_no_change=60, random_state=0
    ).fit(steps, sums)
    assert net.score(steps, sums) > 0.8
    for layers in ([layer, Activation("tanh")], [Bidirectional(layer, "add")]):
        with pytest.raises(ValueError, match="JordanRNN: teacher_forcing=True is for the last"):
            NeuralNetRegressor(layers).fit(steps, sums)
    last = JordanRNN(8, 1, teacher_forcing=True)
    with pytest.raises(ValueError, match="set return_sequences=True"):
        NeuralNetRegressor([last]).fit(steps, sums[:, -1, 0])
    with pytest.raises(ValueError, match="JordanRNN: teacher_forcing=True is for the last"):
        NeuralNetClassifier([clone(last).set_params(n_outputs=1)]).fit(steps, sums[:, -1, 0] > 0)


def test_first_values():
    layer = JordanRNN(6, 3)
    shapes = {v.name: np.full(v.shape, np.nan) for v in layer.variables((4, 2))}
    layer.initialize(shapes, np.random.RandomState(0), "identity")
    recurrent = shapes["recurrent_kernel"]
    assert_allclose(recurrent @ recurrent.T, np.eye(3), atol=1e-12)
    assert_array_equal(shapes["bias"], np.zeros(6))
    assert_array_equal(shapes["output_bias"], np.zeros(3))
    assert shapes["output_kernel"].shape == (6, 3) and np.isfinite(shapes["output_kernel"]).all()
    assert layer.output_shape((4, 2)) == (3,)
