"""The counter-based generator: what its numbers depend on, and how they are spread."""

import numpy as np
import pytest
from scipy import stats

from _helpers import run_kernel
from skneural.engine import jit
from skneural.engine.jit import kernel
from skneural.engine.primitives import integers
from skneural.engine.random import bits, row_key

N = 300 if jit.is_disabled() else 60_000
CONFIDENCE = 1e-6  # the seeds are fixed: a p-value as small as this says the generator is broken


@kernel
def draw(row, run):
    """Write the bits of counters 0 to n for the key of (seed, step, layer, row)."""
    field = integers(row, 8)
    result = integers(field[6], field[7])
    key = row_key(field[2], field[3], field[4], field[5])
    for i in range(field[7]):
        result[i] = np.int64(bits(key, i))


def numbers(seed=0, step=0, layer=0, row=0, n=N):
    result = np.zeros(n, np.int64)
    run_kernel(draw, np.float64, (seed, step, layer, row, result, n))
    return result


def test_golden_values():
    """A model trained with a seed is the same on every machine and in every later version."""
    assert numbers(n=4).tolist() == [1172653376, 3310455225, 4169192910, 4108340682]
    assert numbers(123456789, 17, 3, 1001, n=4).tolist() == [
        2663168238, 3807779240, 639941338, 3490908575
    ]


def test_numbers_have_32_bits():
    drawn = numbers()
    assert drawn.min() >= 0 and drawn.max() < 2**32


@pytest.mark.parametrize("key", ["seed", "step", "layer", "row"])
def test_every_key_counts(key):
    one, other = numbers(**{key: 1}), numbers(**{key: 2})
    assert np.mean(one == other) < 0.01
    assert abs(stats.pearsonr(one, other).statistic) < 5 / np.sqrt(N)


def test_a_number_depends_on_its_keys_alone():
    np.testing.assert_array_equal(numbers(5, n=50), numbers(5, n=N)[:50])


def test_numbers_are_uniform():
    assert stats.kstest(numbers() / 2**32, "uniform").pvalue > CONFIDENCE
    counts = np.bincount(numbers(seed=9) >> 26, minlength=64)
    assert stats.chisquare(counts).pvalue > CONFIDENCE


def test_rows_are_uniform_and_independent():
    """Along rows, which differ by one in their key, as along a row."""
    table = np.array([numbers(row=row, n=40) for row in range(N // 40)]) / 2**32
    assert stats.kstest(table[:, 0], "uniform").pvalue > CONFIDENCE
    assert abs(stats.pearsonr(table[1:].ravel(), table[:-1].ravel()).statistic) < 5 / np.sqrt(N)
    assert abs(stats.pearsonr(table[:, 1:].ravel(), table[:, :-1].ravel()).statistic) < (
        5 / np.sqrt(N)
    )


def test_every_bit_is_set_half_the_time():
    drawn = numbers(seed=4)
    shares = np.array([(drawn >> bit & 1).mean() for bit in range(32)])
    assert np.abs(shares - 0.5).max() < 5 * 0.5 / np.sqrt(N)


def test_neighbouring_counters_share_no_bits():
    drawn = numbers(seed=4)
    flips = drawn[1:] ^ drawn[:-1]
    shares = np.array([(flips >> bit & 1).mean() for bit in range(32)])
    assert np.abs(shares - 0.5).max() < 5 * 0.5 / np.sqrt(N)
