"""Descent that keeps nothing takes the steps of SGD without momentum."""

import numpy as np

from skneural.layers import Dense
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import SGD
from skneural.optimizers._plain_descent import PlainDescent


def trained(optimizer):
    random = np.random.RandomState(0)
    X, y = random.normal(size=(40, 5)), random.normal(size=(40, 2))
    network = Network([Dense(4, "tanh"), Dense(2)], 5, SquaredError(), 2, np.float64)
    network.initialize(random)
    how = {"batch_size": 16, "optimizer": optimizer, "alpha": 0.1, "weight_decay": 0.01}
    with network.training_session(X, y, **how) as session:
        for _ in range(3):
            session.run_epoch(None, np.full(session.n_batches, 0.1))
    return network.parameters


def test_steps_are_those_of_sgd_without_momentum():
    expected = trained(SGD(momentum=0.0, nesterov=False))
    np.testing.assert_allclose(trained(PlainDescent()), expected, rtol=1e-14, atol=1e-16)
