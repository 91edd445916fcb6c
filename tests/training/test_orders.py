"""The order of rows: series of like length come together."""

import itertools

import numpy as np
import pytest

from skneural import RecurrentClassifier
from skneural.training.orders import EpochOrders, by_length

LENGTHS = np.random.RandomState(0).randint(3, 60, 1003)


def orders(seed=0, batch_size=32):
    random = np.random.RandomState(seed)
    return by_length(EpochOrders(len(LENGTHS), random), LENGTHS, batch_size, random)


def test_each_row_comes_once_an_epoch():
    first, second = itertools.islice(orders(), 2)
    for order in (first, second):
        np.testing.assert_array_equal(np.sort(order), np.arange(len(LENGTHS)))
    assert (first != second).any()
    np.testing.assert_array_equal(next(orders()), first)


def test_batches_have_series_of_like_length():
    order = next(orders())
    batches = LENGTHS[order][:992].reshape(-1, 32)
    padding = (batches.max(axis=1, keepdims=True) - batches).sum() / batches.sum()
    plain = LENGTHS[:992].reshape(-1, 32)
    assert padding < 0.1 < (plain.max(axis=1, keepdims=True) - plain).sum() / plain.sum()
    assert abs(np.corrcoef(np.arange(31), batches.mean(axis=1))[0, 1]) < 0.5  # long ones anywhere


@pytest.mark.needs_jit(reason="several fits")
def test_batches_do_not_follow_the_padding():
    random = np.random.RandomState(0)
    series = [random.normal(size=(length, 1)) for length in LENGTHS[:150]]
    X = np.full((150, 80, 1), np.nan)
    for row, each in zip(X, series, strict=True):
        row[: len(each)] = each
    y = np.arange(150) % 2
    fits = [
        RecurrentClassifier("elman", 4, max_iter=2, random_state=0).fit(given, y)
        for given in (series, X)
    ]
    assert fits[0].loss_curve_ == fits[1].loss_curve_
