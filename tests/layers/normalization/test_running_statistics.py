"""The running statistics of batch normalisation: what a batch counts, and what is kept of it."""

import warnings

import numpy as np
import pytest
from sklearn.metrics import log_loss

from _helpers import LayerBench, close
from skneural import ConvNetClassifier, MLPClassifier, MLPRegressor, NeuralNetClassifier
from skneural.layers import BatchNorm, Dense
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EPOCHS = 7


def rows(n_rows, n_columns=3, seed=1):
    return np.random.default_rng(seed).normal(2, 1.5, (n_rows, n_columns))


def running(X, batch_size, momentum=0.9, weights=None, shape=None, n_jobs=1, epochs=1, **how):
    """Mean and variance after some epochs, in which nothing else is learned."""
    shape = shape or X.shape[1:]
    network = Network([BatchNorm(momentum)], shape, SquaredError(), X[0].size, np.float64)
    network.initialize(np.random.RandomState(0))
    y = np.zeros((len(X), X[0].size))
    settings = {"batch_size": batch_size, "optimizer": SGD(), "n_jobs": n_jobs, **how}
    with network.training_session(X, y, weights, **settings) as session:
        for _ in range(epochs):
            session.run_epoch(None, np.zeros(session.n_batches))
    return network.variables[0]["running_mean"], network.variables[0]["running_variance"]


def expected(X, batch_size, momentum=0.9, weights=None, epochs=1):
    """As `running`, in NumPy: averages of what the batches give, by their weights."""
    weights = np.ones(len(X)) if weights is None else weights
    mean, variance, noted = np.zeros(X.shape[-1]), np.ones(X.shape[-1]), []
    for _ in range(epochs):
        for first in range(0, len(X), batch_size):
            x, w = X[first : first + batch_size], weights[first : first + batch_size]
            if np.count_nonzero(w) < 2:
                continue
            centre = np.average(x, axis=0, weights=w)
            square = np.sum(w[:, None] * (x - centre) ** 2, axis=0)
            noted.append((w.sum(), centre, square / w.sum() * _bessel(w)))
    counts = np.zeros(len(noted))
    for place, (weight, *_) in enumerate(noted):
        if place:  # an even average of the batches, until that would give the last too little
            kept = [min(n, 1 / (1 - momentum)) for n in (place, place + 1)]
            counts *= (kept[1] - 1) / kept[0]
        counts[place] = weight
    if noted:
        mean, variance = (
            np.average([each[place] for each in noted], axis=0, weights=counts) for place in (1, 2)
        )
    return mean, variance


def _bessel(weights):
    count = max(weights.sum(), np.count_nonzero(weights))
    return count / (count - 1)


@pytest.mark.parametrize("momentum", [0.0, 0.6, 0.9])
@pytest.mark.parametrize(("n_rows", "batch_size"), [(12, 4), (13, 4), (14, 4), (6, 6), (1, 1)])
@pytest.mark.parametrize("weighted", [False, True])
def test_each_batch_counts_by_its_rows(n_rows, batch_size, momentum, weighted):
    X = rows(n_rows)
    weights = np.arange(n_rows) % 4 / 2.0 if weighted else None
    found = running(X, batch_size, momentum, weights, epochs=EPOCHS)
    for value, other in zip(found, expected(X, batch_size, momentum, weights, EPOCHS), strict=True):
        close(value, other, 1e-13)


def test_the_variance_is_that_of_torch():
    """Of equal batches, whose even average PyTorch calls a momentum of None."""
    torch = pytest.importorskip("torch")
    X, layer = rows(32), torch.nn.BatchNorm1d(3, momentum=None).double()
    for batch in np.split(X, 4):
        layer(torch.tensor(batch))
    mean, variance = running(X, 8)
    close(mean, layer.running_mean.numpy(), 1e-13)
    close(variance, layer.running_var.numpy(), 1e-13)


def test_the_variance_of_images_is_that_of_torch():
    torch = pytest.importorskip("torch")
    X, layer = rows(6, 4 * 5 * 3).reshape(6, 4, 5, 3), torch.nn.BatchNorm2d(3, momentum=None)
    layer.double()(torch.tensor(np.moveaxis(X, 3, 1)))
    mean, variance = running(X.reshape(6, -1), 6, shape=(4, 5, 3))
    close(mean, layer.running_mean.numpy(), 1e-13)
    close(variance, layer.running_var.numpy(), 1e-13)


@pytest.mark.parametrize("epochs", [1, 20])
def test_a_last_batch_of_one_row_changes_nothing(epochs):
    X = rows(201)
    mean, variance = running(X, 200, epochs=epochs)
    close(mean, X[:200].mean(axis=0), 1e-12)
    close(variance, X[:200].var(axis=0, ddof=1), 1e-12)


def test_weights_are_repetitions():
    X, weights = rows(9), np.array([1, 2, 0, 3, 1, 1, 2, 1, 4.0])
    found = running(X, 9, weights=weights)
    repeated = np.repeat(X, weights.astype(int), axis=0)
    for value, other in zip(found, running(repeated, len(repeated)), strict=True):
        close(value, other, 1e-12)


def test_tiny_weights_leave_a_variance():
    """They say nothing of how many rows there are, but how these compare."""
    X = rows(20)
    _, variance = running(X, 20, weights=np.full(20, 1e-3))
    close(variance, X.var(axis=0, ddof=1), 1e-12)


@pytest.mark.parametrize("shape", [(70,), (2, 3, 5)])
@pytest.mark.parametrize("weights", [None, [2.0], [0.0]])
def test_one_row_is_normalised_by_the_running_statistics(shape, weights):
    x, dy = rows(1, np.prod(shape)), rows(1, np.prod(shape), seed=2)
    bench = LayerBench(BatchNorm(), shape, n_rows=1, weights=weights)
    known = {name: values.copy() for name, values in bench.variables.items()}
    factor = known["scale"] / np.sqrt(known["running_variance"] + 1e-5)
    centred = x.reshape(-1, shape[-1]) - known["running_mean"]
    close(bench.forward(x).reshape(-1, shape[-1]), centred * factor + known["shift"], 1e-12)
    for name, values in bench.variables.items():
        np.testing.assert_array_equal(values, known[name])
    bench = LayerBench(BatchNorm(), shape, n_rows=1, weights=weights, backward=True)
    dx, gradients = bench.backward(x, dy)
    by_rows = dy.reshape(-1, shape[-1])
    close(dx.reshape(-1, shape[-1]), factor * by_rows, 1e-12)
    close(gradients["shift"], by_rows.sum(axis=0), 1e-12)
    inverse = 1 / np.sqrt(known["running_variance"] + 1e-5)
    close(gradients["scale"], (by_rows * centred).sum(axis=0) * inverse, 1e-12)


@pytest.mark.parametrize("even", [False, True])
def test_the_same_bits_for_any_number_of_threads(even):
    X = rows(53, 130)
    found = [running(X, 20, n_jobs=n_jobs, epochs=3, even=even) for n_jobs in (1, 2, 3)]
    for others in found[1:]:
        np.testing.assert_array_equal(others, found[0])


def make_table(n_rows=201):
    X = rows(n_rows, 4)
    return X, (X[:, 0] + X[:, 1] > 4).astype(int)


def statistics_of(model):
    if hasattr(model, "normalizations_"):
        return model.normalizations_[0]
    return model.weights_["batchnorm"]


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
@pytest.mark.parametrize("model", [
    MLPClassifier(8, normalization="batch", max_iter=30, random_state=0),
    NeuralNetClassifier([BatchNorm(), Dense(8, "relu")], max_iter=30, random_state=0),
], ids=["mlp", "neural_net"])
def test_rows_one_by_one_do_no_harm(model):
    X, y = make_table()
    model.fit(X, y)
    before = log_loss(y, model.predict_proba(X))
    known = {name: np.array(values) for name, values in statistics_of(model).items()}
    for place in range(len(X)):
        model.partial_fit(X[place : place + 1], y[place : place + 1])
    for name in ("running_mean", "running_variance"):
        np.testing.assert_array_equal(statistics_of(model)[name], known[name])
    assert log_loss(y, model.predict_proba(X)) < before


def test_parts_of_a_stream_count_by_their_rows():
    """Two rows hardly move what 200 rows have said, and one row alone comes first."""
    X, y = make_table(203)
    model = NeuralNetClassifier([BatchNorm(), Dense(3)], learning_rate_init=1e-12)
    for begin, end in ((0, 1), (1, 201), (201, 203)):
        model.partial_fit(X[begin:end], y[begin:end], classes=[0, 1])
    mean = (200 * X[1:201].mean(axis=0) + 2 * X[201:].mean(axis=0)) / 202
    close(statistics_of(model)["running_mean"], mean, 1e-10)


def test_lbfgs_keeps_the_statistics_of_all_rows():
    X, y = make_table()
    model = NeuralNetClassifier([BatchNorm(), Dense(3)], solver="lbfgs", max_iter=20).fit(X, y)
    close(statistics_of(model)["running_mean"], X.mean(axis=0), 1e-12)
    close(statistics_of(model)["running_variance"], X.var(axis=0, ddof=1), 1e-12)


@pytest.mark.parametrize("model", [
    MLPRegressor(hidden_layer_sizes=4, normalization="batch", batch_size=1, max_iter=2),
    NeuralNetClassifier([BatchNorm()], batch_size=1, max_iter=2),
    ConvNetClassifier(2, normalization="batch", batch_size=1, max_iter=2),
], ids=lambda model: type(model).__name__)
@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_batches_of_one_row_warn(model):
    X, y = make_table(6)
    message = f"{type(model).__name__}: batch normalization needs batches of several rows"
    with pytest.warns(UserWarning, match=message):
        model.fit(X, y)


@pytest.mark.parametrize("model", [
    MLPClassifier(4, normalization="layer", batch_size=1),
    NeuralNetClassifier([BatchNorm(trainable=False)], batch_size=1),
    MLPClassifier(4, normalization="batch"),
], ids=["layer", "frozen", "stream"])
def test_other_single_rows_do_not_warn(model):
    X, y = make_table(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.partial_fit(X, y, classes=[0, 1])
