"""Weights of rows as repetitions."""

import numpy as np
import pytest
from scipy import sparse

from skneural.data.frequencies import repeated_rows

X = np.random.RandomState(0).normal(size=(20, 3)).round(1)


def test_rows_come_as_often_as_their_weights_say():
    weight = np.arange(20) % 4
    counts = np.bincount(repeated_rows(X, weight.astype(float)), minlength=20)
    np.testing.assert_array_equal(counts, weight)
    assert sorted(repeated_rows(X, None)) == list(range(20))


@pytest.mark.parametrize("as_container", [np.asarray, sparse.csr_array], ids=["dense", "sparse"])
def test_repeated_rows_give_the_sequence_of_weighted_ones(as_container):
    weight, random = np.arange(20) % 4, np.random.RandomState(1)
    moved = random.permutation(np.repeat(np.arange(20), weight))
    expected = X[repeated_rows(X, weight.astype(float))]
    given = as_container(X[moved])
    np.testing.assert_array_equal(X[moved][repeated_rows(given, None)], expected)


def test_fractions_are_spread_evenly():
    counts = np.bincount(repeated_rows(X, np.full(20, 2.5)), minlength=20)
    assert set(counts) == {2, 3}
    assert counts.sum() == 50
    assert len(repeated_rows(X, np.full(20, 1e-3))) == 20  # at least as many as there are rows


def test_zeros_have_no_sign_and_dtypes_no_influence():
    rows = np.array([[0.0, 1.0], [-0.0, 1.0], [2.0, 0.5]])
    found = repeated_rows(rows, None)
    assert sorted(found) == [0, 0, 2]
    np.testing.assert_array_equal(repeated_rows(rows.astype(np.float32), None), found)
