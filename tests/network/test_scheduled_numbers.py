"""Weight decay and dropout that follow a schedule."""

import numpy as np
import pytest
from sklearn.base import clone

from _helpers import close, randomize
from skneural import MLPRegressor, NeuralNetRegressor
from skneural.layers import Dense, Dropout
from skneural.layers.noise.corruption import MaskingNoise
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD, AdamW
from skneural.schedules import Cosine, FlatCos, Progress, Scheduled

N_ROWS, WIDTH, UNITS, BATCH, N_EPOCHS = 12, 5, 3, 4, 4
RATES = np.array([0.02, 0.01, 0.03])


def data(dtype=np.float64):
    random = np.random.default_rng(0)
    X, y = random.normal(0, 1, (N_ROWS, WIDTH)), random.normal(0, 1, (N_ROWS, UNITS))
    return X.astype(dtype), y.astype(dtype)


def network_of(layers, dtype=np.float64):
    network = Network(layers, WIDTH, SquaredError(), UNITS, dtype)
    randomize(network, seed=1)
    return network


def test_weight_decay_of_each_update_is_the_schedules():
    X, y = data()
    network = network_of([Dense(UNITS)])
    kernel, bias = (network.variables[0][name].copy() for name in ("kernel", "bias"))
    with network.training_session(
        X, y, batch_size=BATCH, optimizer=SGD(momentum=0.0),
        weight_decay=Scheduled(0.5, Cosine()), n_jobs=1,
    ) as session:
        for epoch in range(N_EPOCHS):
            session.run_epoch(None, RATES, Progress(epoch, N_EPOCHS, 3))
    for update in range(3 * N_EPOCHS):
        rows, rate = slice(BATCH * (update % 3), BATCH * (update % 3 + 1)), RATES[update % 3]
        decay = 0.5 * (1 + np.cos(np.pi * update / (3 * N_EPOCHS))) / 2
        error = (X[rows] @ kernel + bias - y[rows]) / BATCH
        kernel = kernel * (1 - rate * decay) - rate * X[rows].T @ error
        bias = bias - rate * error.sum(axis=0)
    close(network.variables[0]["kernel"], kernel, 1e-12)
    close(network.variables[0]["bias"], bias, 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("layer", [Dropout, MaskingNoise])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_dropout_of_each_update_is_that_of_a_fixed_rate(layer, dtype, n_jobs):
    """To the bit: of sessions of a fixed rate for one update each."""
    X, y = data(dtype)
    progress = [Progress(epoch, N_EPOCHS, 3) for epoch in range(N_EPOCHS)]
    scheduled = Scheduled(0.6, FlatCos(0.25))
    network = network_of([Dense(16), layer(scheduled), Dense(UNITS)], dtype)
    settings = {"batch_size": BATCH, "n_jobs": n_jobs, "seed": 3}
    with network.training_session(X, y, optimizer=SGD(momentum=0.0), **settings) as session:
        losses = [session.run_epoch(None, RATES, each) for each in progress]
    twin, expected = network_of([Dense(16), Dropout(), Dense(UNITS)], dtype), []
    for each in progress:
        total = 0.0
        for batch, rate in enumerate(scheduled.numbers(each)):
            twin.layers[1] = layer(float(rate))
            rows = slice(BATCH * batch, BATCH * (batch + 1))
            with twin.training_session(
                X[rows], y[rows], optimizer=SGD(momentum=0.0), **settings
            ) as session:
                session.n_updates = 3 * each.epoch + batch
                total += session.run_epoch(None, RATES[batch : batch + 1]) / 3
        expected.append(total)
    np.testing.assert_array_equal(network.parameters, twin.parameters)
    close(losses, expected, 1e-6)


def test_without_a_state_of_training_numbers_are_those_of_its_beginning():
    X, y = data()
    networks = [
        network_of([Dense(16), Dropout(rate), Dense(UNITS)])
        for rate in (0.5, Scheduled(0.5, "flat_cos"), Scheduled(0.5, "cosine"))
    ]
    for decay, network in zip((0.1, 0.1, Scheduled(0.1)), networks, strict=True):
        with network.training_session(
            X, y, batch_size=BATCH, optimizer=AdamW(), weight_decay=decay, n_jobs=1
        ) as session:
            session.run_epoch(None, RATES)
    for network in networks[1:]:
        np.testing.assert_array_equal(network.parameters, networks[0].parameters)


def test_gradient_by_central_differences_with_scheduled_dropout():
    X, y = data()
    network = network_of([Dense(7, "tanh"), Dropout(Scheduled(0.4)), Dense(UNITS)])
    with network.training_session(X, y, batch_size=N_ROWS, n_jobs=1, seed=2) as session:
        _, gradient = session.loss_and_gradient()
        trained = network.parameters[: network.n_trained]
        for place in range(0, network.n_trained, 5):
            value, losses = trained[place], []
            for step in (1e-6, -1e-6):
                trained[place] = value + step
                losses.append(session.loss_and_gradient()[0])
            trained[place] = value
            close(gradient[place], (losses[0] - losses[1]) / 2e-6)


def test_partial_fit_continues_the_schedule_and_warm_start_begins_it_anew():
    X, y = data()
    model = MLPRegressor(
        hidden_layer_sizes=(8,), solver="adamw", weight_decay=Scheduled(5.0, "cosine"),
        max_iter=4, shuffle=False,
        n_iter_no_change=np.inf, random_state=0, learning_rate_init=0.05,
    )
    whole = clone(model).fit(X, y)
    parts = clone(model)
    for _ in range(4):
        parts.partial_fit(X, y)
    close(parts.coefs_[0], whole.coefs_[0], 1e-12)
    constant = clone(model).set_params(weight_decay=5.0).fit(X, y)
    assert np.abs(constant.coefs_[0] - whole.coefs_[0]).max() > 0.01
    once = clone(model).set_params(max_iter=1, weight_decay__schedule="flat_cos", warm_start=True)
    plain = clone(once).set_params(weight_decay=FIRST)
    for _ in range(3):
        once.fit(X, y), plain.fit(X, y)
    np.testing.assert_array_equal(once.coefs_[0], plain.coefs_[0])


FIRST = 5.0  # of one epoch with one batch, the whole schedule is its first number


@pytest.mark.parametrize(("parameters", "message"), [
    ({"weight_decay": Scheduled(0.1, "zzz")}, "schedule='zzz' is not known"),
    ({"weight_decay": Scheduled(-1)}, "'value' parameter of Scheduled"),
    ({"drop__rate": Scheduled(-1)}, "'value' parameter of Scheduled"),
    ({"drop__rate": Scheduled(1.5)}, r"Dropout: rate=.*1.5\) begins at 1.5; a rate has to be"),
    ({"drop__rate": Scheduled(0.2, "one_cycle")}, "gave .* for epoch .*; a rate has to be below 1"),
    ({"drop__rate": "high"}, "'rate' parameter of Dropout must be"),
])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_wrong_ones_are_named(parameters, message):
    layers = [Dense(8, "relu"), ("drop", Dropout())]
    model = NeuralNetRegressor(layers, max_iter=20).set_params(**parameters)
    with pytest.raises(ValueError, match=f"NeuralNetRegressor: .*{message}"):
        model.fit(*data())
