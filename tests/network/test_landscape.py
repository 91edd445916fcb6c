"""The loss around a network's parameters: directions, points and what is left as it was."""

import numpy as np
import pytest

from skneural.layers import Activation, BatchNorm, Conv2D, Dense, Dropout, GlobalAvgPool
from skneural.losses import LogLoss, SquaredError
from skneural.network.landscape import LossSurface
from skneural.network.network import Network

pytestmark = pytest.mark.needs_jit(reason="many evaluations")
RANDOM = np.random.RandomState


def network_of(layers, shape, n_outputs, dtype=np.float64, loss=None):
    network = Network(layers, shape, loss or SquaredError(), n_outputs, dtype)
    network.initialize(RANDOM(0))
    network.parameters[...] += 0.1 * RANDOM(1).normal(size=len(network.parameters))
    return network


def surface_of(network, n_rows=40, batch_statistics=False, **how):
    X = RANDOM(2).normal(size=(n_rows, network.n_features)).astype(network.dtype)
    y = RANDOM(3).normal(size=(n_rows, network.n_outputs)).astype(network.dtype)
    return LossSurface(network, X, y, batch_statistics=batch_statistics, **how), X, y


def with_norm():
    return network_of([Dense(6), BatchNorm(), Activation("tanh"), Dropout(0.5), Dense(2)], 3, 2)


def test_directions_have_the_norm_of_each_filter():
    network = network_of([Conv2D(4, 3), BatchNorm(), GlobalAvgPool(), Dense(2)], (5, 6, 3), 2)
    directions = surface_of(network)[0].directions(2, RANDOM(0))
    twin = network.twin()
    for direction in directions:
        twin.parameters[...] = direction
        for own, drawn in zip(network.variables, twin.variables, strict=True):
            for name, values in own.items():
                if name == "kernel":
                    axes = tuple(range(values.ndim - 1))
                    norms = [np.linalg.norm(v.reshape(-1, v.shape[-1]), axis=0)
                             for v in (values, drawn[name])]
                    assert len(axes) in (1, 3)
                    assert np.allclose(*norms, rtol=1e-12)
                else:
                    assert not drawn[name].any(), name
    assert not np.allclose(*directions)


def test_what_is_not_trained_has_no_direction():
    network = network_of([Dense(4, trainable=False), Dense(2)], 3, 2)
    twin = network.twin()
    twin.parameters[...] = surface_of(network)[0].directions(1, RANDOM(0))[0]
    assert not twin.variables[0]["kernel"].any()
    assert twin.variables[1]["kernel"].all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_are_those_of_a_network_with_the_weights_of_each_point(dtype):
    network = network_of([Dense(6, "tanh"), Dense(2)], 3, 2, dtype)
    surface, X, y = surface_of(network, n_rows=700)  # more than a batch
    directions = surface.directions(2, RANDOM(0))
    steps = [np.array([-1.0, 0.0, 0.5]), np.array([0.0, 2.0])]
    losses = surface.losses(directions, steps)
    twin = network.twin()
    for i, j in np.ndindex(3, 2):
        twin.parameters[...] = network.parameters + dtype(steps[0][i]) * directions[0]
        twin.parameters[...] += dtype(steps[1][j]) * directions[1]
        assert np.isclose(losses[i, j], twin.evaluate(X, y), rtol=1e-6)
    assert np.isclose(losses[1, 0], network.evaluate(X, y), rtol=1e-6)


def by_hand(network, X, y):
    """The loss with the statistics of all rows, dropout left out."""
    first, norm, last = (network.variables[place] for place in (0, 1, 4))
    z = X @ first["kernel"] + first["bias"]
    z = (z - z.mean(0)) / np.sqrt(z.var(0) + 1e-5) * norm["scale"] + norm["shift"]
    return 0.5 * np.mean((np.tanh(z) @ last["kernel"] + last["bias"] - y) ** 2)


def test_statistics_of_the_batch_at_each_point():
    network = with_norm()
    before = network.parameters.copy()
    surface, X, y = surface_of(network, batch_statistics=True)
    directions = surface.directions(1, RANDOM(0))
    losses = surface.losses(directions, [np.array([0.0, 0.7, 0.0])])
    assert np.array_equal(network.parameters, before), "the network was changed"
    assert losses[0] == losses[2], "a point depends on those before it"
    assert np.isclose(losses[0], by_hand(network, X, y), rtol=1e-10)
    network.parameters[...] += 0.7 * directions[0]
    assert np.isclose(losses[1], by_hand(network, X, y), rtol=1e-10)


def test_running_statistics_stay():
    network = with_norm()
    surface, X, y = surface_of(network)
    losses = surface.losses(surface.directions(1, RANDOM(0)), [np.zeros(1)])
    assert np.isclose(losses[0], network.evaluate(X, y))
    assert not np.isclose(losses[0], by_hand(network, X, y), rtol=1e-3)


@pytest.mark.parametrize("batch_statistics", [False, True])
def test_the_same_bits_with_any_number_of_threads(batch_statistics):
    network = network_of(
        [Conv2D(16, 3), BatchNorm(), Activation("relu"), Conv2D(16, 3), GlobalAvgPool(), Dense(3)],
        (14, 14, 2), 3, np.float32,
    )
    found = []
    for n_jobs in (1, 2):
        surface, *_ = surface_of(network, 600, batch_statistics, n_jobs=n_jobs)
        directions = surface.directions(1, RANDOM(0))
        found.append(surface.losses(directions, [np.linspace(-1, 1, 3)]))
    assert np.array_equal(*found)


def test_weights_of_rows():
    network = with_norm()
    X, y = RANDOM(2).normal(size=(30, 3)), RANDOM(3).normal(size=(30, 2))
    weight = RANDOM(4).randint(1, 4, size=30).astype(float)
    each = np.repeat(np.arange(30), weight.astype(int))
    steps = [np.array([0.0, 0.5])]
    weighted = LossSurface(network, X, y, weight, batch_statistics=True)
    repeated = LossSurface(network, X[each], y[each], batch_statistics=True)
    directions = weighted.directions(1, RANDOM(0))
    assert np.allclose(*(s.losses(directions, steps) for s in (weighted, repeated)), rtol=1e-10)


def test_overflow_is_infinite():
    network = network_of([Dense(6), Dense(6), Dense(2)], 3, 2, np.float32)
    surface, *_ = surface_of(network)
    losses = surface.losses(surface.directions(1, RANDOM(0)), [np.array([0.0, 1e30])])
    assert np.isfinite(losses[0])
    assert losses[1] == np.inf


def test_classes():
    loss = LogLoss().for_targets("multiclass")
    network = network_of([Dense(4, "relu"), Dense(3)], 5, 3, loss=loss)
    X, y = RANDOM(2).normal(size=(20, 5)), np.eye(3)[RANDOM(3).randint(3, size=20)]
    surface = LossSurface(network, X, y, batch_statistics=True)
    losses = surface.losses(surface.directions(2, RANDOM(0)), [np.zeros(1), np.zeros(1)])
    assert np.isclose(losses[0, 0], network.evaluate(X, y))
