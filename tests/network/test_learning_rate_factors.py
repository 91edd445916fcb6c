"""Factors of the learning rate, and scales, of single variables."""

import inspect

import numpy as np
import pytest
from sklearn.base import clone

import skneural.layers
from _helpers import close, randomize
from skneural import NeuralNetClassifier, NeuralNetRegressor
from skneural.layers import Activation, Dense, Layer, Sequential, Shared
from skneural.layers._base import Variable
from skneural.losses import SquaredError
from skneural.network.network import Network
from skneural.optimizers import Optimizer

N_ROWS, WIDTH, UNITS, BATCH = 12, 5, 3, 4
RATES = np.array([0.02, 0.01, 0.03])
EACH_OPTIMIZER = pytest.mark.parametrize("name", sorted(Optimizer.registry))


class Scaled(Dense):
    """A dense layer whose optimizer sees the kernel divided by a number."""

    def __init__(self, units, *, scale=1.0, learning_rate_factor=1.0):
        super().__init__(units, learning_rate_factor=learning_rate_factor)
        self.scale = scale

    def variables(self, input_shape):
        kernel, bias = super().variables(input_shape)
        return [Variable("kernel", kernel.shape, kernel.kind, scale=self.scale), bias]


def data():
    random = np.random.default_rng(0)
    return random.normal(0, 1, (N_ROWS, WIDTH)), random.normal(0, 1, (N_ROWS, UNITS))


def trained(name, layer, dtype=np.float64, n_jobs=1, n_epochs=2, **settings):
    """Variables of a network of one layer after some epochs."""
    X, y = (array.astype(dtype) for array in data())
    network = Network([layer], WIDTH, SquaredError(), UNITS, dtype)
    randomize(network, seed=1)
    optimizer = Optimizer.registry[name]()
    with network.training_session(
        X, y, batch_size=BATCH, optimizer=optimizer, n_jobs=n_jobs, **settings
    ) as session:
        for _ in range(n_epochs):
            session.run_epoch(None, RATES)
    return network.variables[0]


def by_numpy(name, factors, scale=1.0, alpha=0.0, weight_decay=0.0):
    """The same with NumPy: the optimizer's rule in Python on each variable by itself."""
    X, y = data()
    network = Network([Dense(UNITS)], WIDTH, SquaredError(), UNITS, np.float64)
    randomize(network, seed=1)
    values = {key: array.copy() for key, array in network.variables[0].items()}
    optimizer = Optimizer.registry[name]()
    slots = {key: [np.zeros_like(v)] * optimizer.n_slots for key, v in values.items()}
    for update in range(2 * len(RATES)):
        rows = slice(BATCH * (update % 3), BATCH * (update % 3 + 1))
        error = (X[rows] @ values["kernel"] + values["bias"] - y[rows]) / BATCH
        gradients = {"kernel": X[rows].T @ error, "bias": error.sum(axis=0)}
        for key, factor in factors.items():
            is_kernel = key == "kernel"
            own, w = scale if is_kernel else 1.0, values[key]
            gradient = gradients[key] + is_kernel * alpha * w / BATCH
            rate = RATES[update % 3] * factor
            terms = optimizer.coefficients(np.array([rate]), update)[0]
            keep = 1 - is_kernel * weight_decay * rate
            new = np.frompyfunc(
                lambda *numbers, terms=terms: type(optimizer).rule(*numbers, *terms[:6]),
                2 + optimizer.n_slots, 1 + optimizer.n_slots,
            )(w / own * keep, gradient * own, *slots[key])
            values[key] = own * new[0].astype(float)
            slots[key] = [slot.astype(float) for slot in new[1:]]
    return values


@EACH_OPTIMIZER
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_each_variable_is_updated_at_its_own_rate(name, scale):
    factors = {"kernel": 2.0, "bias": 0.1}
    layer = Scaled(UNITS, scale=scale, learning_rate_factor=factors)
    found = trained(name, layer, alpha=0.3, weight_decay=0.2)
    expected = by_numpy(name, factors, scale, alpha=0.3, weight_decay=0.2)
    for key, values in expected.items():
        close(found[key], values, 1e-9)


@EACH_OPTIMIZER
def test_a_factor_of_all_is_that_of_the_rate(name):
    found = trained(name, Dense(UNITS, learning_rate_factor=3.0), weight_decay=0.2)
    expected = by_numpy(name, {"kernel": 3.0, "bias": 3.0}, weight_decay=0.2)
    for key, values in expected.items():
        close(found[key], values, 1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_factors_of_one_and_several_threads_change_no_bit(dtype):
    plain = trained("adam", Dense(UNITS), dtype, alpha=0.1)
    ones = trained("adam", Dense(UNITS, learning_rate_factor={"bias": 1}), dtype, alpha=0.1)
    layer = Scaled(UNITS, scale=0.3, learning_rate_factor={"bias": 0.1})
    one, two = (trained("adam", layer, dtype, n_jobs=n, max_grad_norm=0.5) for n in (1, 2))
    for key in plain:
        np.testing.assert_array_equal(plain[key], ones[key])
        np.testing.assert_array_equal(one[key], two[key])


def test_layers_within_and_shared_ones_keep_their_factors():
    inner = Dense(WIDTH, "tanh", learning_rate_factor={"bias": 0.5})
    block = Sequential([("a", inner), Activation("tanh"), Shared("a")])
    network = Network([block, Dense(UNITS)], WIDTH, SquaredError(), UNITS, np.float64)
    slots = network.slots(0)
    rates = {name: network.store.paces[slot.offset].rate for name, slot in slots.items()}
    assert rates == {"a.kernel": 1, "a.bias": 0.5, "2.kernel": 1, "2.bias": 0.5}


def test_lbfgs_ignores_them():
    X, y = data()
    fitted = [
        NeuralNetRegressor(
            [("a", Dense(4, "tanh", learning_rate_factor=factor))], solver="lbfgs", max_iter=20,
            random_state=0,
        ).fit(X, y)
        for factor in (1.0, 5.0)
    ]
    np.testing.assert_array_equal(fitted[0].predict(X), fitted[1].predict(X))


def test_it_is_a_parameter_of_layers_in_an_estimator():
    X, y = data()
    model = NeuralNetRegressor(
        [("a", Dense(4, "tanh"))], max_iter=3, random_state=0
    ).set_params(a__learning_rate_factor={"kernel": 1e-9, "bias": 1e-9})
    assert clone(model).get_params()["a__learning_rate_factor"] == {"kernel": 1e-9, "bias": 1e-9}
    begun = clone(model).set_params(max_iter=1, learning_rate_init=1e-9).fit(X, y)
    model.fit(X, y)
    close(model.weights_["a"]["kernel"], begun.weights_["a"]["kernel"], 1e-6)
    plain = clone(model).set_params(a__learning_rate_factor=1.0).fit(X, y)
    assert np.abs(plain.weights_["a"]["kernel"] - model.weights_["a"]["kernel"]).max() > 1e-4


@pytest.mark.parametrize(("factor", "message"), [
    ({"biass": 0.1}, r"NeuralNetClassifier: .*Dense: learning_rate_factor names 'biass'.*'bias'\?"),
    ({"bias": 0.0}, "learning_rate_factor of 'bias' must be a positive number, got 0.0"),
    ({"bias": True}, "must be a positive number, got True"),
    ({"bias": np.inf}, "must be a positive number, got inf"),
    (-1.0, "'learning_rate_factor' parameter of Dense must be"),
    ("high", "'learning_rate_factor' parameter of Dense must be"),
])
def test_what_is_no_factor(factor, message):
    X, _ = data()
    model = NeuralNetClassifier([("a", Dense(4, "tanh", learning_rate_factor=factor))])
    with pytest.raises(ValueError, match=message):
        model.fit(X, np.arange(N_ROWS) % 2)


def test_every_layer_that_can_be_frozen_can_be_slowed():
    for name in skneural.layers.__all__:
        cls = getattr(skneural.layers, name)
        if inspect.isclass(cls) and issubclass(cls, Layer):
            parameters = inspect.signature(cls).parameters
            assert ("trainable" in parameters) == ("learning_rate_factor" in parameters), name
