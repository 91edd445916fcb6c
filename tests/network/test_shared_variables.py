"""Layers that share their variables: one gradient, one update, whatever the layers and threads."""

import numpy as np
import pytest
from scipy import sparse

from _helpers import close, randomize
from skneural.layers import (
    Activation,
    AvgPool,
    BatchNorm,
    ContractiveDense,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Dense,
    Flatten,
    LayerNorm,
    PReLU,
    TransposedDense,
)
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD, Adam, AdamW

N_ROWS, N_OUTPUTS = 7, 3
TANH, END = Activation("tanh"), [Flatten(), Dense(N_OUTPUTS)]


def times(n, layer, *between):
    """A layer so many times, others after each."""
    return [x for _ in range(n) for x in (layer, *between)]


DENSE, CONTRACTIVE = Dense(5, "tanh"), ContractiveDense(5, "tanh", 0.3)
WIDE = Dense(40)
CONV, DEPTHWISE = Conv2D(2, padding="same"), Conv2D(6, padding="same", groups=6)
TILES, LARGE = Conv2D(16, padding="same"), Conv2D(64, padding="same")
SERIES, LARGER = Conv1D(2, 3, padding="same"), Conv2DTranspose(2, 3, padding="same")
TO, BACK = Dense(4, "tanh"), TransposedDense(6)
TIED = [TO, BACK, TANH, TO, BACK]
CASES = {
    "dense twice": (times(2, DENSE), (5,)),
    "dense three times": (times(3, DENSE), (5,)),
    "dense of several blocks": (times(2, WIDE, TANH), (40,)),
    "contractive twice": (times(2, CONTRACTIVE), (5,)),
    "tied, both twice": (TIED, (6,)),
    "convolution twice": (times(2, CONV, TANH), (4, 3, 2)),
    "convolution three times": (times(3, CONV, TANH), (4, 3, 2)),
    "by tiles twice": (times(2, TILES, TANH), (6, 8, 16)),
    "by tiles three times": (times(3, TILES, TANH), (4, 4, 16)),
    "by tiles and directly": ([TILES, AvgPool(4), TANH, TILES], (4, 4, 16)),
    "by tiles and by places": ([LARGE, AvgPool(3), TANH, LARGE], (6, 6, 64)),
    "by places three times": (times(3, LARGE, TANH), (2, 2, 64)),
    "depthwise three times": (times(3, DEPTHWISE, TANH), (4, 3, 6)),
    "of series": (times(2, SERIES, TANH), (6, 2)),
    "transposed convolution": (times(3, LARGER, TANH), (4, 3, 2)),
    "batch normalisation": (times(3, BatchNorm(), Dense(5), TANH), (5,)),
    "layer normalisation": (times(3, LayerNorm(), Dense(5), TANH), (5,)),
    "slopes": (times(2, PReLU(), Dense(5)), (5,)),
}
EACH = pytest.mark.parametrize(("layers", "shape"), CASES.values(), ids=CASES)


def network_of(layers, shape, dtype=np.float64, seed=3):
    """A network in which a layer that stands in several places has the same variables in each."""
    layers, shared, shapes = [*layers, *END], {}, [shape]
    for number, layer in enumerate(layers):
        first = layers.index(layer)
        for variable in layer.variables(shapes[-1]):
            if first < number:
                shared[number, variable.name] = (first, variable.name)
        shapes.append(layer.output_shape(shapes[-1]))
    if layers[:5] == TIED:
        shared |= {(n, "kernel"): (0, "kernel") for n in (1, 4)}
    network = Network(layers, shape, SquaredError(), N_OUTPUTS, dtype, shared=shared)
    randomize(network, seed)
    return network


def data(shape, dtype=np.float64, n_rows=N_ROWS):
    random = np.random.default_rng(0)
    X = random.normal(0, 1, (n_rows, int(np.prod(shape)))).astype(dtype)
    return X, random.normal(0, 1, (n_rows, N_OUTPUTS)).astype(dtype)


def check_gradient(network, X, y, **settings):
    """The gradient against central differences, along directions and for some parameters."""
    random, trained = np.random.default_rng(1), network.parameters[: network.n_trained]
    with network.training_session(X, y, batch_size=len(y), alpha=0.2, **settings) as session:
        gradient = session.loss_and_gradient()[1].copy()
        kept = trained.copy()
        places = np.flatnonzero(gradient)
        directions = list(np.eye(len(kept), dtype=int)[random.permutation(places)[:12]])
        directions += [random.normal(0, 1, len(kept)) for _ in range(3)]
        for direction in directions:
            losses = []
            for step in (1e-6, -1e-6):
                trained[:] = kept + step * direction
                losses.append(session.loss_and_gradient()[0])
            trained[:] = kept
            found, expected = gradient @ direction, (losses[0] - losses[1]) / 2e-6
            assert abs(found - expected) < 1e-6 * max(1, abs(expected), np.abs(gradient).max())


@EACH
def test_gradient_is_the_central_difference(layers, shape):
    check_gradient(network_of(layers, shape), *data(shape), n_jobs=1)


def test_gradient_with_sparse_rows():
    X, y = data((5,))
    X[np.abs(X) < 0.5] = 0
    check_gradient(network_of(times(3, DENSE), (5,)), sparse.csr_matrix(X), y, n_jobs=1)


def train(network, X, y, epochs=3, rate=0.05, **settings):
    settings = {"batch_size": 4, "optimizer": Adam(), "n_jobs": 1, "seed": 2, **settings}
    with network.training_session(X, y, **settings) as session:
        return [session.run_epoch(None, np.full(session.n_batches, rate)) for _ in range(epochs)]


@EACH
@pytest.mark.parametrize("clipped", [None, 0.5])
def test_threads_leave_every_bit(layers, shape, clipped):
    X, y = data(shape, np.float32, 37)
    ends = []
    for n_jobs in (1, 2, 3):
        network = network_of(layers, shape, np.float32)
        losses = train(
            network, X, y, batch_size=20, n_jobs=n_jobs, max_grad_norm=clipped, alpha=0.1
        )
        ends.append((network.parameters.copy(), losses))
    for parameters, losses in ends[1:]:
        np.testing.assert_array_equal(parameters, ends[0][0])
        assert losses == ends[0][1]


@EACH
def test_first_step_of_adam_is_the_learning_rate(layers, shape):
    network = network_of(layers, shape)
    X, y = data(shape)
    with network.training_session(X, y, batch_size=N_ROWS, n_jobs=1) as session:
        gradient = session.loss_and_gradient()[1]
    before = network.parameters[: network.n_trained].copy()
    train(network, X, y, epochs=1, rate=0.01, batch_size=N_ROWS)
    step = network.parameters[: network.n_trained] - before
    moved = np.abs(gradient) > 1e-4
    close(step[moved], -0.01 * np.sign(gradient[moved]), 1e-2)
    np.testing.assert_array_equal(step[gradient == 0], 0)


@EACH
def test_update_is_by_the_whole_gradient(layers, shape):
    """With plain gradient descent: clipped, with decay, and the penalty counted once."""
    X, y = data(shape)
    network = network_of(layers, shape)
    with network.training_session(X, y, batch_size=N_ROWS, alpha=0.3, n_jobs=1) as session:
        loss, gradient = session.loss_and_gradient()
    start = network.parameters.copy()
    norm = float(np.linalg.norm(gradient))
    for limit, decay in [(None, 0.0), (0.5 * norm, 0.0), (2 * norm, 0.1)]:
        network.parameters[:] = start
        losses = train(
            network, X, y, 1, 1e-3, batch_size=N_ROWS, optimizer=SGD(momentum=0.0), alpha=0.3,
            max_grad_norm=limit, weight_decay=decay,
        )
        factor = 1.0 if limit is None else min(1.0, limit / norm)
        kept = np.ones(network.n_trained)
        kept[: network.n_weights] -= 1e-3 * decay
        expected = start[: network.n_trained] * kept - 1e-3 * factor * gradient
        close(network.parameters[: network.n_trained], expected, 1e-10)
        weights = start[: network.n_weights]
        penalty = 0.15 * float(weights @ weights) / N_ROWS
        outputs_loss = (loss - penalty) / N_OUTPUTS
        assert losses[0] == pytest.approx(outputs_loss + penalty, rel=1e-10)


def test_decay_of_adamw_counts_once():
    network = network_of(times(2, DENSE), (5,))
    X, y = data((5,))
    before = network.variables[0]["kernel"].copy()
    train(network, X, y, 1, 0.01, batch_size=N_ROWS, optimizer=AdamW(weight_decay=0.5))
    step = network.variables[0]["kernel"] - before * (1 - 0.01 * 0.5)
    close(np.abs(step), np.full_like(step, 0.01), 1e-3)


def test_parts_of_a_gradient_are_added_like_those_of_one_longer_batch():
    """A layer used on two halves of the features is one layer on twice the rows."""
    X, y = data((4,))
    network = network_of(times(2, Dense(4)), (4,))
    known = network.variables[0]["kernel"]
    with network.training_session(X, y, batch_size=N_ROWS, n_jobs=1) as session:
        gradient = session.loss_and_gradient()[1] * N_ROWS
    hidden = X @ known + network.variables[0]["bias"]
    after = hidden @ known + network.variables[0]["bias"]
    last = network.variables[3]
    error = (after @ last["kernel"] + last["bias"] - y) @ last["kernel"].T
    expected = hidden.T @ error + X.T @ (error @ known.T)
    close(gradient[:16].reshape(4, 4), expected, 1e-12)


def test_running_statistics_are_averaged_over_the_uses():
    """Each use of a batch counts as a batch: the average is over both kinds of inputs."""
    norm = BatchNorm(momentum=0.9)
    X, y = data((5,))
    network = network_of([norm, Dense(5), norm], (5,))
    scale, shift = (network.variables[0][name].copy() for name in ("scale", "shift"))
    kernel, bias = (network.variables[1][name].copy() for name in ("kernel", "bias"))
    train(network, X, y, epochs=1, rate=0.0, batch_size=N_ROWS)
    first = X.mean(axis=0)
    normalised = (X - first) / np.sqrt(X.var(axis=0) + 1e-5) * scale + shift
    second = (normalised @ kernel + bias).mean(axis=0)
    close(network.variables[0]["running_mean"], (first + second) / 2, 1e-12)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"'kernel' would have the shape \(4, 3\).*\(5, 4\)"):
        Network(
            [Dense(4), Dense(3)], 5, SquaredError(), 3, float,
            shared={(1, "kernel"): (0, "kernel")},
        )


def test_networks_share_parameters():
    layers, X = [Dense(4, "tanh"), Dense(3)], data((5,))[0]
    whole = network_of(layers, (5,))
    end = Network([*layers[1:], *END], 4, SquaredError(), 3, float, store=whole.store, first=1)
    hidden = whole.predict(X, raw=True, n_layers=1)
    close(end.predict(hidden), whole.predict(X), 1e-14)
    whole.parameters[:] *= 2
    close(end.predict(whole.predict(X, raw=True, n_layers=1)), whole.predict(X), 1e-14)
    assert end.variables[0]["kernel"] is whole.variables[1]["kernel"]
