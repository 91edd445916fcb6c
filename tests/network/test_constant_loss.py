"""The loss of the best constant outputs, for losses whose best constant is known."""

import numpy as np
import pytest

from skneural.layers import Dense
from skneural.losses import AbsoluteError, LogLoss, SquaredError
from skneural.network.constant_loss import constant_loss
from skneural.network.network import Network


def network_of(loss, n_outputs, dtype=np.float64):
    return Network([Dense(n_outputs)], 3, loss, n_outputs, dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_squared_error_has_the_variance(dtype):
    y = np.random.RandomState(0).normal(3, 2, size=(200, 2)).astype(dtype)
    found = constant_loss(network_of(SquaredError(), 2, dtype), y, None)
    assert found == pytest.approx(y.var(axis=0).mean() / 2, rel=1e-4)


def test_sample_weights_count():
    y = np.array([[0.0], [1.0], [5.0]])
    weight = np.array([1.0, 1.0, 0.0])
    found = constant_loss(network_of(SquaredError(), 1), y, weight)
    assert found == pytest.approx(0.125, rel=1e-4)


def test_absolute_error_has_that_of_the_median():
    y = np.random.RandomState(0).exponential(size=(201, 1))
    found = constant_loss(network_of(AbsoluteError(), 1), y, None)
    assert found == pytest.approx(np.abs(y - np.median(y)).mean(), rel=1e-2)


def test_log_loss_has_the_entropy():
    y = np.repeat([0.0, 1.0, 2.0], [50, 30, 20])[:, None]
    loss = LogLoss().for_targets("multiclass")
    shares = np.array([0.5, 0.3, 0.2])
    found = constant_loss(network_of(loss, 3), y, None)
    assert found == pytest.approx(-(shares * np.log(shares)).sum(), rel=1e-4)


def test_many_outputs_have_none():
    assert np.isnan(constant_loss(network_of(SquaredError(), 5000), np.zeros((2, 5000)), None))
