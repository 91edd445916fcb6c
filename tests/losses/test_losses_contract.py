"""What every loss keeps to: those registered or exported, with the examples they give."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from _helpers import (
    BATCH,
    DTYPES,
    LOSSES,
    ROUNDING,
    central_differences,
    close,
    is_classification,
    loss_and_gradient,
    name_of,
    plain_python,
    targets_for,
)
from skneural.layers import Dense
from skneural.losses import Loss, get_loss
from skneural.losses._links import LINKS
from skneural.network.network import Network

EACH_LOSS = pytest.mark.parametrize(("loss", "n_outputs"), LOSSES, ids=map(name_of, LOSSES))
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0, 3.0, 1.5])


def data(loss, n_outputs, dtype=np.float64, n_rows=BATCH):
    outputs = np.random.default_rng(4).normal(0, 1.2, (n_rows, n_outputs)).astype(dtype)
    return outputs, targets_for(loss, n_outputs, n_rows, dtype)


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["even", "weighted"])
@EACH_LOSS
def test_gradient_is_the_central_difference(loss, n_outputs, weights):
    outputs, y = data(loss, n_outputs)
    _, gradient = loss_and_gradient(loss, outputs, y, weights)
    expected = central_differences(
        lambda: loss_and_gradient(loss, outputs, y, weights)[0].sum(), outputs
    )
    close(gradient, expected)
    assert np.any(gradient)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
@EACH_LOSS
def test_compiled_equals_plain_python(loss, n_outputs, dtype):
    outputs, y = data(loss, n_outputs, dtype)
    compiled = loss_and_gradient(loss, outputs, y, WEIGHTS)
    with plain_python():
        plain = loss_and_gradient(loss, outputs, y, WEIGHTS)
    for one, other in zip(compiled, plain, strict=True):
        close(one, other, ROUNDING[dtype.name])


@EACH_DTYPE
@EACH_LOSS
def test_weights_multiply_value_and_gradient_of_their_row(loss, n_outputs, dtype):
    outputs, y = data(loss, n_outputs, dtype)
    value, gradient = loss_and_gradient(loss, outputs, y)
    weighted_value, weighted_gradient = loss_and_gradient(loss, outputs, y, WEIGHTS)
    tolerance = ROUNDING[dtype.name]
    close(weighted_value, WEIGHTS * value, tolerance)
    close(weighted_gradient, WEIGHTS[:, None] * gradient, tolerance)
    assert gradient.dtype == dtype and value.dtype == np.float64


@EACH_DTYPE
@EACH_LOSS
def test_a_row_stands_alone(loss, n_outputs, dtype):
    """To the bit, and nothing but the outputs is written."""
    outputs, y = data(loss, n_outputs, dtype)
    before = y.copy()
    value, gradient = loss_and_gradient(loss, outputs, y)
    for row in range(BATCH):
        alone = slice(row, row + 1)
        one_value, one_gradient = loss_and_gradient(loss, outputs[alone], y[alone].copy())
        np.testing.assert_array_equal(one_value, value[alone])
        np.testing.assert_array_equal(one_gradient, gradient[alone])
    np.testing.assert_array_equal(y, before)


@EACH_LOSS
def test_targets_and_weights_follow_the_order(loss, n_outputs):
    """Row i of the outputs belongs to sample order[i]."""
    outputs, y = data(loss, n_outputs)
    order = np.array([3, 0, 5, 1, 4, 2])
    value, gradient = loss_and_gradient(loss, outputs, y, WEIGHTS, order)
    expected = loss_and_gradient(loss, outputs, y[order].copy(), WEIGHTS[order].copy())
    np.testing.assert_array_equal(value, expected[0])
    np.testing.assert_array_equal(gradient, expected[1])


@EACH_DTYPE
@EACH_LOSS
def test_extreme_outputs_have_finite_gradients(loss, n_outputs, dtype):
    outputs, y = data(loss, n_outputs, dtype)
    outputs[:] = np.linspace(-80, 80, outputs.size).reshape(outputs.shape)
    value, gradient = loss_and_gradient(loss, outputs, y)
    assert np.isfinite(value).all() and np.isfinite(gradient).all()


@EACH_LOSS
def test_nan_outputs_are_seen(loss, n_outputs):
    """A network that has diverged must not report a finite loss."""
    outputs, y = data(loss, n_outputs)
    outputs[2, -1] = np.nan
    value, _ = loss_and_gradient(loss, outputs, y)
    assert np.isnan(value[2])
    assert np.isfinite(np.delete(value, 2)).all()


@EACH_LOSS
def test_values_are_never_negative(loss, n_outputs):
    outputs, y = data(loss, n_outputs, n_rows=50)
    if loss.name == "poisson":
        pytest.skip("a deviance up to terms of y alone is tested by its formula")
    assert (loss_and_gradient(loss, outputs, y)[0] >= 0).all()


@EACH_LOSS
def test_network_predicts_through_the_link(loss, n_outputs):
    assert loss.link in LINKS
    network = Network([Dense(n_outputs)], 4, loss, n_outputs, np.float64)
    network.initialize(np.random.RandomState(0))
    x = np.random.default_rng(0).normal(0, 1, (5, 4))
    raw = network.predict(x, raw=True)
    parts = raw.reshape(5, -1, loss.n_linked(n_outputs))
    shifted = np.exp(parts - parts.max(axis=2, keepdims=True))
    expected = {
        "identity": lambda: raw,
        "exp": lambda: np.exp(raw),
        "logistic": lambda: 1 / (1 + np.exp(-raw)),
        "softmax": lambda: (shifted / shifted.sum(axis=2, keepdims=True)).reshape(raw.shape),
    }[loss.link]()
    np.testing.assert_allclose(network.predict(x), expected, rtol=1e-13)


@EACH_LOSS
def test_evaluation_is_the_mean_loss(loss, n_outputs):
    network = Network([Dense(n_outputs)], 4, loss, n_outputs, np.float64)
    network.initialize(np.random.RandomState(0))
    x = np.random.default_rng(0).normal(0, 1, (BATCH, 4))
    y = targets_for(loss, n_outputs, BATCH, np.float64)
    values, _ = loss_and_gradient(loss, network.predict(x, raw=True), y, WEIGHTS)
    expected = values.sum() / WEIGHTS.sum()
    if loss.averages_outputs:
        expected /= n_outputs
    assert network.evaluate(x, y, WEIGHTS) == pytest.approx(expected, rel=1e-12)


@EACH_LOSS
def test_clone_pickle_and_repr(loss, n_outputs):
    outputs, y = data(loss, n_outputs)
    for copy in (clone(loss), pickle.loads(pickle.dumps(loss))):
        assert copy is not loss and type(copy) is type(loss)
        assert repr(copy) == repr(loss)
        for one, other in zip(
            loss_and_gradient(copy, outputs, y), loss_and_gradient(loss, outputs, y), strict=True
        ):
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", Loss.registry)
def test_a_name_gives_the_default_instance(name):
    task = "classification" if is_classification(Loss.registry[name]) else "regression"
    found = get_loss(name, task=task)
    assert type(found) is Loss.registry[name]
    assert get_loss(found) is found


@pytest.mark.parametrize(
    ("value", "task", "error", "message"),
    [
        ("hubber", None, ValueError, "MLP: loss='hubber' .*did you mean 'huber'"),
        ("hinge", "regression", ValueError, "loss='hinge' .*absolute_error"),
        ("huber", "classification", ValueError, "loss='huber' .*log_loss"),
        (1.0, None, TypeError, "MLP: loss=1.0 "),
    ],
)
def test_a_wrong_loss_is_named(value, task, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        get_loss(value, owner="MLP", task=task)
