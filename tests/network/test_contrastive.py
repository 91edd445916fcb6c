"""Contrastive divergence in a plan, beside the same in NumPy."""

import numpy as np
import pytest
from scipy.special import expit

from _helpers import close
from skneural.engine.random import positive_uniform, row_key
from skneural.estimators.boltzmann.machines import new_machine
from skneural.network.boltzmann import Machine, variables_of_machine
from skneural.network.contrastive import ContrastiveDivergence, SparsityTarget, new_chains
from skneural.network.parameters import Parameters
from skneural.network.phased import PhasedTraining
from skneural.network.updates import Update
from skneural.optimizers import SGD

N, VISIBLE, HIDDEN, BATCH, SEED, RATE, MOMENTUM, DECAY = 26, 7, 5, 8, 3, 0.5, 0.6, 0.01
EPOCHS = 3


def machine_and_rows(dtype=np.float64, **factors):
    random = np.random.RandomState(0)
    store = Parameters([variables_of_machine(VISIBLE, HIDDEN)], dtype)
    machine = Machine(store, **factors)
    machine.weights[...] = random.normal(size=(HIDDEN, VISIBLE))
    machine.visible_bias[...] = random.normal(size=VISIBLE)
    machine.hidden_bias[...] = random.normal(size=HIDDEN)
    return machine, random.uniform(size=(N, VISIBLE)).astype(dtype)


def trained(machine, X, chains, n_jobs=1, **how):
    objective = ContrastiveDivergence(machine, X, chains, **how)
    update = Update(objective, machine.store, SGD(MOMENTUM, nesterov=False), weight_decay=DECAY)
    with PhasedTraining([update], N, BATCH, n_jobs, SEED) as training:
        for _ in range(EPOCHS):
            training.run_epoch(None, np.full(training.n_batches, RATE))
    return machine


def draw(means, step, number):
    with np.errstate(over="ignore"):
        keys = [row_key(SEED, step, number, row) for row in range(len(means))]
        numbers = [[positive_uniform(key, j) for j in range(means.shape[1])] for key in keys]
    return (np.array(numbers) <= means).astype(float)


def twin(machine, X, chains, n_gibbs_steps=1, sample_visible=True, sparsity=None):
    W, c, b = (array.copy() for array in (
        machine.weights, machine.visible_bias, machine.hidden_bias
    ))
    up, down = machine.up_factor, machine.down_factor
    speeds = [np.zeros_like(array) for array in (W, c, b)]
    for step, begin in enumerate([*range(0, N, BATCH)] * EPOCHS):
        v = X[begin : begin + BATCH]
        n = len(v)
        means = expit(up * v @ W.T + b)
        h = draw(means, step, 0) if chains is None else chains[:n]
        for k in range(n_gibbs_steps):
            model = expit(down * h @ W + c)
            if sample_visible:
                model = draw(model, step, 2 * k + 1)
            again = expit(up * model @ W.T + b)
            if k < n_gibbs_steps - 1 or chains is not None:
                h = draw(again, step, 2 * k + 2)
        if chains is not None:
            chains[:n] = h
        slopes = -means
        if sparsity is not None:
            slopes += sparsity.weight * (sparsity.activities - sparsity.target)
            sparsity.activities[:] *= sparsity.decay
            sparsity.activities[:] += (1 - sparsity.decay) * means.mean(axis=0)
        gradients = (
            (slopes.T @ v + again.T @ model) / n,
            (model - v).mean(axis=0),
            (slopes + again).mean(axis=0),
        )
        for place, (values, gradient) in enumerate(zip((W, c, b), gradients, strict=True)):
            speeds[place] = MOMENTUM * speeds[place] - RATE * gradient
            values *= 1 - RATE * DECAY if place == 0 else 1
            values += speeds[place]
    return W, c, b


@pytest.mark.parametrize("persistent", [False, True])
@pytest.mark.parametrize(
    "how",
    [
        {}, {"n_gibbs_steps": 3}, {"sample_visible": False},
        {"n_gibbs_steps": 2, "sample_visible": False},
    ],
)
def test_parameters_are_those_of_numpy(persistent, how):
    machine, X = machine_and_rows()
    known = new_chains(BATCH, HIDDEN, np.float64) if persistent else None
    expected = twin(machine, X, known, **how)
    chains = new_chains(BATCH, HIDDEN, np.float64) if persistent else None
    trained(machine, X, chains, **how)
    found = machine.weights, machine.visible_bias, machine.hidden_bias
    for values, wanted in zip(found, expected, strict=True):
        close(values, wanted, 1e-10)
    if persistent:
        np.testing.assert_array_equal(chains, known)


def test_sparsity_and_doubled_inputs_are_those_of_numpy():
    results = []
    for function in (twin, trained):
        machine, X = machine_and_rows(up_factor=2.0, down_factor=1.5)
        sparsity = SparsityTarget(0.1, 0.5, np.full(HIDDEN, 0.1))
        found = function(machine, X, None, sparsity=sparsity)
        if function is trained:
            found = machine.weights, machine.visible_bias, machine.hidden_bias
        results.append([*found, sparsity.activities])
    for values, wanted in zip(*results, strict=True):
        close(values, wanted, 1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_any_number_of_threads_gives_the_same_bits(dtype):
    found = []
    for n_jobs in (1, 2, 3):
        machine, X = machine_and_rows(dtype)
        chains = new_chains(BATCH, HIDDEN, dtype)
        trained(machine, X, chains, n_jobs, n_gibbs_steps=2)
        found.append(np.concatenate([machine.store.vector, chains.ravel()]))
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def gaussian_machine(learned):
    variances = np.linspace(0.5, 2, VISIBLE) if learned else np.ones(VISIBLE)
    machine = new_machine(VISIBLE, HIDDEN, np.float64, variances, learned)
    source, _ = machine_and_rows()
    for name, values in source.store.variables[0].items():
        machine.store.variables[0][name][...] = 0.3 * values
    return machine, np.random.RandomState(1).normal(size=(N, VISIBLE))


@pytest.mark.parametrize("learned", [False, True])
def test_step_of_normal_units_is_that_of_numpy(learned):
    """Mean-field states, so that nothing but the hidden states of the chains is drawn."""
    machine, X = gaussian_machine(learned)
    W, c, b = (array.copy() for array in (
        machine.weights, machine.visible_bias, machine.hidden_bias
    ))
    s = machine.visible.variances.copy()
    objective = ContrastiveDivergence(machine, X, sample_visible=False)
    update = Update(objective, machine.store, SGD(0.0, nesterov=False))
    with PhasedTraining([update], N, N, 1, SEED) as training:
        training.run_epoch(None, np.full(1, RATE))
    h = expit(X / s @ W.T + b)
    model = draw(h, 0, 0) @ W + c
    again = expit(model / s @ W.T + b)
    close(machine.weights, W + RATE * (h.T @ (X / s) - again.T @ (model / s)) / N, 1e-10)
    close(machine.hidden_bias, b + RATE * (h - again).mean(axis=0), 1e-10)
    close(machine.visible_bias, c + RATE * ((X - model) / s).mean(axis=0), 1e-10)
    if not learned:
        np.testing.assert_array_equal(machine.visible.variances, 1)
        return

    def slopes(v, hidden):  # of the energy by the logarithms of the variances
        return (-np.square(v - c) / 2 + v * (hidden @ W)) / s

    gradient = (slopes(X, h) - slopes(model, again)).mean(axis=0)
    logs = np.log(s) - 0.1 * RATE * gradient
    close(machine.visible.variances, np.exp(logs), 1e-10)
    close(machine.visible.deviations, np.exp(logs / 2), 1e-10)


@pytest.mark.parametrize("learned", [False, True])
def test_slopes_are_those_of_the_free_energy(learned):
    """The positive phase of each variable is the derivative of the rows' free energy."""
    machine, X = gaussian_machine(learned)
    W, c, b = machine.weights, machine.visible_bias, machine.hidden_bias
    s = machine.visible.variances.copy()

    def energy(W, c, b, logs):
        v = np.exp(logs)
        inputs = X / v @ W.T + b
        return (np.square(X - c) / (2 * v)).sum(axis=1) - np.logaddexp(0, inputs).sum(axis=1)

    arguments = [W, c, b, np.log(s)]
    h = expit(X / s @ W.T + b)
    expected = [
        -h.T @ (X / s), -((X - c) / s).sum(axis=0), -h.sum(axis=0),
        ((-np.square(X - c) / 2 + X * (h @ W)) / s).sum(axis=0),
    ]
    for place, slope in enumerate(expected):
        moved = np.zeros_like(arguments[place])
        moved.flat[2] = 1e-5
        sides = []
        for sign in (1, -1):
            shifted = list(arguments)
            shifted[place] = shifted[place] + sign * moved
            sides.append(energy(*shifted).sum())
        assert slope.flat[2] == pytest.approx((sides[0] - sides[1]) / 2e-5, rel=1e-6)
