"""Sources: what they hand out, and plans that are bound to the rows of another one."""

import numpy as np
import pytest
from scipy import sparse

from _helpers import close
from skneural.data.sources import ByteRows, DenseRows, SparseRows, source_of
from skneural.layers import Activation, BatchNorm, Dense
from skneural.losses import SquaredError
from skneural.network.network import Network

RANDOM = np.random.default_rng(0)
NUMBERS = RANDOM.integers(0, 3, (9, 6)).astype(np.float64)
KINDS = {
    "dense": (DenseRows, np.array),
    "bytes": (ByteRows, lambda rows: rows.astype(np.uint8)),
    "csr_matrix": (SparseRows, sparse.csr_matrix),
    "csr_array": (SparseRows, sparse.csr_array),
}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
FIRST_LAYERS = {"dense": Dense(4), "activation": Activation("tanh"), "norm": BatchNorm()}


def source(kind, rows=NUMBERS):
    return source_of(KINDS[kind][1](rows))


def network(first, width=6, scale=1.0):
    result = Network([first, Dense(3)], width, SquaredError(), 3, np.float64, scale=scale)
    result.initialize(np.random.RandomState(0))
    return result


@EACH_KIND
def test_each_holder_of_rows_has_its_source(kind):
    chosen = source(kind)
    assert type(chosen) is KINDS[kind][0]
    assert source_of(chosen) is chosen
    assert (chosen.n_samples, chosen.columns, chosen.shape) == (9, 6, None)


def test_what_holds_no_rows_is_refused():
    with pytest.raises(TypeError, match="list"):
        source_of([[1.0, 2.0]])


def test_arrays_of_more_dimensions_tell_the_shape_of_a_sample():
    assert source_of(np.zeros((5, 4, 3))).shape == (4, 3)
    assert source_of(np.zeros((5, 4, 3, 2), np.uint8)).shape == (4, 3, 2)
    assert source_of(np.zeros((5, 4, 3))).columns == 12


@EACH_KIND
def test_some_rows(kind):
    chosen = np.array([4, 0, 4])
    taken = source(kind).take(chosen)
    assert type(taken) is type(source(kind)) and taken.n_samples == 3
    model = network(Dense(4))
    np.testing.assert_array_equal(model.predict(taken), model.predict(source(kind))[chosen])


@EACH_KIND
def test_first_row(kind):
    row = source(kind).first_row(np.dtype(np.float32))
    assert row.dtype == np.float32
    np.testing.assert_array_equal(row, NUMBERS[0])


@EACH_KIND
@pytest.mark.parametrize("scale", [1.0, 0.25])
@pytest.mark.parametrize("first", FIRST_LAYERS)
def test_every_source_gives_the_same_numbers(first, scale, kind):
    model = network(FIRST_LAYERS[first], scale=scale)
    close(model.predict(source(kind)), model.predict(NUMBERS * scale / scale), 1e-14)
    same = network(FIRST_LAYERS[first])
    close(model.predict(source(kind)), same.predict(NUMBERS * scale), 1e-14)


@EACH_KIND
@pytest.mark.parametrize("scale", [1.0, 0.25])
@pytest.mark.parametrize("first", FIRST_LAYERS)
def test_a_plan_is_bound_to_other_rows(first, scale, kind):
    """As many rows, of as many stored numbers about, take the plan that was built before."""
    model = network(FIRST_LAYERS[first], scale=scale)
    model.predict(source(kind))
    kept = model._plans.idle()
    others = NUMBERS[::-1, ::-1]
    expected = network(FIRST_LAYERS[first], scale=scale).predict(source(kind, others))
    np.testing.assert_array_equal(model.predict(source(kind, others)), expected)
    assert model._plans.idle() == kept


@pytest.mark.parametrize("n_full", [0, 1, 5, 9])
def test_sparse_rows_need_room_for_the_numbers_stored(n_full):
    rows = NUMBERS * 0
    rows[:n_full] = 1
    model = network(Dense(4))
    model.predict(source("csr_matrix"))
    close(model.predict(source("csr_matrix", rows)), model.predict(rows), 1e-14)
    assert source("csr_matrix", rows).needs(4)[1] == (6 * min(n_full, 4)).bit_length()


def test_sparse_rows_are_converted_once():
    rows = source("csr_matrix")
    first = rows.arrays(np.dtype(np.float32), 0.5)
    assert rows.arrays(np.dtype(np.float32), 0.5) is first
    assert [a.dtype.name for a in first] == ["float32", "int32", "int64"]
