"""Training in phases: several objectives and optimizers in one compiled epoch."""

import numpy as np
import pytest

from skneural.layers import BatchNorm, Conv2D, Dense, Flatten
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.network.objectives import Backpropagation
from skneural.network.parameters import Parameters
from skneural.network.phased import PhasedTraining
from skneural.network.updates import Update
from skneural.optimizers import SGD, Adam

N, WIDTH = 40, 16
DENSE = [Dense(7, "tanh"), Dense(6, "tanh"), Dense(2)]
WIDE = [Dense(300, "tanh"), Dense(300, "tanh"), Dense(2)]
IMAGES = [Conv2D(16, 3, "tanh", padding="same"), Conv2D(16, 3, padding="same"), Flatten(), Dense(2)]


def data(shape=(WIDTH,), seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(N, int(np.prod(shape)))).astype(np.float32)
    return X, random.normal(size=(N, 2)).astype(np.float32)


def network_of(layers, shape, store=None, first=0):
    network = Network(layers, shape, SquaredError(), 2, np.float32, store=store, first=first)
    if store is None:
        network.initialize(np.random.RandomState(1))
    return network


def train(updates, n_epochs=3, rates=0.01, n_jobs=1):
    with PhasedTraining(updates, N, 16, n_jobs, seed=4) as training:
        rates = np.multiply.outer(rates, np.ones(training.n_batches))
        return [training.run_epoch(None, rates) for _ in range(n_epochs)]


@pytest.mark.parametrize("limits", [(None, None), (0.05, None), (None, 0.05), (0.05, 0.02)])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_networks_beside_one_another_train_as_if_alone(limits, n_jobs):
    X, y = data()
    layers = [[Dense(5, "tanh"), Dense(2)], [Dense(4, "relu"), BatchNorm(), Dense(2)]]
    used = []
    for network in (network_of(each, (WIDTH,)) for each in layers):
        pairs = zip(network.layers, network.shapes[:-1], strict=True)
        used += [layer.variables(shape) for layer, shape in pairs]
    store = Parameters(used, np.float32)
    both = [network_of(layers[0], (WIDTH,), store), network_of(layers[1], (WIDTH,), store, 2)]
    optimizers, rates, alphas = [Adam(), SGD(momentum=0.5)], [0.01, 0.1], [0.1, 0.0]
    updates, alone, losses = [], [], np.zeros(3)
    for place, network in enumerate(both):
        network.initialize(np.random.RandomState(1))
        numbers = range(network.first, network.first + len(network.layers))
        updates.append(Update(
            Backpropagation(network, X, y), store, optimizers[place], alphas[place],
            max_grad_norm=limits[place], layers=numbers,
        ))
        single = network_of(layers[place], (WIDTH,))
        update = Update(Backpropagation(single, X, y), single.store, optimizers[place],
                        alphas[place], max_grad_norm=limits[place])
        losses += train([update], rates=rates[place])
        alone.append(single)
    together = train(updates, rates=rates, n_jobs=n_jobs)
    np.testing.assert_allclose(together, losses, rtol=1e-12)
    for one, other in zip(both, alone, strict=True):
        for values, known in zip(one.variables, other.variables, strict=True):
            for name, array in values.items():
                np.testing.assert_array_equal(array, known[name])


@pytest.mark.parametrize(("layers", "shape"), [(DENSE, (WIDTH,)), (WIDE, (WIDTH,)),
                                               (IMAGES, (4, 4, 16))], ids=["dense", "wide", "conv"])
def test_a_phase_sees_what_the_one_before_has_updated(layers, shape):
    """Copies of weights too, transposed or flipped, that each phase has of its own."""
    X, y = data(shape)
    parts = [range(1, len(layers)), range(1)]

    def updates_of(network):
        return [
            Update(Backpropagation(network, X, y), network.store, Adam(), layers=numbers)
            for numbers in parts
        ]

    network, turns = network_of(layers, shape), network_of(layers, shape)
    train(updates_of(network))
    trainings = [PhasedTraining([update], N, 16, 1, seed=4) for update in updates_of(turns)]
    for _ in range(3):
        for begin in range(0, N, 16):
            for training in trainings:
                training._among = np.arange(begin, min(N, begin + 16))
                training.n_samples = len(training._among)
                training.run_epoch(None, np.full(1, 0.01))
    for training in trainings:
        training.close()
    np.testing.assert_array_equal(network.parameters, turns.parameters)


def test_layers_that_are_not_trained_stay():
    network = network_of(DENSE, (WIDTH,))
    before = [{k: v.copy() for k, v in variables.items()} for variables in network.variables]
    train([Update(Backpropagation(network, *data()), network.store, Adam(), layers=[1])])
    for number, (known, values) in enumerate(zip(before, network.variables, strict=True)):
        for name, array in values.items():
            assert np.array_equal(array, known[name]) == (number != 1)


def test_a_phase_without_an_optimizer_cannot_be_run():
    network = network_of(DENSE, (WIDTH,))
    with pytest.raises(ValueError, match="no optimizer"):
        train([Update(Backpropagation(network, *data()), network.store, None)])


def test_updates_of_different_parameters_are_refused():
    X, y = data()
    updates = []
    for _ in range(2):
        network = network_of(DENSE, (WIDTH,))
        updates.append(Update(Backpropagation(network, X, y), network.store, Adam()))
    with pytest.raises(ValueError, match="must be of the same Parameters"):
        PhasedTraining(updates, N, 16)
