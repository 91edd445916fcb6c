"""The counter-based generator: what its numbers depend on, and how they are spread."""

import numpy as np
import pytest
from scipy import stats

from _helpers import DTYPES, name_of, run_kernel
from skneural.engine.compile import jit
from skneural.engine.compile.jit import kernel
from skneural.engine.primitives import integers, reals
from skneural.engine.random import bits, normal_pair, positive_uniform, row_key

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


@kernel
def draw_reals(row, run):
    """Write uniform numbers (n) and pairs of normal ones (2, n) for a key."""
    field = integers(row, 6)
    n = field[5]
    even, normal = reals(field[3], n), reals(field[4], 2 * n)
    key = row_key(field[2], 0, 0, 0)
    for i in range(n):
        even[i] = positive_uniform(key, i)
        normal[i], normal[n + i] = normal_pair(key, i)


def reals_of(seed, dtype):
    even, normal = np.zeros(N, dtype), np.zeros((2, N), dtype)
    run_kernel(draw_reals, dtype, (seed, even, normal, N))
    return even, normal


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
def test_uniform_numbers(dtype):
    even, _ = reals_of(3, dtype)
    assert even.min() > 0 and even.max() <= 1
    np.testing.assert_allclose(even, (bits_of(3) + 0.5) / 2**32, rtol=1e-6)


def bits_of(seed):
    return numbers(seed).astype(float)


@pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
def test_normal_numbers(dtype):
    """Each of a pair is standard normal, so is any mixture, and the two are independent."""
    _, (first, second) = reals_of(4, dtype)
    for values in (first, second, (first + second) / np.sqrt(2), 0.6 * first - 0.8 * second):
        assert stats.kstest(values, "norm").pvalue > CONFIDENCE
    assert stats.chisquare(np.bincount((first > 0) * 2 + (second > 0))).pvalue > CONFIDENCE
    for one, other in ((first, second), (first**2, second**2), (first[1:], first[:-1])):
        assert abs(stats.pearsonr(one, other).statistic) < 5 / np.sqrt(N)
    angle = np.arctan2(second, first) / (2 * np.pi) % 1
    assert stats.kstest(angle, "uniform").pvalue > CONFIDENCE


def test_normal_numbers_are_those_of_box_and_muller():
    _, pairs = reals_of(4, np.dtype(np.float64))
    drawn = numbers(4, n=2 * N).reshape(-1, 2)
    radius = np.sqrt(-2 * np.log((drawn[:, 0] + 0.5) / 2**32))
    np.testing.assert_allclose(np.hypot(*pairs), radius, rtol=1e-13)
