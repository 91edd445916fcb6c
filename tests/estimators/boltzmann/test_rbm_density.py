"""What a restricted Boltzmann machine says of rows, and what it draws, beside definitions."""

import itertools

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit, logsumexp
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError
from sklearn.neural_network import BernoulliRBM as SklearnRBM
from sklearn.preprocessing import StandardScaler

from _helpers import close
from skneural import BernoulliRBM, GaussianRBM

X = load_digits().data / 16
SCALED = StandardScaler().fit_transform(load_digits().data)
N_HIDDEN, N_VISIBLE = 3, 5


def small(machine, rows=None, scale=1.5, dtype=np.float64):
    """A fitted machine of a few units, with given parameters."""
    random = np.random.RandomState(1)
    rows = random.uniform(size=(20, N_VISIBLE)) if rows is None else rows
    fitted = machine.set_params(n_components=N_HIDDEN, random_state=0, n_iter=1).fit(rows)
    fitted.components_ = scale * random.normal(size=(N_HIDDEN, N_VISIBLE)).astype(dtype)
    fitted.intercept_hidden_ = random.normal(size=N_HIDDEN).astype(dtype)
    fitted.intercept_visible_ = random.normal(size=N_VISIBLE).astype(dtype)
    return fitted


def states(n_units):
    return np.array([*itertools.product([0.0, 1.0], repeat=n_units)])


def energies(machine, v, h):
    """Of all pairs of states, shape (n_v, n_h)."""
    pairs = v @ machine.components_.T @ h.T
    return -(pairs + (v @ machine.intercept_visible_)[:, None] + h @ machine.intercept_hidden_)


def test_free_energy_and_likelihood_are_those_of_all_states():
    machine = small(BernoulliRBM())
    v, h = states(N_VISIBLE), states(N_HIDDEN)
    table = -energies(machine, v, h)
    close(machine.free_energy(v), -logsumexp(table, axis=1), 1e-12)
    value, error = machine.log_partition("exact")
    close(np.array(value), logsumexp(table), 1e-12)
    assert error == 0
    close(machine.log_likelihood(v), logsumexp(table, axis=1) - logsumexp(table), 1e-12)
    assert np.exp(machine.log_likelihood(v)).sum() == pytest.approx(1)


@pytest.mark.parametrize("rows", [states(N_VISIBLE), np.linspace(0, 1, 40).reshape(8, 5)])
def test_scores_are_pseudo_likelihoods(rows):
    """The expectation of scikit-learn's estimate by one feature."""
    machine = small(BernoulliRBM())
    total = np.zeros(len(rows))
    for i in range(N_VISIBLE):
        flipped = rows.copy()
        flipped[:, i] = 1 - flipped[:, i]
        total += np.log(expit(machine.free_energy(flipped) - machine.free_energy(rows)))
    close(machine.score_samples(rows), total, 1e-10)
    assert machine.score(rows) == pytest.approx(total.mean())


def test_energies_are_scikit_learns():
    machine = BernoulliRBM(20, n_iter=3, random_state=0).fit(X)
    theirs = SklearnRBM(20, n_iter=1, random_state=np.random.RandomState(0)).fit(X)
    for name in ("components_", "intercept_hidden_", "intercept_visible_"):
        setattr(theirs, name, getattr(machine, name))
    close(machine.free_energy(X), theirs._free_energy(X), 1e-10)
    close(machine.transform(X), theirs.transform(X), 1e-10)
    guesses = np.mean([theirs.score_samples(X).mean() for _ in range(30)])
    assert machine.score(X) == pytest.approx(guesses, abs=0.3)


def test_pass_estimates_the_score():
    machine = BernoulliRBM(20, n_iter=8, random_state=0).fit(X)
    assert machine.pseudo_likelihood_curve_[-1] == pytest.approx(machine.score(X), abs=1.5)
    back = machine.inverse_transform(machine.transform(X[:1000]))
    assert machine.loss_ == pytest.approx(np.square(X[:1000] - back).mean(), rel=0.1)
    assert machine.reconstruction_error_curve_ == machine.loss_curve_


@pytest.mark.parametrize("n_hidden", [3, 20])
def test_annealing_finds_the_partition_function(n_hidden):
    """Within a tenth of a nat, and as near as the standard error says."""
    machine = BernoulliRBM(n_hidden, n_iter=20, random_state=0).fit(X)
    exact, _ = machine.log_partition("exact")
    for seed in range(3):
        value, error = machine.log_partition(n_steps=3000, random_state=seed)
        assert abs(value - exact) < 0.1
        assert abs(value - exact) < 5 * error
        assert error < 0.05


def test_annealing_of_a_few_visible_units_sums_over_them():
    machine = BernoulliRBM(40, n_iter=20, random_state=0).fit(X[:, 20:30])
    exact, _ = machine.log_partition("exact")
    h = np.array(machine.free_energy(states(10)))
    assert exact == pytest.approx(logsumexp(-h))
    assert machine.log_partition(n_steps=2000, random_state=0)[0] == pytest.approx(exact, abs=0.1)


@pytest.mark.parametrize("variance", ["unit", "learned"])
def test_density_of_real_numbers(variance):
    machine = GaussianRBM(10, variance=variance, learning_rate=0.002, n_iter=20, random_state=0)
    machine.fit(SCALED)
    exact, _ = machine.log_partition("exact")
    assert machine.log_partition(n_steps=2000, random_state=0)[0] == pytest.approx(exact, abs=0.1)
    s, W, c, b = (machine.variance_, machine.components_, machine.intercept_visible_,
                  machine.intercept_hidden_)
    inputs = b + (SCALED / s) @ W.T
    close(machine.transform(SCALED), expit(inputs), 1e-10)
    energy = np.square(SCALED - c) @ (0.5 / s) - np.logaddexp(0, inputs).sum(axis=1)
    close(machine.free_energy(SCALED), energy, 1e-10)
    h = states(10)
    close(machine.inverse_transform(h), c + h @ W, 1e-10)
    means = c + h @ W  # a mixture of normal distributions
    logs = h @ b + ((np.square(means) - np.square(c)) / (2 * s)).sum(axis=1)
    close(np.array(exact), logsumexp(logs) + 0.5 * np.log(2 * np.pi * s).sum(), 1e-10)


def test_integral_of_the_density_is_one():
    machine = small(GaussianRBM(variance="learned", learning_rate=1e-4), X[:50, 20:25])
    machine.components_ *= 0.3
    grids = np.meshgrid(np.linspace(-12, 14, 25000))
    one = GaussianRBM(2, n_iter=1, random_state=0).fit(X[:50, 20:21])
    one.components_ = np.array([[1.3], [-0.7]])
    v = grids[0][:, None]
    density = np.exp(one.log_likelihood(v))
    assert density.sum() * (v[1, 0] - v[0, 0]) == pytest.approx(1)


@pytest.mark.parametrize("kind", [BernoulliRBM, GaussianRBM])
def test_states_have_the_moments_of_the_machine(kind):
    machine = small(kind(), scale=0.7)
    drawn = machine.sample(20000, random_state=0, n_gibbs_steps=200)
    h = states(N_HIDDEN)
    inputs = machine.intercept_visible_ + h @ machine.components_
    if kind is BernoulliRBM:
        assert set(np.unique(drawn)) == {0, 1}
        logs, means = h @ machine.intercept_hidden_ + np.logaddexp(0, inputs).sum(axis=1), None
        means = expit(inputs)
    else:
        squares = np.square(inputs) - np.square(machine.intercept_visible_)
        logs, means = h @ machine.intercept_hidden_ + 0.5 * squares.sum(axis=1), inputs
    weights = np.exp(logs - logsumexp(logs))
    np.testing.assert_allclose(drawn.mean(axis=0), weights @ means, atol=0.03)
    moved = machine.gibbs(drawn, n_steps=5)
    np.testing.assert_allclose(moved.mean(axis=0), weights @ means, atol=0.03)
    assert moved.dtype == (bool if kind is BernoulliRBM else drawn.dtype)
    if kind is GaussianRBM:
        spread = weights @ np.square(means) - np.square(weights @ means) + 1
        np.testing.assert_allclose(drawn.var(axis=0), spread, rtol=0.05)


@pytest.mark.parametrize("kind", [BernoulliRBM, GaussianRBM])
def test_draws_depend_on_the_seed_alone(kind):
    machine = kind(8, n_iter=2, random_state=0, n_jobs=1).fit(X)
    drawn = machine.sample(9, random_state=1, n_gibbs_steps=20)
    annealed = machine.log_partition(n_steps=200, random_state=1)
    machine.set_params(n_jobs=2)
    np.testing.assert_array_equal(drawn, machine.sample(9, random_state=1, n_gibbs_steps=20))
    assert annealed == machine.log_partition(n_steps=200, random_state=1)
    assert (drawn != machine.sample(9, random_state=2, n_gibbs_steps=20)).any()
    again = kind(8, n_iter=2, random_state=0).fit(sparse.csr_array(X))
    np.testing.assert_array_equal(machine.gibbs(X), again.gibbs(sparse.csr_array(X)))
    assert (machine.gibbs(X) != machine.gibbs(X)).any()


def test_a_row_does_not_depend_on_those_beside_it():
    machine = BernoulliRBM(33, n_iter=2, random_state=0).fit(X.astype(np.float32))
    for method in (machine.transform, machine.score_samples, machine.free_energy):
        alone = np.concatenate([method(X[n : n + 1]) for n in range(7)])
        np.testing.assert_array_equal(alone, method(X)[:7])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda machine: machine.sample(0), "n_samples=0"),
        (lambda machine: machine.sample(2.5), "n_samples=2.5"),
        (lambda machine: machine.sample(n_gibbs_steps=0), "n_gibbs_steps=0"),
        (lambda machine: machine.gibbs(X, n_steps=True), "n_steps=True"),
        (lambda machine: machine.log_partition("bridge"), "neither 'ais' nor 'exact'"),
        (lambda machine: machine.log_partition("exact"), "at most 25; use method='ais'"),
        (lambda machine: machine.inverse_transform(X[:, :5]), "5 columns, .* 30 hidden units"),
    ],
)
def test_wrong_arguments_are_named(call, words):
    machine = BernoulliRBM(30, n_iter=1, random_state=0).fit(X)
    with pytest.raises(ValueError, match=f"BernoulliRBM: .*{words}"):
        call(machine)


@pytest.mark.parametrize("method", ["sample", "log_partition"])
def test_nothing_is_drawn_before_the_fit(method):
    with pytest.raises(NotFittedError):
        getattr(BernoulliRBM(), method)()


def test_a_partition_function_is_one_number():
    machine = BernoulliRBM(3, n_iter=1, random_state=0).fit(np.eye(4))
    with pytest.raises(TypeError, match="BernoulliRBM: log_partition=.* the first of the two"):
        machine.log_likelihood(np.eye(4)[:2], machine.log_partition("exact"))
