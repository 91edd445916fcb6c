"""Each activation against its formula, and against PyTorch's."""

import numpy as np
import pytest
from scipy import special

from _helpers import DTYPES, name_of
from skneural.activations import Elu, LeakyRelu, get_activation

EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
Z = np.concatenate([[0.0, -3.0, 3.0], np.linspace(-9.1, 9.2, 70)])
TOLERANCE = {"float32": 2e-6, "float64": 1e-13}
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772

FORMULAS = {
    "identity": lambda z: z,
    "logistic": special.expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softplus": lambda z: np.logaddexp(0, z),
    "centred_softplus": lambda z: np.log((np.exp(z) + 1) / 2),
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(z)),
    "selu": lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(z)),
    "gelu": lambda z: z * special.ndtr(z),
    "gelu_tanh": lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
    "silu": lambda z: z * special.expit(z),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "hard_sigmoid": lambda z: np.clip(z + 3, 0, 6) / 6,
    "hard_swish": lambda z: z * np.clip(z + 3, 0, 6) / 6,
}
PARAMETRIC = {
    "leaky_relu": (LeakyRelu(negative_slope=0.2), lambda z: np.where(z > 0, z, 0.2 * z)),
    "elu": (Elu(alpha=0.5), lambda z: np.where(z > 0, z, 0.5 * np.expm1(z))),
}


@EACH_DTYPE
@pytest.mark.parametrize("name", FORMULAS)
def test_value_is_the_formula(name, dtype):
    z = Z.astype(dtype)
    tolerance = TOLERANCE[dtype.name]
    np.testing.assert_allclose(
        get_activation(name)(z), FORMULAS[name](z.astype(float)), rtol=tolerance, atol=tolerance
    )


@pytest.mark.parametrize("name", PARAMETRIC)
def test_parameters_count(name):
    activation, formula = PARAMETRIC[name]
    np.testing.assert_allclose(activation(Z), formula(Z), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(
    ("name", "at", "slope"),
    [
        ("relu", 0.0, 0.0),
        ("leaky_relu", 0.0, 0.01),
        ("elu", 0.0, 1.0),
        ("hard_sigmoid", -3.0, 0.0),
        ("hard_sigmoid", 3.0, 0.0),
        ("hard_swish", -3.0, 0.0),
        ("hard_swish", 3.0, 1.0),
    ],
)
def test_slope_at_a_kink_is_that_of_one_side(name, at, slope):
    assert get_activation(name).derivative(at) == slope


def test_centred_softplus_is_centred():
    activation = get_activation("centred_softplus")
    assert activation(0.0) == pytest.approx(0.0, abs=1e-16)
    assert activation.derivative(0.0) == 0.5


@EACH_DTYPE
@pytest.mark.parametrize("name", ["gelu", "gelu_tanh", "silu", "mish", "hard_swish"])
def test_a_gate_closes_far_below_zero(name, dtype):
    """What is left of the gate is too little even for a number as large as this."""
    assert abs(get_activation(name)(np.array([-1e25], dtype))[0]) < 1e-10


def test_selu_keeps_mean_and_variance():
    z = np.random.default_rng(0).standard_normal(20_000)
    value = get_activation("selu")(z)
    assert value.mean() == pytest.approx(0.0, abs=0.03)
    assert value.var() == pytest.approx(1.0, abs=0.05)


# hard_sigmoid is not here: torch rounds its slope of 1 / 6 to float32
TORCH_NAMES = {
    "logistic": "sigmoid", "tanh": "tanh", "relu": "relu", "softplus": "softplus",
    "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu", "gelu": "gelu", "silu": "silu",
    "mish": "mish", "hard_swish": "hardswish",
}


@pytest.mark.parametrize("name", TORCH_NAMES)
def test_value_and_slope_are_those_of_torch(name):
    torch = pytest.importorskip("torch")
    z = torch.tensor(Z[3:], requires_grad=True)
    value = getattr(torch.nn.functional, TORCH_NAMES[name])(z)
    value.sum().backward()
    activation = get_activation(name)
    np.testing.assert_allclose(activation(Z[3:]), value.detach(), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(activation.derivative(Z[3:]), z.grad, rtol=1e-12, atol=1e-12)


def test_gelu_tanh_is_that_of_torch():
    torch = pytest.importorskip("torch")
    value = torch.nn.functional.gelu(torch.tensor(Z), approximate="tanh")
    np.testing.assert_allclose(get_activation("gelu_tanh")(Z), value, rtol=1e-12, atol=1e-12)
