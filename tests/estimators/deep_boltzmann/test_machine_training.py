"""How a deep Boltzmann machine learns, against the same steps in NumPy."""

import numpy as np
import pytest

from _helpers import close
from _machines import logistic, make_machine, mean_fields, sweep
from skneural.estimators.deep_boltzmann.contrast import Contrast, parameters_of
from skneural.network.phased import PhasedTraining
from skneural.network.updates import Update
from skneural.optimizers import SGD

N, BATCH, PARTICLES, SWEEPS, MOST, SEED, RATE, DECAY = 22, 8, 5, 2, 6, 3, 0.5, 0.1


def make_rows(units):
    return np.random.RandomState(3).uniform(size=(N, units[0]))


def first_states(units):
    random = np.random.RandomState(4)
    return [np.float64(random.uniform(size=(PARTICLES, n)) < 0.5) for n in units]


def train(units, n_jobs=1, n_epochs=2):
    coefs, intercepts = make_machine(units)
    store = parameters_of(units, np.float64)
    own = [store.variables[-1]["bias"], *(each["bias"] for each in store.variables[:-1])]
    kernels = [each["kernel"] for each in store.variables[:-1]]
    for values, first in zip([*kernels, *own], [*coefs, *intercepts], strict=True):
        values[...] = first
    objective = Contrast(store, make_rows(units), SWEEPS, PARTICLES, MOST, 1e-3)
    update = Update(objective, store, SGD(0.5, nesterov=False), weight_decay=DECAY)
    with PhasedTraining([update], N, BATCH, n_jobs, SEED) as training:
        for layer, states in enumerate(first_states(units)):
            objective.particles.states_of(layer)[...] = states
        losses = [
            training.run_epoch(None, np.full(training.n_batches, RATE)) for _ in range(n_epochs)
        ]
    states = [objective.particles.states_of(layer).copy() for layer in range(len(units))]
    return kernels, own, states, losses


def twin(units, n_epochs=2):
    """The same in NumPy, with the same random numbers."""
    (coefs, intercepts), X, states = make_machine(units), make_rows(units), first_states(units)
    velocity = [np.zeros_like(values) for values in (*coefs, *intercepts)]
    errors = []
    for step, begin in enumerate([*range(0, N, BATCH)] * n_epochs):
        v = X[begin : begin + BATCH]
        rows = [mean_fields(x, coefs, intercepts, MOST, 1e-3) for x in v]
        data = [np.array(layer) for layer in zip(*rows, strict=True)]
        errors.append(((logistic(data[1] @ coefs[0].T + intercepts[0]) - v) ** 2).mean(axis=1))
        for number in range(SWEEPS):
            means, states = sweep(states, coefs, intercepts, SEED, step, number * len(units))
        model = [(means if layer % 2 else states)[layer] for layer in range(len(units))]
        slopes = [
            d.T @ d_up / len(v) - m.T @ m_up / PARTICLES
            for d, d_up, m, m_up in zip(data, data[1:], model, model[1:], strict=False)
        ]
        slopes += [d.mean(axis=0) - m.mean(axis=0) for d, m in zip(data, model, strict=True)]
        for place, (values, slope) in enumerate(zip([*coefs, *intercepts], slopes, strict=True)):
            velocity[place] = 0.5 * velocity[place] + RATE * slope
            shrunk = values * (1 - RATE * DECAY) if place < len(coefs) else values
            values[...] = shrunk + velocity[place]
    per_epoch = np.split(np.concatenate(errors), n_epochs)
    return coefs, intercepts, states, [errors.mean() for errors in per_epoch]


@pytest.mark.parametrize("units", [(5, 4), (6, 4, 3), (19, 3, 17, 2)], ids=str)
def test_training_is_that_of_numpy_for_any_number_of_threads(units):
    found, other, expected = train(units), train(units, n_jobs=2), twin(units)
    for values, same, known in zip(found[:3], other[:3], expected[:3], strict=True):
        for one, two, three in zip(values, same, known, strict=True):
            close(one, three, 1e-9)
            np.testing.assert_array_equal(one, two)
    close(np.array(found[3]), np.array(expected[3]), 1e-9)
    assert found[3] == other[3]
