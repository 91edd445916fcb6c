"""Sparse input to the first dense layer: the kernels against SciPy."""

import numpy as np
import pytest
from scipy import sparse

from _helpers import DTYPES, close, name_of
from skneural.data.sources import DenseRows, source_of
from skneural.layers import Dense
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 1e-5, "float64": 1e-13}


def matrix(dtype, n_rows=30, n_columns=41, density=0.2):
    """A CSR matrix with empty rows, empty columns and a full row."""
    x = sparse.random(n_rows, n_columns, density, "lil", dtype, np.random.default_rng(0))
    x[3], x[:, 5] = 0, 0
    x[7] = np.arange(1, n_columns + 1)
    return sparse.csr_matrix(x)


def network_on(x, dtype, units=7):
    network = Network([Dense(units)], x.shape[1], SquaredError(), units, dtype)
    network.initialize(np.random.RandomState(0))
    return network


@EACH_DTYPE
@pytest.mark.parametrize("kind", [sparse.csr_matrix, sparse.csr_array])
def test_prediction(kind, dtype):
    x = kind(matrix(dtype))
    network = network_on(x, dtype)
    values = network.variables[0]
    expected = x.toarray() @ values["kernel"] + values["bias"]
    predicted = network.predict(x)
    assert predicted.dtype == dtype
    close(predicted, expected, TOLERANCE[dtype.name] * 40)


@EACH_DTYPE
@pytest.mark.parametrize("weights", [None, np.linspace(0.2, 3, 30)], ids=["even", "weighted"])
def test_gradient_is_that_of_dense_input(weights, dtype):
    x = matrix(dtype)
    network = network_on(x, dtype)
    y = np.random.default_rng(1).normal(0, 1, (30, 7)).astype(dtype)
    results = []
    for data in (x, x.toarray()):
        with network.training_session(data, y, weights, batch_size=30, n_jobs=1) as session:
            results.append(session.loss_and_gradient())
    (loss, gradient), (dense_loss, dense_gradient) = results
    assert loss == pytest.approx(dense_loss, rel=1e-5)
    close(gradient, dense_gradient, TOLERANCE[dtype.name] * 40)


@pytest.mark.parametrize("batch_size", [1, 8, 30])
def test_training_in_an_order_is_that_of_dense_input(batch_size):
    x, y = matrix(np.float64), np.random.default_rng(1).normal(0, 1, (30, 7))
    order = np.random.default_rng(2).permutation(30)
    trained = []
    for data in (x, x.toarray()):
        network = network_on(x, np.float64)
        settings = {"batch_size": batch_size, "optimizer": SGD(), "n_jobs": 1, "alpha": 0.01}
        with network.training_session(data, y, **settings) as session:
            for _ in range(2):
                session.run_epoch(order, np.full(session.n_batches, 1e-3))
        trained.append(network.parameters.copy())
    close(*trained, 1e-10)


def test_dense_layer_without_bias_or_not_trainable():
    x, y = matrix(np.float64), np.random.default_rng(1).normal(0, 1, (30, 7))
    for layer in (Dense(7, "tanh", use_bias=False), Dense(7, trainable=False)):
        results = []
        for data in (x, x.toarray()):
            network = Network([layer, Dense(7)], x.shape[1], SquaredError(), 7, np.float64)
            network.initialize(np.random.RandomState(0))
            with network.training_session(data, y, batch_size=30, n_jobs=1) as session:
                results.append([network.predict(data), session.loss_and_gradient()[1]])
        close(results[0][0], results[1][0], 1e-13)
        close(results[0][1], results[1][1], 1e-11)


def test_unsorted_and_repeated_entries_add_up():
    x = sparse.csr_matrix(
        (np.array([1.0, 2.0, 4.0]), np.array([2, 0, 2]), np.array([0, 3, 3])), shape=(2, 3)
    )
    network = network_on(x, np.float64, units=2)
    values = network.variables[0]
    close(network.predict(x), x.toarray() @ values["kernel"] + values["bias"], 1e-13)


def test_most_entries_of_a_batch_are_those_of_its_fullest_rows():
    x = sparse.csr_matrix(np.tril(np.ones((5, 6))))
    rows = source_of(x).as_input(np.dtype(np.float32), 2)
    assert rows.most == 4 + 5 and rows.columns == 6
    assert rows.data.dtype == np.float32 and rows.indptr.dtype == np.int64
    assert type(source_of(x.toarray())) is DenseRows
