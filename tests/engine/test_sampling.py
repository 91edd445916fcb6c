"""Random numbers for a batch: by which keys, and how they are spread."""

import numpy as np
import pytest
from scipy import stats

from _helpers import DTYPES, name_of, run_kernel
from skneural.engine.compile import jit
from skneural.engine.primitives import SEED, STEP
from skneural.engine.random import normal_pair, row_key, uniform
from skneural.engine.sampling import bernoulli, normal

N_ROWS, COLUMNS, STRIDE = 4 if jit.is_disabled() else 200, 7, 16
KEYS = {SEED: 3, STEP: 8}


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@pytest.mark.parametrize("n_threads", [1, 3])
def test_bernoulli_draws_are_by_the_keys(dtype, n_threads):
    chances = np.random.default_rng(0).random((N_ROWS, STRIDE)).astype(dtype)
    drawn = np.full((N_ROWS, STRIDE), 5, dtype)
    run_kernel(bernoulli, dtype, (chances, drawn, STRIDE, COLUMNS, 6), N_ROWS, n_threads, KEYS)
    with np.errstate(over="ignore"):
        keys = [row_key(3, 8, 6, row) for row in range(N_ROWS)]
        uniforms = np.array([[uniform(key, j) for j in range(COLUMNS)] for key in keys])
    np.testing.assert_array_equal(drawn[:, :COLUMNS], uniforms < chances[:, :COLUMNS])
    assert (drawn[:, COLUMNS:] == 5).all()


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
@pytest.mark.parametrize("columns", [1, 6, 7])
def test_normal_draws_are_by_the_keys(dtype, columns):
    drawn = np.full((N_ROWS, STRIDE), 5, dtype)
    run_kernel(normal, dtype, (drawn, STRIDE, columns, 6), N_ROWS, 2, KEYS)
    half = columns // 2
    with np.errstate(over="ignore"):
        for row in range(4):
            pairs = [normal_pair(row_key(3, 8, 6, row), j) for j in range(half + columns % 2)]
            first, second = np.array(pairs).T
            expected = [*first[:half], *second[:half], *first[half:]]
            np.testing.assert_allclose(drawn[row, :columns], expected, rtol=2e-5, atol=1e-6)
    assert (drawn[:, columns:] == 5).all()


@pytest.mark.needs_jit(reason="many numbers")
def test_normal_draws_are_normal():
    drawn = np.zeros((N_ROWS, STRIDE))
    run_kernel(normal, np.float64, (drawn, STRIDE, STRIDE, 6), N_ROWS, 1, KEYS)
    assert stats.kstest(drawn.ravel(), "norm").pvalue > 1e-6
