"""The weights of Hopfield networks: each rule as its paper defines it."""

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skneural import HopfieldNetwork
from skneural.estimators.hopfield.rules import capacity, dense_capacity

pytestmark = pytest.mark.filterwarnings("ignore:HopfieldNetwork:UserWarning")


def random_signs(n_patterns, n_units, seed=0):
    return np.random.RandomState(seed).choice([-1.0, 1.0], (n_patterns, n_units))


def storkey_twin(patterns):
    """Storkey 1997, as it is written, without self-connections."""
    n = patterns.shape[1]
    weights = np.zeros((n, n))
    for x in patterns:
        change = np.zeros((n, n))
        for i in range(n):
            for j in range(n):
                if i == j:
                    continue
                others = [k for k in range(n) if k not in (i, j)]
                h_ij = sum(weights[i, k] * x[k] for k in others)
                h_ji = sum(weights[j, k] * x[k] for k in others)
                change[i, j] = (x[i] * x[j] - x[i] * h_ji - h_ij * x[j]) / n
        weights += change
    return weights


def test_hebbian_weights_are_sums_of_outer_products():
    X = random_signs(5, 12)
    expected = sum(np.outer(x, x) for x in X) / 12
    np.fill_diagonal(expected, 0)
    assert_array_equal(HopfieldNetwork().fit(X).weights_, expected)


def test_storkey_weights_are_those_of_the_paper():
    X = random_signs(4, 13)
    weights = HopfieldNetwork("storkey").fit(X).weights_
    assert_allclose(weights, storkey_twin(X), atol=1e-11)
    assert_array_equal(weights, weights.T)


@pytest.mark.parametrize("n_patterns", [4, 30])
def test_pseudo_inverse_weights_are_the_projection_without_its_diagonal(n_patterns):
    X = random_signs(n_patterns, 20)
    expected = np.linalg.pinv(X) @ X
    np.fill_diagonal(expected, 0)
    weights = HopfieldNetwork("pseudo_inverse").fit(X).weights_
    assert_allclose(weights, expected, atol=1e-11)
    assert_array_equal(weights, weights.T)


def test_pseudo_inverse_keeps_correlated_patterns():
    X = random_signs(10, 200, seed=1)
    X[1:, :120] = X[0, :120]
    network = HopfieldNetwork("pseudo_inverse").fit(X)
    assert_array_equal(network.transform(X), X)
    assert (HopfieldNetwork().fit(X).predict(X) == -1).any()


@pytest.mark.parametrize("rule", ["hebbian", "storkey", "pseudo_inverse"])
def test_fields_are_exact_in_any_order(rule):
    X = random_signs(20, 150)
    weights = HopfieldNetwork(rule).fit(X)._sums.astype(np.float64)
    for x in X:
        exact = [math.fsum(row) for row in weights * x]
        assert_array_equal(weights @ x, exact)
        assert_array_equal(weights[:, ::-1] @ x[::-1], exact)


@pytest.mark.parametrize("rule", ["hebbian", "storkey", "pseudo_inverse"])
@pytest.mark.parametrize("interaction", ["quadratic", "polynomial", "exponential"])
def test_partial_fit_stores_as_fit_does(rule, interaction):
    X = random_signs(9, 30)
    whole = HopfieldNetwork(rule, interaction=interaction, random_state=0).fit(X)
    parts = HopfieldNetwork(rule, interaction=interaction, random_state=0)
    for part in (X[:4], X[4:5], X[5:]):
        assert parts.partial_fit(part) is parts
    assert parts.n_patterns_ == 9
    assert_array_equal(parts.patterns_, whole.patterns_)
    noisy = X * np.random.RandomState(1).choice([-1, 1], X.shape, p=[0.2, 0.8])
    assert_array_equal(parts.transform(noisy), whole.transform(noisy))
    if interaction == "quadratic":
        assert_array_equal(parts.weights_, whole.weights_)


def test_many_patterns_leave_weights_finite():
    X = random_signs(500, 6)
    for rule in ("hebbian", "pseudo_inverse"):
        network = HopfieldNetwork(rule).fit(X)
        assert np.isfinite(network.weights_).all()
        assert np.isfinite(network.energy(X)).all()


def test_storkey_far_beyond_its_capacity_diverges(raises_unchanged):
    X = random_signs(500, 6)
    expected = ["HopfieldNetwork: the weights of Storkey's rule diverge at pattern", "about 3 in 6"]
    network = HopfieldNetwork("storkey")
    raises_unchanged(network, expected, "fit", X)
    raises_unchanged(network.fit(X[:4]), expected, "partial_fit", X)
    assert HopfieldNetwork("storkey").fit(random_signs(100, 50)).n_patterns_ == 100


def test_capacities():
    assert capacity("hebbian", 1000) == 138
    assert capacity("storkey", 1000) == int(1000 / math.sqrt(2 * math.log(1000)))
    assert capacity("pseudo_inverse", 1000) == 999
    assert dense_capacity(2, 1000) == int(1000 / (2 * math.log(1000)))
    assert dense_capacity(3, 1000) == int(1000**2 / (2 * 3 * math.log(1000)))
    assert dense_capacity(4, 100) == int(100**3 / (2 * 15 * math.log(100)))
    assert dense_capacity(400, 10**5) == math.inf
    for rule in ("hebbian", "storkey", "pseudo_inverse"):
        assert capacity(rule, 1) == 1
    assert dense_capacity(3, 1) == 1
