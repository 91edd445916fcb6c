"""Each loss against its formula in NumPy, and against PyTorch's and scikit-learn's."""

import numpy as np
import pytest
from scipy import special

from _helpers import BATCH, DTYPES, close, loss_and_gradient, name_of, targets_for
from skneural.losses import (
    AbsoluteError,
    CustomLoss,
    Hinge,
    Huber,
    LogLoss,
    Poisson,
    Quantile,
    SquaredError,
    get_loss,
)

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}


def huber(error, delta):
    near = abs(error) <= delta
    value = np.where(near, 0.5 * error**2, delta * (abs(error) - 0.5 * delta))
    return value, np.where(near, error, delta * np.sign(error))


def pinball(error, quantile):
    slope = np.where(error < 0, -quantile, 1 - quantile)
    return slope * error, slope


def smooth(y, n_labels, smoothing):
    return y * (1 - smoothing) + smoothing / n_labels


def binary_log_loss(z, y, smoothing):
    target = smooth(y, 2, smoothing)
    value = -target * special.log_expit(z) - (1 - target) * special.log_expit(-z)
    return value, special.expit(z) - target


def softmax_log_loss(z, y, smoothing):
    target = smooth(np.eye(z.shape[1])[y[:, 0].astype(int)], z.shape[1], smoothing)
    value = -np.sum(target * special.log_softmax(z, axis=1), axis=1, keepdims=True)
    return value, special.softmax(z, axis=1) - target


def mask_log_loss(z, y, class_weights, smoothing):
    """Mean over pixels of their log losses, each times the weight of its class."""
    values, gradients = [], []
    for pixel, outputs in enumerate(np.split(z, y.shape[1], axis=1)):
        labels = y[:, [pixel]]
        weight = np.array(class_weights)[labels.astype(int)]
        value, gradient = softmax_log_loss(outputs, labels, smoothing)
        values.append(weight * value / y.shape[1])
        gradients.append(weight * gradient / y.shape[1])
    return np.sum(values, axis=0), np.concatenate(gradients, axis=1)


def hinge(z, y):
    sign = 2 * y - 1
    short = 1 - sign * z
    return np.maximum(short, 0), np.where(short > 0, -sign, 0)


def multiclass_hinge(z, y):
    value, gradient = np.zeros((len(z), 1)), np.zeros(z.shape)
    for i, label in enumerate(y[:, 0].astype(int)):
        others = np.delete(np.arange(z.shape[1]), label)
        rival = others[np.argmax(z[i, others])]
        value[i] = max(0.0, 1 - z[i, label] + z[i, rival])
        if value[i] > 0:
            gradient[i, label], gradient[i, rival] = -1, 1
    return value, gradient


def squared_rows(target, output, gradient):
    total = 0.0
    for j in range(len(output)):
        error = output[j] - target[j]
        total += error * error
        gradient[j] = 2 * error
    return total


# loss, outputs, formula of the values of outputs (or rows) and the gradients
FORMULAS = {
    "squared_error": (SquaredError(), 3, lambda z, y: (0.5 * (z - y) ** 2, z - y)),
    "absolute_error": (AbsoluteError(), 3, lambda z, y: (abs(z - y), np.sign(z - y))),
    "huber": (Huber(), 2, lambda z, y: huber(z - y, 1.0)),
    "huber_0.3": (Huber(delta=0.3), 1, lambda z, y: huber(z - y, 0.3)),
    "median": (Quantile(), 2, lambda z, y: pinball(z - y, 0.5)),
    "quantile_0.9": (Quantile(quantile=0.9), 1, lambda z, y: pinball(z - y, 0.9)),
    "poisson": (
        Poisson(), 2, lambda z, y: (special.xlogy(y, y / np.exp(z)) - y + np.exp(z), np.exp(z) - y)
    ),
    "binary": (LogLoss().for_targets("binary"), 1, lambda z, y: binary_log_loss(z, y, 0)),
    "multilabel": (
        LogLoss().for_targets("multilabel", 0.2), 3, lambda z, y: binary_log_loss(z, y, 0.2)
    ),
    "multiclass": (
        LogLoss().for_targets("multiclass"), 4, lambda z, y: softmax_log_loss(z, y, 0)
    ),
    "multiclass_9": (
        LogLoss(0.1).for_targets("multiclass"), 9, lambda z, y: softmax_log_loss(z, y, 0.1)
    ),
    "masks": (
        LogLoss().for_masks([1.0, 1.0]), 14, lambda z, y: mask_log_loss(z, y, [1.0, 1.0], 0)
    ),
    "weighted_masks": (
        LogLoss(0.1).for_masks([0.5, 2.0, 1.0]), 27,
        lambda z, y: mask_log_loss(z, y, [0.5, 2.0, 1.0], 0.1),
    ),
    "hinge": (Hinge().for_targets("binary"), 1, hinge),
    "multilabel_hinge": (Hinge().for_targets("multilabel"), 3, hinge),
    "multiclass_hinge": (Hinge().for_targets("multiclass"), 4, multiclass_hinge),
    "custom": (CustomLoss(squared_rows), 3, lambda z, y: ((z - y) ** 2, 2 * (z - y))),
}


def case(name, dtype, n_rows=40):
    loss, n_outputs, formula = FORMULAS[name]
    z = np.random.default_rng(3).normal(0, 2, (n_rows, n_outputs)).astype(dtype)
    return loss, z, targets_for(loss, n_outputs, n_rows, dtype), formula


@EACH_DTYPE
@pytest.mark.parametrize("name", FORMULAS)
def test_value_and_gradient_are_the_formula(name, dtype):
    loss, z, y, formula = case(name, dtype)
    value, gradient = loss_and_gradient(loss, z, y)
    of_outputs, expected = formula(z.astype(float), y.astype(float))
    close(value, of_outputs.sum(axis=1), TOLERANCE[dtype.name])
    close(gradient, expected, TOLERANCE[dtype.name])


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [(AbsoluteError(), 0.0), (Quantile(0.9), 0.0), (Huber(), 0.0), (SquaredError(), 0.0)],
    ids=name_of,
)
def test_no_error_no_gradient(loss, gradient):
    y = np.array([[1.5]])
    value, slope = loss_and_gradient(loss, y, y)
    assert value[0] == 0 and slope[0, 0] == gradient


def test_poisson_of_a_zero_count_is_its_mean():
    value, gradient = loss_and_gradient(Poisson(), np.array([[0.5]]), np.array([[0.0]]))
    np.testing.assert_allclose([value[0], gradient[0, 0]], np.exp(0.5), rtol=1e-14)


def test_poisson_rejects_negative_targets():
    with pytest.raises(ValueError, match="MLPRegressor: loss='poisson' needs y >= 0, got .*-1"):
        Poisson().check_targets(np.array([[1.0], [-1.0]]), "MLPRegressor")
    Poisson().check_targets(np.array([[0.0]]), "MLPRegressor")


@EACH_DTYPE
@pytest.mark.parametrize("kind", ["binary", "multiclass"])
def test_log_loss_of_a_hopeless_row_is_that_of_a_clipped_probability(kind, dtype):
    """As in scikit-learn, probabilities are kept within [eps, 1 - eps]."""
    loss = LogLoss().for_targets(kind)
    z = np.array([[100.0]] if kind == "binary" else [[100.0, 0.0, 0.0]], dtype)
    y = np.array([[0.0 if kind == "binary" else 1.0]], dtype)
    value, gradient = loss_and_gradient(loss, z, y)
    assert value[0] == pytest.approx(-np.log(np.finfo(dtype).eps), rel=1e-6)
    expected = [[1.0]] if kind == "binary" else [[1.0, -1.0, 0.0]]
    close(gradient, expected, 1e-6)


@pytest.mark.parametrize(
    ("loss", "kind", "n_outputs", "n_targets"),
    [
        ("log_loss", "binary", 1, 1),
        ("log_loss", "multilabel", 3, 3),
        ("log_loss", "multiclass", 3, 1),
        ("hinge", "binary", 1, 1),
        ("hinge", "multilabel", 3, 3),
        ("hinge", "multiclass", 3, 1),
        ("squared_error", "regression", 3, 3),
    ],
)
def test_columns_of_targets(loss, kind, n_outputs, n_targets):
    assert get_loss(loss).for_targets(kind).n_targets(n_outputs) == n_targets


@pytest.mark.parametrize(
    ("kind", "n_targets"), [("regression", 3), ("multilabel", 3), ("multiclass", 1)]
)
def test_columns_of_targets_of_a_custom_loss(kind, n_targets):
    loss = CustomLoss(squared_rows, link="softmax").for_targets(kind)
    assert loss.n_targets(3) == n_targets
    assert loss.link == "softmax" and loss.function is squared_rows


@pytest.mark.needs_jit(reason="decorates by Numba")
def test_custom_loss_takes_an_njit_function():
    numba = pytest.importorskip("numba")
    loss, z, y, _ = case("custom", np.float64)
    decorated = CustomLoss(numba.njit(squared_rows))
    for one, other in zip(
        loss_and_gradient(decorated, z, y), loss_and_gradient(loss, z, y), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_custom_loss_gets_rows_of_target_and_output():
    """A loss of the whole row, which no loss of single outputs can be."""

    def product(target, output, gradient):
        gradient[0] = output[1] * target[0]
        gradient[1] = output[0] * target[0]
        return output[0] * output[1] * target[0]

    z, y = np.array([[2.0, 3.0], [1.0, -1.0]]), np.array([[1.0, 0.0], [5.0, 0.0]])
    value, gradient = loss_and_gradient(CustomLoss(product), z, y)
    np.testing.assert_array_equal(value, [6.0, -5.0])
    np.testing.assert_array_equal(gradient, [[3.0, 2.0], [-5.0, 5.0]])


@pytest.mark.parametrize(
    "loss", [SquaredError(), AbsoluteError(), Huber(), Quantile()], ids=name_of
)
def test_regression_losses_are_reported_averaged_over_outputs(loss):
    assert loss.reported(6.0, 3) == 2.0


@pytest.mark.parametrize("loss", [LogLoss(), Hinge(), CustomLoss(squared_rows)], ids=name_of)
def test_other_losses_are_reported_summed_over_outputs(loss):
    assert loss.reported(6.0, 3) == 6.0


@pytest.mark.parametrize(
    "loss",
    [Huber(delta=0.0), Quantile(quantile=1.0), LogLoss(label_smoothing=1.0), CustomLoss(3),
     CustomLoss(squared_rows, link="probit")],
    ids=name_of,
)
def test_a_parameter_out_of_range_is_named(loss):
    with pytest.raises(ValueError, match=f"parameter of {type(loss).__name__}"):
        get_loss(loss)


def torch_case(name):
    torch = pytest.importorskip("torch")
    loss, z, y, _ = case(name, np.dtype(np.float64))
    return loss, torch.tensor(z, requires_grad=True), torch.tensor(y), torch.nn.functional


TORCH = {
    "squared_error": lambda f, z, y: 0.5 * f.mse_loss(z, y, reduction="sum"),
    "absolute_error": lambda f, z, y: f.l1_loss(z, y, reduction="sum"),
    "huber_0.3": lambda f, z, y: f.huber_loss(z, y, reduction="sum", delta=0.3),
    "binary": lambda f, z, y: f.binary_cross_entropy_with_logits(z, y, reduction="sum"),
    "multiclass_9": lambda f, z, y: f.cross_entropy(
        z, y[:, 0].long(), reduction="sum", label_smoothing=0.1
    ),
}


@pytest.mark.parametrize("name", TORCH)
def test_value_and_gradient_are_those_of_torch(name):
    loss, z, y, functional = torch_case(name)
    expected = TORCH[name](functional, z, y)
    expected.backward()
    value, gradient = loss_and_gradient(loss, z.detach().numpy(), y.numpy())
    assert value.sum() == pytest.approx(expected.item(), rel=1e-12)
    close(gradient, z.grad.numpy(), 1e-12)


def test_quantile_and_poisson_are_those_of_scikit_learn():
    from sklearn.metrics import mean_pinball_loss, mean_poisson_deviance

    z, y = np.random.default_rng(0).normal(0, 1, (2, BATCH, 1))
    value, _ = loss_and_gradient(Quantile(0.3), z, y)
    assert value.mean() == pytest.approx(mean_pinball_loss(y, z, alpha=0.3), rel=1e-12)
    value, _ = loss_and_gradient(Poisson(), z, np.exp(y))
    assert value.mean() == pytest.approx(
        mean_poisson_deviance(np.exp(y), np.exp(z)) / 2, rel=1e-12
    )
