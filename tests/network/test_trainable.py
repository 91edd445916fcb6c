"""Layers that are not trainable: their variables stay, and everything else is as it would be."""

import numpy as np
import pytest

from _helpers import close, randomize
from skneural.layers import Activation, BatchNorm, Dense, LayerNorm
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import Adam

N_ROWS, WIDTH, N_OUTPUTS = 12, 5, 3
KINDS = {
    "dense": lambda trainable: Dense(6, "tanh", trainable=trainable),
    "batch": lambda trainable: BatchNorm(trainable=trainable),
    "layer": lambda trainable: LayerNorm(trainable=trainable),
}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
EACH_PLACE = pytest.mark.parametrize("frozen", [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]])


def network_of(kind, frozen):
    layers = [KINDS[kind](number not in frozen) for number in range(3)]
    layers.insert(1, Activation("tanh"))
    network = Network([*layers, Dense(N_OUTPUTS)], WIDTH, SquaredError(), N_OUTPUTS, np.float64)
    randomize(network, seed=1)
    return network


def data():
    random = np.random.default_rng(0)
    return random.normal(0, 1, (N_ROWS, WIDTH)), random.normal(0, 1, (N_ROWS, N_OUTPUTS))


@EACH_KIND
@EACH_PLACE
@pytest.mark.parametrize("max_grad_norm", [None, 0.1])
def test_variables_stay_to_the_bit_and_the_others_train(kind, frozen, max_grad_norm):
    network, (x, y) = network_of(kind, frozen), data()
    before = [
        {name: values.copy() for name, values in layer.items()} for layer in network.variables
    ]
    settings = {
        "batch_size": 5, "optimizer": Adam(), "alpha": 0.1, "weight_decay": 0.01, "n_jobs": 1,
        "max_grad_norm": max_grad_norm,
    }
    with network.training_session(x, y, **settings) as session:
        session.run_epoch(None, np.full(session.n_batches, 0.01))
    for layer, known, values in zip(network.layers, before, network.variables, strict=True):
        for name in values:
            stays = np.array_equal(values[name], known[name])
            assert stays == (not layer.trainable), (layer, name)


@pytest.mark.parametrize("kind", ["dense", "layer"])
@EACH_PLACE
def test_gradient_is_that_of_the_network_that_trains_all(kind, frozen):
    x, y = data()
    gradients = []
    for parts in (frozen, []):
        network = network_of(kind, parts)
        with network.training_session(x, y, batch_size=N_ROWS, n_jobs=1) as session:
            _, gradient = session.loss_and_gradient()
        gradients.append([
            {name: gradient[slot.offset :][: slot.values.size] for name, slot in slots.items()
             if slot.trained}
            for slots in map(network.slots, range(len(network.layers)))
        ])
    for number, (found, expected) in enumerate(zip(*gradients, strict=True)):
        assert bool(found) == network_of(kind, frozen).is_trained(number)
        for name, values in found.items():
            close(values, expected[name], 1e-12)


@EACH_KIND
def test_loss_and_gradient_agree_below_and_above_a_frozen_layer(kind):
    network, (x, y) = network_of(kind, [1]), data()
    with network.training_session(
        x, y, np.linspace(0.5, 2, N_ROWS), batch_size=N_ROWS, alpha=0.1, n_jobs=1
    ) as session:
        _, gradient = session.loss_and_gradient()
        trained = network.parameters[: network.n_trained]
        for place in range(0, network.n_trained, 3):
            value, losses = trained[place], []
            for step in (1e-6, -1e-6):
                trained[place] = value + step
                losses.append(session.loss_and_gradient()[0])
            trained[place] = value
            close(gradient[place], (losses[0] - losses[1]) / 2e-6)


def test_frozen_batch_norm_uses_its_running_statistics_in_training():
    network, (x, _) = network_of("batch", [0, 1, 2]), data()
    assert network.n_trained == 16 * 2 and network.n_weights == 16
    y = network.predict(x)
    with network.training_session(x, y, batch_size=N_ROWS, n_jobs=1) as session:
        assert session.loss_and_gradient()[0] == pytest.approx(0, abs=1e-28)


def test_a_network_without_trained_variables_has_a_loss():
    network = Network([Dense(N_OUTPUTS, trainable=False)], WIDTH, SquaredError(), N_OUTPUTS, "f8")
    randomize(network, seed=1)
    x, y = data()
    before = network.parameters.copy()
    with network.training_session(x, y, batch_size=5, optimizer=Adam(), n_jobs=1) as session:
        assert session.run_epoch(None, np.full(session.n_batches, 0.01)) > 0
    np.testing.assert_array_equal(network.parameters, before)
