"""Batch normalisation of sequences of unequal lengths: their own steps count, and nothing else."""

import numpy as np
import pytest

from _helpers import close, randomize
from skneural.data.sources import Sequences
from skneural.layers import BatchNorm, Conv1D, GlobalAvgPool
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

FEATURES, EPSILON = 3, 1e-5
LENGTHS = [4, 9, 1, 30, 5, 12, 7]
RANDOM = np.random.default_rng(3)
SERIES = [RANDOM.normal(2, 1.5, size=(length, FEATURES)) for length in LENGTHS]
TARGETS = RANDOM.normal(size=(len(LENGTHS), FEATURES))
WEIGHTS = [None, np.array([0.5, 2, 1, 0, 3, 1.5, 1])]


def network(*layers, length=30):
    model = Network(
        [*layers, GlobalAvgPool()], (length, FEATURES), SquaredError(), FEATURES, np.float64
    )
    randomize(model, seed=1)
    return model


def statistics(weights):
    """Mean, variance and the unbiased variance over all steps, each with its series' weight."""
    of_steps = np.repeat(np.ones(len(SERIES)) if weights is None else weights, LENGTHS)
    steps = np.concatenate(SERIES)
    mean = np.average(steps, axis=0, weights=of_steps)
    variance = np.average((steps - mean) ** 2, axis=0, weights=of_steps)
    count = max(of_steps.sum(), np.count_nonzero(of_steps))
    return mean, variance, variance * count / (count - 1)


def trained(model, rows, weights=None, epochs=0, batch_size=7, **how):
    optimizer = SGD() if epochs else None
    with model.training_session(
        rows, TARGETS, weights, batch_size=batch_size, optimizer=optimizer, **how
    ) as session:
        for _ in range(epochs):
            session.run_epoch(None, np.full(session.n_batches, 0.1))
        return session.loss_and_gradient() if not epochs else None


@pytest.mark.parametrize("weights", WEIGHTS, ids=["even", "weighted"])
def test_loss_and_gradient_are_those_of_numpy(weights):
    model = network(BatchNorm())
    loss, gradient = trained(model, Sequences(SERIES), weights, n_jobs=1)
    scale, shift = (model.variables[0][name] for name in ("scale", "shift"))
    mean, variance, _ = statistics(weights)
    means = np.array([((x - mean) / np.sqrt(variance + EPSILON)).mean(axis=0) for x in SERIES])
    each = np.ones(len(SERIES)) if weights is None else weights
    error = means * scale + shift - TARGETS
    assert loss == pytest.approx(np.average((error**2).sum(axis=1), weights=each) / 2)
    close(gradient[:FEATURES], np.average(error * means, axis=0, weights=each), 1e-12)
    begin = (shift.ctypes.data - model.parameters.ctypes.data) // 8
    close(gradient[begin : begin + FEATURES], np.average(error, axis=0, weights=each), 1e-12)


@pytest.mark.parametrize("weights", WEIGHTS, ids=["even", "weighted"])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_the_gradient_of_its_input_is_the_central_difference(weights, padding):
    model = network(Conv1D(FEATURES, 1 if padding == "valid" else 3, padding=padding), BatchNorm())
    parameters = model.parameters[: model.n_trained]
    with model.training_session(
        Sequences(SERIES), TARGETS, weights, batch_size=len(SERIES), n_jobs=1
    ) as session:
        gradient = session.loss_and_gradient()[1].copy()
        for place in range(len(parameters)):
            kept, values = parameters[place], []
            for step in (1e-6, -1e-6):
                parameters[place] = kept + step
                values.append(session.loss_and_gradient()[0])
            parameters[place] = kept
            assert (values[0] - values[1]) / 2e-6 == pytest.approx(gradient[place], abs=1e-7)


@pytest.mark.parametrize("weights", WEIGHTS, ids=["even", "weighted"])
def test_running_statistics_are_those_of_all_steps(weights):
    model = network(BatchNorm())
    trained(model, Sequences(SERIES), weights, epochs=1, n_jobs=1)
    mean, _, unbiased = statistics(weights)
    close(model.variables[0]["running_mean"], mean, 1e-12)
    close(model.variables[0]["running_variance"], unbiased, 1e-12)


def test_batches_count_by_their_steps():
    model = network(BatchNorm())
    trained(model, Sequences(SERIES), epochs=1, batch_size=4, n_jobs=1, even=False)
    close(model.variables[0]["running_mean"], np.concatenate(SERIES).mean(axis=0), 1e-12)


def test_sequences_of_one_length_are_as_an_array():
    rows, results = np.stack([np.resize(x, (6, FEATURES)) for x in SERIES]), []
    for X in (rows, Sequences(list(rows))):
        model = network(BatchNorm(), length=6)
        trained(model, X, epochs=3, batch_size=3, n_jobs=1)
        results.append(model.parameters.copy())
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize("n_jobs", [2, 3])
def test_the_same_bits_for_any_number_of_threads(n_jobs):
    results = []
    for threads in (1, n_jobs):
        model = network(Conv1D(FEATURES, 3, padding="same"), BatchNorm())
        trained(model, Sequences(SERIES), epochs=3, batch_size=4, n_jobs=threads)
        results.append(model.parameters.copy())
    np.testing.assert_array_equal(*results)
