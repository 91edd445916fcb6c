"""Recall and energies: NumPy twins of each kind of units, and bits that nothing else changes."""

import math
from fractions import Fraction

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skneural import HopfieldNetwork

pytestmark = [
    pytest.mark.filterwarnings("ignore:HopfieldNetwork:UserWarning"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
RANDOM = np.random.RandomState(0)
PATTERNS = RANDOM.choice([-1.0, 1.0], (7, 40))
STATES = RANDOM.choice([-1.0, 1.0], (25, 40))
KINDS = {
    "hebbian": {},
    "storkey": {"rule": "storkey"},
    "pseudo_inverse": {"rule": "pseudo_inverse"},
    "cubic": {"interaction": "polynomial"},
    "quartic": {"interaction": "polynomial", "degree": 4},
    "exponential": {"interaction": "binary_exponential"},
    "warm": {"interaction": "binary_exponential", "beta": 0.1},
}
each = pytest.mark.parametrize("kind", KINDS)
updates = pytest.mark.parametrize("update", ["asynchronous", "synchronous"])


def fitted(kind, **parameters):
    return HopfieldNetwork(**KINDS[kind], random_state=3, **parameters).fit(PATTERNS)


def drives(network, state, unit):
    """What the definition compares with 0: the unit's field, or Krotov and Hopfield's (3)."""
    if network.interaction == "quadratic":
        return network._sums[unit].astype(np.float64) @ state
    on, off = state.copy(), state.copy()
    on[unit], off[unit] = 1, -1
    overlaps = np.r_[PATTERNS @ on, PATTERNS @ off]
    if network.interaction == "binary_exponential":  # Demircigil et al. 2017, in exact numbers
        base = Fraction(math.exp(network.beta))
        powers = [base ** int(x) for x in overlaps]
    else:
        powers = [int(x) ** network.degree for x in overlaps]
    return sum(powers[: len(PATTERNS)]) - sum(powers[len(PATTERNS) :])


def updated(state, drive):
    return state if drive == 0 else np.sign(float(drive))


def in_turn(network, state):
    """Asynchronous recall as it is defined; the orders are those of the network's seed."""
    state, random = state.copy(), np.random.RandomState(network._seed)
    for _ in range(network.max_iter):
        before = state.copy()
        for unit in random.permutation(len(state)):
            state[unit] = updated(state[unit], drives(network, state, unit))
        if (state == before).all():
            break
    return state


def at_once(network, state):
    """Synchronous recall as it is defined, until at rest or back where it was."""
    before = None
    for _ in range(network.max_iter):
        after = np.array([
            updated(s, drives(network, state, unit)) for unit, s in enumerate(state)
        ])
        if (after == state).all() or (before is not None and (after == before).all()):
            break
        before, state = state, after
    return state


@each
@updates
def test_states_are_those_of_the_definition(kind, update):
    network = fitted(kind, update=update)
    twin = in_turn if update == "asynchronous" else at_once
    expected = [twin(network, state) for state in STATES]
    assert_array_equal(network.transform(STATES), expected)


@each
def test_orders_of_many_sweeps_are_drawn_in_turn(kind):
    network, states = fitted(kind), STATES
    for n_sweeps in (1, 2, 17, 40):
        network.set_params(max_iter=n_sweeps)
        expected = [in_turn(network, state) for state in states]
        assert_array_equal(network.transform(states), expected)


def test_energies_of_pairs():
    for kind in ("hebbian", "storkey", "pseudo_inverse"):
        network = fitted(kind)
        expected = [-0.5 * s @ network.weights_ @ s for s in STATES]
        assert_allclose(network.energy(STATES), expected, rtol=1e-12)
        assert_array_equal(network.score_samples(STATES), -network.energy(STATES))


def test_energies_of_powers():
    for kind, degree in (("cubic", 3), ("quartic", 4)):
        expected = [-40 * ((PATTERNS @ s / 40) ** degree).sum() for s in STATES]
        assert_allclose(fitted(kind).energy(STATES), expected, rtol=1e-12)


def test_energies_of_exponentials():
    for kind, beta in (("exponential", 1.0), ("warm", 0.1)):
        expected = [-np.log(np.exp(beta * (PATTERNS @ s)).sum()) / beta for s in STATES]
        assert_allclose(fitted(kind).energy(STATES), expected, rtol=1e-12)


def test_square_powers_are_hebbian():
    square = HopfieldNetwork(interaction="polynomial", degree=2, random_state=3).fit(PATTERNS)
    hebbian = fitted("hebbian")
    assert_array_equal(square.transform(STATES), hebbian.transform(STATES))
    assert_allclose(square.energy(STATES), 2 * hebbian.energy(STATES) - 7, rtol=1e-12)


@each
def test_asynchronous_sweeps_never_raise_the_energy(kind):
    network = fitted(kind)
    energies = [network.energy(STATES)]
    for n_sweeps in range(1, 8):
        states = network.set_params(max_iter=n_sweeps).transform(STATES)
        energies.append(network.energy(states))
    assert (np.diff(energies, axis=0) <= 1e-12).all()
    assert (energies[1] < energies[0]).any()


def test_attention_is_that_of_the_paper():
    random = np.random.RandomState(5)
    X, states = random.normal(size=(12, 9)), random.normal(size=(30, 9))
    network = HopfieldNetwork(interaction="exponential", beta=1.5).fit(X)
    for n_steps in (1, 2, 60):
        expected = states
        for _ in range(n_steps):
            exps = np.exp(1.5 * expected @ X.T)
            expected = exps / exps.sum(axis=1, keepdims=True) @ X
        found = network.set_params(max_iter=n_steps, tol=0).transform(states)
        assert_allclose(found, expected, atol=1e-9)
    exps = np.exp(1.5 * states @ X.T)
    expected = (
        -np.log(exps.sum(axis=1)) / 1.5 + 0.5 * (states**2).sum(axis=1) + np.log(12) / 1.5
        + 0.5 * (X**2).sum(axis=1).max()
    )
    assert_allclose(network.energy(states), expected, rtol=1e-12)
    assert (network.energy(states) >= 0).all()


def test_attention_rests_within_the_tolerance():
    random = np.random.RandomState(5)
    X, states = random.normal(size=(12, 9)), random.normal(size=(30, 9))
    network = HopfieldNetwork(interaction="exponential", beta=2.0, tol=1e-3, max_iter=5000).fit(X)
    rested = network.transform(states)
    again = network.set_params(max_iter=1).transform(rested)
    assert np.abs(again - rested).max() <= 1e-3
    labels = network.set_params(max_iter=5000).predict(states)
    exps = np.exp(2.0 * rested @ X.T)
    shares = exps / exps.sum(axis=1, keepdims=True)
    clear = np.abs(shares.max(axis=1) - 0.5) > 0.05
    expected = np.where(shares.max(axis=1) > 0.5, shares.argmax(axis=1), -1)
    assert_array_equal(labels[clear], expected[clear])
    assert len(set(labels)) > 2


@updates
def test_rows_and_threads_do_not_change_each_other(update):
    random = np.random.RandomState(2)
    for kind in [*KINDS.values(), {"interaction": "exponential"}]:
        X = random.choice([-1.0, 1.0], (30, 120))
        network = HopfieldNetwork(**kind, update=update, random_state=0).fit(X)
        states = random.normal(size=(67, 120))
        together, energy = network.transform(states), network.energy(states)
        for n_jobs in (1, 2, 5):
            network.set_params(n_jobs=n_jobs)
            assert_array_equal(network.transform(states), together)
        alone = np.concatenate([network.transform(states[i : i + 1]) for i in range(67)])
        assert_array_equal(alone, together)
        assert_array_equal(network.transform(states[::-1])[::-1], together)
        energies = [network.energy(states[i : i + 1])[0] for i in range(67)]
        assert_array_equal(energies, energy)


def test_blocks_do_not_change_rows(monkeypatch):
    import skneural.estimators.hopfield.sweeps as sweeps

    for kind in [*KINDS.values(), {"interaction": "exponential"}]:
        network = HopfieldNetwork(**kind, random_state=0).fit(PATTERNS)
        whole = network.transform(STATES), network.predict(STATES), network.energy(STATES)
        monkeypatch.setattr(sweeps, "_NUMBERS", 8)
        parts = network.transform(STATES), network.predict(STATES), network.energy(STATES)
        monkeypatch.undo()
        for one, other in zip(whole, parts, strict=True):
            assert_array_equal(one, other)
