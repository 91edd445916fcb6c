"""Dropout of states, zoneout and normalisation: against NumPy and central differences."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from _helpers import DTYPES, ROUNDING
from _recurrent import LENGTHS, SeriesBench, check_gradients, noise_of, twin
from skneural.layers import GRU, LSTM, Bidirectional, SimpleRNN

MOST, FEATURES, UNITS, ROWS = 5, 2, 3, len(LENGTHS)
X = np.random.RandomState(0).normal(size=(ROWS, MOST, FEATURES))
FLAT = X.reshape(ROWS, -1)
CELLS = {
    "lstm": LSTM(UNITS), "gru": GRU(UNITS), "before": GRU(UNITS, reset_after=False),
    "elman": SimpleRNN(UNITS),
}
CELLS |= {
    f"normal {name}": clone(layer).set_params(layer_norm=True) for name, layer in CELLS.items()
}
RATES = [(0.0, 0.0), (0.4, 0.0), (0.0, 0.3), (0.4, 0.3)]
EACH_CELL = pytest.mark.parametrize("cell", CELLS)
EACH_RATE = pytest.mark.parametrize(("dropout", "zoneout"), RATES)


def layers_of(cell, dropout, zoneout):
    for reverse, sequences in itertools.product([False, True], repeat=2):
        yield clone(CELLS[cell]).set_params(
            recurrent_dropout=dropout, zoneout=zoneout, reverse=reverse,
            return_sequences=sequences,
        )


@EACH_RATE
@EACH_CELL
def test_training_is_that_of_numpy(cell, dropout, zoneout):
    for layer, dtype in itertools.product(layers_of(cell, dropout, zoneout), DTYPES):
        bench = SeriesBench(layer, (MOST, FEATURES), LENGTHS, dtype)
        expected = twin(layer, bench.variables, X, LENGTHS, *noise_of(layer, ROWS, MOST))
        tolerance = ROUNDING[dtype.name]
        assert_allclose(bench.forward(FLAT), expected, rtol=tolerance, atol=tolerance)


@EACH_RATE
@EACH_CELL
def test_prediction_drops_nothing_and_blends_by_the_rate(cell, dropout, zoneout):
    for layer in layers_of(cell, dropout, zoneout):
        bench = SeriesBench(layer, (MOST, FEATURES), LENGTHS, training=False)
        zones = np.full((ROWS, MOST, 2, 1), zoneout)
        expected = twin(layer, bench.variables, X, LENGTHS, zones=zones)
        assert_allclose(bench.forward(FLAT), expected, atol=1e-12)


@pytest.mark.needs_jit(reason="thousands of batches")
@EACH_RATE
@EACH_CELL
def test_gradients_are_the_central_differences(cell, dropout, zoneout):
    for layer in layers_of(cell, dropout, zoneout):
        check_gradients(layer, X, LENGTHS)


@pytest.mark.needs_jit(reason="thousands of batches")
@EACH_CELL
def test_gradients_in_both_directions_are_the_central_differences(cell):
    for layer in layers_of(cell, *RATES[-1]):
        if not layer.reverse:
            check_gradients(Bidirectional(layer, "multiply"), X, LENGTHS)


@EACH_CELL
def test_neither_padding_nor_threads_change_a_bit(cell):
    for layer in layers_of(cell, 0.4, 0.3):
        if layer.return_sequences:
            continue
        dy = np.random.RandomState(1).normal(size=(ROWS, UNITS))
        found = []
        for more, n_jobs in [(0, 1), (7, 1), (0, 3)]:
            x = np.pad(X, ((0, 0), (0, more), (0, 0))).reshape(ROWS, -1)
            shape, how = (MOST + more, FEATURES), {"n_jobs": n_jobs}
            outputs = SeriesBench(layer, shape, LENGTHS, np.float32, **how).forward(x)
            back = SeriesBench(layer, shape, LENGTHS, np.float32, backward=True, **how)
            of_inputs, of_variables = back.backward(x, dy)
            found.append((outputs, of_inputs[:, : MOST * FEATURES], *of_variables.values()))
        for other in found[1:]:
            for one, its in zip(other, found[0], strict=True):
                assert_array_equal(one, its)


@pytest.mark.parametrize("name", ["recurrent_dropout", "zoneout"])
def test_rates_are_below_one(name):
    assert LSTM(**{name: 0.5}).has_noise and not LSTM().has_noise
    with pytest.raises(ValueError, match=f"The '{name}' parameter of LSTM must be"):
        LSTM(**{name: 1.0})._validate_params()


def test_the_directions_have_noise_of_their_own():
    """Read from the end, a series that is the same both ways gives other numbers."""
    x = np.ones((1, 3 * FEATURES))
    bench = SeriesBench(
        Bidirectional(SimpleRNN(8, recurrent_dropout=0.5)), (3, FEATURES), (3,), np.float64
    )
    for name, values in bench.variables.items():
        if name.startswith("backward."):
            values[...] = bench.variables[name.replace("backward", "forward")]
    forward, backward = np.split(bench.forward(x)[0], 2)
    assert np.any(forward != backward)
