"""What a deep Boltzmann machine computes, against definitions and enumeration in NumPy."""

import numpy as np
import pytest

from _helpers import close
from _machines import (
    all_states,
    energy,
    log_partition,
    log_probability,
    logistic,
    make_machine,
    mean_fields,
    sweep,
)
from skneural.estimators.deep_boltzmann.annealing import (
    annealed_log_partition,
    exact_log_partition,
)
from skneural.estimators.deep_boltzmann.machine import Machine

UNITS = [(5, 4), (4, 3, 3), (3, 2, 3, 2), (17, 9, 20)]
EACH = pytest.mark.parametrize("units", UNITS, ids=str)
SMALL = pytest.mark.parametrize("units", UNITS[:3], ids=str)


def make_rows(units, n=5):
    return np.float64(np.random.RandomState(3).uniform(size=(n, units[0])) < 0.5)


@EACH
@pytest.mark.parametrize(("most", "tol"), [(1, 0.0), (4, 0.0), (50, 1e-3)])
def test_posteriors_are_those_of_the_mean_field_equations(units, most, tol):
    coefs, intercepts = make_machine(units)
    X = make_rows(units)
    found, _ = Machine(coefs, intercepts).posteriors(X, most, tol, 1)
    for number, x in enumerate(X):
        expected = mean_fields(x, coefs, intercepts, most, tol)[1:]
        for means, known in zip(found, expected, strict=True):
            close(means[number], known, 1e-12)


@EACH
def test_bound_is_mean_energy_and_entropy(units):
    coefs, intercepts = make_machine(units)
    X = make_rows(units)
    means, bounds = Machine(coefs, intercepts).posteriors(X, 30, 0.0, 1)
    for number, x in enumerate(X):
        q = [layer[number] for layer in means]
        entropy = -sum((p * np.log(p) + (1 - p) * np.log1p(-p)).sum() for p in q)
        assert bounds[number] == pytest.approx(entropy - energy([x, *q], coefs, intercepts))


@SMALL
def test_bound_is_below_the_exact_log_probability(units):
    coefs, intercepts = make_machine(units)
    X = make_rows(units)
    _, bounds = Machine(coefs, intercepts).posteriors(X, 50, 1e-8, 1)
    for x, bound in zip(X, bounds - log_partition(coefs, intercepts), strict=True):
        exact = log_probability(x, coefs, intercepts)
        assert bound <= exact + 1e-9
        if len(units) == 2:  # the posterior factorizes
            assert bound == pytest.approx(exact)


@SMALL
def test_the_listed_partition_function_is_the_sum_over_all_states(units):
    coefs, intercepts = make_machine(units)
    exact = exact_log_partition(coefs, intercepts, "")
    assert exact == pytest.approx(log_partition(coefs, intercepts), abs=1e-9)


@pytest.mark.needs_jit(reason="a thousand steps")
@pytest.mark.parametrize("units", [(30, 20), (12, 20, 8), (10, 8, 10, 12)], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_annealing_finds_the_partition_function(units, dtype):
    coefs, intercepts = make_machine(units)
    exact = exact_log_partition(coefs, intercepts, "")
    bases = [intercepts[0].astype(dtype), *(np.zeros(n, dtype) for n in units[1:])]
    cast = [kernel.astype(dtype) for kernel in coefs], [b.astype(dtype) for b in intercepts]
    machine, random = Machine(*cast, bases), np.random.RandomState(0)
    found, error = annealed_log_partition(machine, bases, 100, 1000, random, 1)
    assert abs(found - exact) < 0.1
    assert abs(found - exact) < 4 * error


def test_annealing_from_the_machine_itself_is_exact():
    _, intercepts = make_machine((6, 5))
    machine = Machine([np.zeros((6, 5))], intercepts, intercepts)
    found, error = annealed_log_partition(machine, intercepts, 5, 3, np.random.RandomState(0), 1)
    assert found == pytest.approx(sum(np.log1p(np.exp(b)).sum() for b in intercepts))
    assert error == 0


@EACH
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_sampling_is_that_of_numpy(units, n_jobs):
    coefs, intercepts = make_machine(units)
    random = np.random.RandomState(1)
    first = [np.float64(random.uniform(size=(20, n)) < 0.5) for n in units]
    rows = Machine(coefs, intercepts).samples(first, 3, 7, n_jobs)
    states = list(first)
    for number in range(3):
        means, states = sweep(states, coefs, intercepts, 7, 0, number * len(units))
    for layer, known in enumerate(states):
        np.testing.assert_array_equal(rows.states_of(layer), known)
        close(rows.means_of(layer), means[layer], 1e-12)


@pytest.mark.needs_jit(reason="thousands of rows")
def test_sampling_has_the_distribution_of_the_machine():
    units = (3, 2, 2)
    coefs, intercepts = make_machine(units, scale=1.0)
    first = [np.zeros((20000, n)) for n in units]
    drawn = Machine(coefs, intercepts).samples(first, 40, 0, None)
    found = np.concatenate([drawn.states_of(layer) for layer in range(3)], axis=1)
    states = list(all_states(units))
    weights = np.exp([-energy(each, coefs, intercepts) for each in states])
    expected = weights / weights.sum()
    codes = found @ (2 ** np.arange(sum(units)))[::-1]
    shares = np.bincount(codes.astype(int), minlength=len(states)) / len(found)
    assert np.abs(shares - expected).max() < 0.01


def test_rows_do_not_depend_on_others():
    coefs, intercepts = make_machine((17, 9, 20))
    cast = [k.astype(np.float32) for k in coefs], [b.astype(np.float32) for b in intercepts]
    X = make_rows((17,), 200).astype(np.float32)
    machine = Machine(*cast)
    whole, bounds = machine.posteriors(X, 20, 1e-3, 2)
    for part in (slice(0, 1), slice(63, 70), slice(150, 200)):
        some, some_bounds = machine.posteriors(X[part], 20, 1e-3, 1)
        np.testing.assert_array_equal(bounds[part], some_bounds)
        for one, other in zip(whole, some, strict=True):
            np.testing.assert_array_equal(one[part], other)


def test_one_hidden_layer_has_the_posterior_of_a_restricted_machine():
    coefs, intercepts = make_machine((5, 4))
    X = make_rows((5,))
    (found,), _ = Machine(coefs, intercepts).posteriors(X, 1, 0.0, 1)
    close(found, logistic(X @ coefs[0] + intercepts[1]), 1e-12)
