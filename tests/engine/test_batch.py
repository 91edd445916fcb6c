"""What happens to a batch besides its layers, each kernel against NumPy."""

import numpy as np
import pytest

from _helpers import DTYPES, name_of, run_kernel
from skneural.engine import batch
from skneural.engine.primitives import (
    CLIP_FACTOR,
    FIRST,
    LOSS_SUM,
    N_SAMPLES,
    ORDER,
    PENALTY_SUM,
    SHARED,
    WEIGHT_SUM,
)

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
N, ROWS, BEGIN = 20, 6, 9  # samples, rows of the batch, where it begins
PERMUTATION = np.random.default_rng(0).permutation(N)
EACH_ORDER = pytest.mark.parametrize("order", [None, PERMUTATION], ids=["as_is", "shuffled"])


def state_of(order):
    return {FIRST: BEGIN, N_SAMPLES: N, ORDER: 0 if order is None else order}


def samples_of(order):
    return (np.arange(N) if order is None else order)[BEGIN : BEGIN + ROWS]


@EACH_ORDER
@pytest.mark.parametrize("n_threads", [1, 3])
@EACH_DTYPE
def test_gather(dtype, n_threads, order):
    x = np.random.default_rng(1).normal(0, 1, (N, 5)).astype(dtype)
    buffer = np.full((ROWS + 1, 8), -1, dtype)
    run_kernel(batch.gather, dtype, (x, 5, buffer, 8), ROWS, n_threads, state_of(order))
    np.testing.assert_array_equal(buffer[:ROWS, :5], x[samples_of(order)])
    assert (buffer[:, 5:] == -1).all() and (buffer[ROWS] == -1).all()


@EACH_ORDER
@pytest.mark.parametrize("n_threads", [1, 3])
@EACH_DTYPE
def test_gather_bytes(dtype, n_threads, order):
    x = np.random.default_rng(1).integers(0, 256, (N, 5)).astype(np.uint8)
    buffer, factor = np.full((ROWS + 1, 8), -1, dtype), np.array([1 / 255])
    fields = (x, 5, buffer, 8, factor)
    run_kernel(batch.gather_bytes, dtype, fields, ROWS, n_threads, state_of(order))
    expected = x[samples_of(order)].astype(dtype) * dtype.type(1 / 255)
    np.testing.assert_array_equal(buffer[:ROWS, :5], expected)
    assert (buffer[:, 5:] == -1).all() and (buffer[ROWS] == -1).all()


@EACH_ORDER
@EACH_DTYPE
def test_weigh_batch(dtype, order):
    weights, gathered = np.random.default_rng(2).random(N), np.zeros(ROWS, dtype)
    shared = run_kernel(batch.weigh_batch, dtype, (weights, gathered), ROWS, 1, state_of(order))
    expected = weights[samples_of(order)]
    np.testing.assert_array_equal(gathered, expected.astype(dtype))
    assert shared[WEIGHT_SUM] == pytest.approx(expected.sum(), rel=1e-15)


def test_a_batch_without_weights_weighs_its_rows():
    shared = run_kernel(batch.weigh_batch, np.float64, (0, np.zeros(ROWS)), ROWS)
    assert shared[WEIGHT_SUM] == ROWS


def shared_numbers(weight_sum):
    return {SHARED: [weight_sum, 1.0, 10.0, 20.0]}


@pytest.mark.parametrize(("weight_sum", "added"), [(4.0, 21 / 4 * ROWS), (0.0, 0.0)])
def test_sum_losses(weight_sum, added):
    losses = np.arange(1.0, 7.0)
    shared = run_kernel(
        batch.sum_losses, np.float64, (losses,), ROWS, state=shared_numbers(weight_sum)
    )
    assert shared[LOSS_SUM] == pytest.approx(10 + added, rel=1e-15)


def test_add_losses():
    losses = np.arange(1.0, 7.0)
    shared = run_kernel(batch.add_losses, np.float64, (losses,), ROWS, state=shared_numbers(4.0))
    assert shared[LOSS_SUM] == 31.0


@pytest.mark.parametrize(("weight_sum", "added"), [(4.0, 0.5 * 0.3 * 15 / 4 * ROWS), (0.0, 0.0)])
def test_sum_penalties(weight_sum, added):
    squares, alpha = np.array([1.0, 4.0, 10.0]), np.array([0.3])
    shared = run_kernel(
        batch.sum_penalties, np.float64, (squares, 3, alpha), ROWS,
        state=shared_numbers(weight_sum),
    )
    assert shared[PENALTY_SUM] == pytest.approx(20 + added, rel=1e-15)


@EACH_DTYPE
def test_square_gradient(dtype):
    w, g = np.random.default_rng(3).normal(0, 1, (2, 37)).astype(dtype)
    alpha, square = np.array([0.3]), np.zeros(1)
    run_kernel(batch.square_gradient, dtype, (w, g, 37, alpha, square))
    expected = np.sum((g.astype(float) + 0.3 * w) ** 2)
    assert square[0] == pytest.approx(expected, rel=1e-6 if dtype == np.float32 else 1e-14)


@pytest.mark.parametrize(
    ("squares", "limit", "factor"),
    [([9.0, 16.0], 1.0, 1 / 2.5), ([9.0, 16.0], 2.5, 1.0), ([9.0, 16.0], 9.0, 1.0),
     ([0.0, 0.0], 1.0, 1.0)],
)
def test_clip_gradient(squares, limit, factor):
    """The norm is that of the mean over a batch of weight 2."""
    squares, limit = np.array(squares), np.array([limit])
    shared = run_kernel(
        batch.clip_gradient, np.float64, (squares, 2, limit), state={SHARED: [2.0, 1.0]}
    )
    assert shared[CLIP_FACTOR] == pytest.approx(factor, rel=1e-15)


def test_a_batch_without_weight_is_not_clipped():
    shared = run_kernel(
        batch.clip_gradient, np.float64, (np.ones(1), 1, np.ones(1)), state={SHARED: [0.0, 1.0]}
    )
    assert shared[CLIP_FACTOR] == 1.0
