"""Vectors of numbers against NumPy, as machine code and as plain Python."""

import contextlib

import numpy as np
import pytest

from _helpers import DTYPES, name_of, plain_python, run_kernel
from skneural.engine.compile.jit import kernel
from skneural.engine.lanes import larger, load, plus, spread, store, times, where_less
from skneural.engine.primitives import ITEMSIZE, integers, real
from skneural.engine.tiles import LANES

SIZE = 21
NAN = np.nan


@kernel
def combine(row, run):
    """Write larger(a, b), 3 * a + b and where_less(a, b, a, 3), each of SIZE numbers."""
    field = integers(row, 6)
    three = spread(real(3.0))
    for i in range(0, SIZE, LANES):
        n = min(LANES, SIZE - i)
        a, b = load(field[2] + i * ITEMSIZE, n), load(field[3] + i * ITEMSIZE, n)
        store(field[4] + i * ITEMSIZE, larger(a, b), n)
        store(field[4] + (SIZE + i) * ITEMSIZE, plus(times(three, a), b), n)
        store(field[5] + i * ITEMSIZE, where_less(a, b, a, three), n)


@pytest.mark.parametrize("run", [contextlib.nullcontext, plain_python])
@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
def test_vectors_of_numbers(dtype, run):
    random = np.random.default_rng(0)
    a, b = random.integers(-3, 3, (2, SIZE)).astype(dtype)
    a[[2, 5]], b[[3, 5, 20]] = NAN, NAN
    sums, chosen = np.full(2 * SIZE + 1, 99, dtype), np.full(SIZE + 1, 99, dtype)
    with run():
        run_kernel(combine, dtype, (a, b, sums, chosen))
    np.testing.assert_array_equal(sums[:SIZE], np.maximum(a, b))
    np.testing.assert_array_equal(sums[SIZE:-1], 3 * a + b)
    np.testing.assert_array_equal(chosen[:-1], np.where(a < b, a, 3))
    assert sums[-1] == chosen[-1] == 99
