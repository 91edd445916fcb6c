"""What adversarial networks read of X, and the way back."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

from skneural.estimators.generative.marginals import Quantiles, Range

F64 = np.dtype(np.float64)


def make_table(n_rows=4000):
    """Columns of whole numbers, of many zeros, of no atoms, and a constant one."""
    random = np.random.RandomState(0)
    zeros = np.where(random.uniform(size=n_rows) < 0.8, 0.0, np.exp(random.normal(size=n_rows)))
    columns = [random.poisson(3, n_rows), zeros, random.gamma(2, size=n_rows), np.full(n_rows, 7)]
    return np.column_stack(columns)


def test_columns_are_read_as_normal_numbers():
    X = make_table()
    Z = Quantiles.of(X).read(X, F64, np.random.RandomState(1)).numbers()
    for column in Z.T[:3]:
        assert kstest(column, norm.cdf).statistic < 0.02
    assert not Z[:, 3].any()


def test_rows_are_restored():
    X = make_table()
    marginals = Quantiles.of(X)
    Z = marginals.read(X, F64, np.random.RandomState(1)).numbers()
    np.testing.assert_allclose(marginals.restored(Z), X, rtol=1e-6)
    np.testing.assert_allclose(marginals.restored(marginals.read(X, F64).numbers()), X, rtol=1e-6)


def test_samples_have_the_distributions_of_columns():
    X = make_table()
    Z = np.random.RandomState(2).normal(size=(20_000, 4))
    samples = Quantiles.of(X).restored(Z)
    for number in range(6):
        share = (X[:, 0] == number).mean()
        assert (samples[:, 0] == number).mean() == pytest.approx(share, abs=0.01)
    assert set(samples[:, 0]) <= set(X[:, 0]) and set(samples[:, 3]) == {7}
    assert (samples[:, 1] == 0).mean() == pytest.approx((X[:, 1] == 0).mean(), abs=0.01)
    assert kstest(samples[:, 2], X[:, 2]).pvalue > 0.001
    assert (samples.min(axis=0) >= X.min(axis=0)).all()
    assert (samples.max(axis=0) <= X.max(axis=0)).all()


def test_long_columns_keep_their_ends():
    random = np.random.RandomState(0)
    X = np.r_[random.normal(size=50_000), 99, -99][:, None]
    marginals = Quantiles.of(X)
    ends = marginals.restored(np.array([[-9.0], [9.0]]))
    np.testing.assert_array_equal(ends.ravel(), [-99, 99])
    assert len(marginals.columns[0].numbers) <= 20_000


def test_numbers_beyond_those_of_the_fit_are_at_the_ends():
    X = np.arange(10.0)[:, None]
    marginals = Quantiles.of(X)
    low, between, high = marginals.read(np.array([[-5.0], [4.5], [50.0]]), F64).numbers().ravel()
    assert low == pytest.approx(-high) and -1 < between < 1
    assert abs(low) > 3 and np.isfinite(low)


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_range_is_minus_one_to_one(dtype):
    X = np.random.RandomState(0).randint(3, 200, size=(20, 5)).astype(dtype)
    marginals, kind = Range.of(X), F64 if dtype == np.float64 else np.dtype(np.float32)
    Z = marginals.read(X, kind).numbers()
    assert Z.dtype == kind and Z.min() == pytest.approx(-1) and Z.max() == pytest.approx(1)
    np.testing.assert_allclose(marginals.restored(Z), X, rtol=1e-5)
    assert marginals.restored(2 * Z).max() == X.max()


def test_constant_rows():
    X = np.full((5, 2), 4.0)
    Z = Range.of(X).read(X, F64).numbers()
    assert not Z.any()
    np.testing.assert_array_equal(Range.of(X).restored(Z), X)
