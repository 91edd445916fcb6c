"""Each optimizer against its textbook recurrence in NumPy, and against torch.optim."""

import numpy as np
import pytest

from _helpers import DTYPES, name_of
from _updates import RATES, gradients_for, run_updates
from skneural.optimizers import SGD, Adadelta, Adagrad, Adam, AdamW, Lion, NAdam, RMSprop

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
TOLERANCE = {"float32": 2e-5, "float64": 1e-12}
EPSILON = 1e-8


def sgd(momentum=0.9, nesterov=True):
    def updates(w, gradients, rates):
        velocity = np.zeros_like(w)
        for g, rate in zip(gradients, rates, strict=True):
            velocity = momentum * velocity - rate * g
            w = w + (momentum * velocity - rate * g if nesterov else velocity)
        return w

    return updates


def adam(beta_1=0.9, beta_2=0.999, amsgrad=False):
    def updates(w, gradients, rates):
        m, v, top = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
        for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
            m = beta_1 * m + (1 - beta_1) * g
            v = beta_2 * v + (1 - beta_2) * g**2
            top = np.maximum(top, v) if amsgrad else v
            rate = rate * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
            w = w - rate * m / (np.sqrt(top) + EPSILON)
        return w

    return updates


def nadam(w, gradients, rates, beta_1=0.9, beta_2=0.999):
    def momentum_at(t):
        return beta_1 * (1 - 0.5 * 0.96 ** (0.004 * t))

    m, v, product = np.zeros_like(w), np.zeros_like(w), 1.0
    for t, (g, rate) in enumerate(zip(gradients, rates, strict=True), start=1):
        now, following = momentum_at(t), momentum_at(t + 1)
        product *= now
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        ahead = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
        w = w - rate * ahead / (np.sqrt(v / (1 - beta_2**t)) + EPSILON)
    return w


def rmsprop(w, gradients, rates, rho=0.9):
    v = np.zeros_like(w)
    for g, rate in zip(gradients, rates, strict=True):
        v = rho * v + (1 - rho) * g**2
        w = w - rate * g / (np.sqrt(v) + EPSILON)
    return w


def adagrad(w, gradients, rates):
    total = np.zeros_like(w)
    for g, rate in zip(gradients, rates, strict=True):
        total = total + g**2
        w = w - rate * g / (np.sqrt(total) + EPSILON)
    return w


def adadelta(w, gradients, rates, rho=0.95, epsilon=1e-6):
    v, d = np.zeros_like(w), np.zeros_like(w)
    for g, rate in zip(gradients, rates, strict=True):
        v = rho * v + (1 - rho) * g**2
        step = np.sqrt((d + epsilon) / (v + epsilon)) * g
        d = rho * d + (1 - rho) * step**2
        w = w - rate * step
    return w


def lion(w, gradients, rates, beta_1=0.9, beta_2=0.99):
    m = np.zeros_like(w)
    for g, rate in zip(gradients, rates, strict=True):
        w = w - rate * np.sign(beta_1 * m + (1 - beta_1) * g)
        m = beta_2 * m + (1 - beta_2) * g
    return w


TWINS = {
    "sgd": (SGD(), sgd()),
    "momentum": (SGD(nesterov=False), sgd(nesterov=False)),
    "plain_sgd": (SGD(momentum=0.0), sgd(momentum=0.0)),
    "adam": (Adam(), adam()),
    "adam_betas": (Adam(beta_1=0.5, beta_2=0.9), adam(0.5, 0.9)),
    "amsgrad": (Adam(beta_2=0.5, amsgrad=True), adam(beta_2=0.5, amsgrad=True)),
    "adamw": (AdamW(), adam()),
    "nadam": (NAdam(), nadam),
    "rmsprop": (RMSprop(), rmsprop),
    "adagrad": (Adagrad(), adagrad),
    "adadelta": (Adadelta(), adadelta),
    "lion": (Lion(), lion),
}
EACH_TWIN = pytest.mark.parametrize("name", TWINS)


@EACH_DTYPE
@EACH_TWIN
def test_updates_are_the_recurrence(name, dtype):
    optimizer, twin = TWINS[name]
    result = run_updates(optimizer, dtype)
    expected = twin(result["start"].astype(float), result["gradients"].astype(float), RATES)
    tolerance = TOLERANCE[dtype.name]
    np.testing.assert_allclose(result["weights"], expected, rtol=tolerance, atol=tolerance)


@EACH_TWIN
def test_gradients_are_divided_by_the_weight_of_the_batch(name):
    """The kernel gets sums over rows, the recurrence the mean and the penalty's share."""
    optimizer, twin = TWINS[name]
    weight_sum, alpha = 8.0, 0.5
    gradients = gradients_for(1)
    result = run_updates(
        optimizer, np.float64, gradients=gradients, rates=RATES[:1], alpha=alpha,
        weight_sum=weight_sum,
    )
    start = result["start"]
    mean = (gradients + alpha * start) / weight_sum
    np.testing.assert_allclose(result["weights"], twin(start, mean, RATES[:1]), rtol=1e-12)
    assert result["squares"][0] == pytest.approx(start @ start, rel=1e-13)


@EACH_TWIN
def test_clipping_scales_the_gradient(name):
    optimizer, twin = TWINS[name]
    result = run_updates(optimizer, np.float64, clip=0.25)
    expected = twin(result["start"], 0.25 * gradients_for(5), RATES)
    np.testing.assert_allclose(result["weights"], expected, rtol=1e-11, atol=1e-12)


@EACH_TWIN
def test_a_batch_without_weight_has_no_gradient(name):
    optimizer, twin = TWINS[name]
    result = run_updates(optimizer, np.float64, weight_sum=0.0)
    np.testing.assert_array_equal(
        result["weights"], twin(result["start"], np.zeros((5, 37)), RATES)
    )


@EACH_TWIN
def test_weight_decay_is_apart_from_the_gradient(name):
    """One update: the decayed parameter takes the step that the gradient alone gives."""
    optimizer, twin = TWINS[name]
    decay, rate, gradients = 0.3, RATES[:1], gradients_for(1)
    result = run_updates(
        optimizer, np.float64, gradients=gradients, rates=rate, weight_decay=decay
    )
    start = result["start"]
    step = twin(start, gradients, rate) - start
    np.testing.assert_allclose(
        result["weights"], start * (1 - decay * rate[0]) + step, rtol=1e-12, atol=1e-14
    )


@pytest.fixture
def torch():
    """PyTorch in float64, NAdam's running product included."""
    module = pytest.importorskip("torch")
    before = module.get_default_dtype()
    module.set_default_dtype(module.float64)
    yield module
    module.set_default_dtype(before)


def torch_updates(torch, create, start, gradients, rates):
    w = torch.tensor(start, requires_grad=True)
    optimizer = create(torch.optim, [w])
    for gradient, rate in zip(gradients, rates, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        w.grad = torch.tensor(gradient)
        optimizer.step()
    return w.detach().numpy()


RATE = np.full(5, 0.05)  # torch's momentum is by gradients, ours by steps: equal at an even rate
# Adam's epsilon is next to nothing, as torch adds it at another place; so is torch's maximum of
# the corrected moments another than the paper's, so amsgrad is not here
ORACLES = {
    "sgd": (SGD(), lambda o, w: o.SGD(w, momentum=0.9, nesterov=True, lr=0.05)),
    "momentum": (SGD(nesterov=False), lambda o, w: o.SGD(w, momentum=0.9, lr=0.05)),
    "adam": (Adam(epsilon=1e-30), lambda o, w: o.Adam(w, eps=1e-30)),
    "adamw": (AdamW(epsilon=1e-30), lambda o, w: o.AdamW(w, eps=1e-30, weight_decay=0.3)),
    "nadam": (NAdam(), lambda o, w: o.NAdam(w, momentum_decay=0.004)),
    "rmsprop": (RMSprop(rho=0.95), lambda o, w: o.RMSprop(w, alpha=0.95)),
    "adagrad": (Adagrad(epsilon=1e-10), lambda o, w: o.Adagrad(w, eps=1e-10)),
    "adadelta": (Adadelta(), lambda o, w: o.Adadelta(w, rho=0.95, eps=1e-6)),
}


@pytest.mark.parametrize("name", ORACLES)
def test_updates_are_those_of_torch(name, torch):
    optimizer, create = ORACLES[name]
    start = np.random.default_rng(9).normal(0, 1, 37)
    gradients = gradients_for(5)
    gradients[:, 3] = 1e-3  # an epsilon of next to nothing cannot divide zero by zero alike
    decay = 0.3 if name == "adamw" else 0.0
    result = run_updates(
        optimizer, np.float64, start=start, gradients=gradients, rates=RATE, weight_decay=decay
    )
    expected = torch_updates(torch, create, start, gradients, RATE)
    np.testing.assert_allclose(result["weights"], expected, rtol=1e-10, atol=1e-12)


def test_amsgrad_keeps_the_largest_moment():
    gradients = np.array([[10.0], [0.1], [0.1]])
    plain = run_updates(Adam(beta_2=0.1), np.float64, gradients=gradients, rates=RATE[:3])
    largest = run_updates(
        Adam(beta_2=0.1, amsgrad=True), np.float64, gradients=gradients, rates=RATE[:3]
    )
    assert largest["slots"].shape[0] == 3
    assert largest["slots"][2, 0] == pytest.approx(90.0)
    assert abs(largest["weights"] - largest["start"]) < abs(plain["weights"] - plain["start"])


def test_adamw_decays_by_itself():
    assert AdamW().weight_decay == 0.01
    assert Adam().weight_decay == SGD().weight_decay == 0.0
