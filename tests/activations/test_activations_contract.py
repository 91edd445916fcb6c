"""What every activation keeps to: those registered or exported, with the examples they give."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from _helpers import ACTIVATIONS, DTYPES, ROUNDING, close, name_of, plain_python
from skneural.activations import Activation, get_activation

EACH_ACTIVATION = pytest.mark.parametrize("activation", ACTIVATIONS, ids=name_of)
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
Z = np.concatenate([np.linspace(-6.03, 6.07, 45), np.linspace(-40.03, 40.07, 12)])


@EACH_ACTIVATION
def test_derivative_is_the_central_difference(activation):
    step = 1e-5
    slope = (activation(Z + step) - activation(Z - step)) / (2 * step)
    close(activation.derivative(Z), slope)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
@EACH_ACTIVATION
def test_compiled_equals_plain_python(activation, dtype):
    z = Z.astype(dtype)
    value, slope = activation(z), activation.derivative(z)
    with plain_python():
        tolerance = ROUNDING[dtype.name]
        close(value, activation(z), tolerance)
        close(slope, activation.derivative(z), tolerance)


@EACH_DTYPE
@EACH_ACTIVATION
def test_dtype_shape_and_argument_are_kept(activation, dtype):
    z = Z[:12].astype(dtype).reshape(3, 4)
    before = z.copy()
    for result in (activation(z), activation.derivative(z)):
        assert result.dtype == dtype and result.shape == z.shape
    np.testing.assert_array_equal(z, before)
    fortran = np.asfortranarray(z)
    np.testing.assert_array_equal(activation(fortran), activation(z))


@EACH_ACTIVATION
def test_each_number_stands_alone(activation):
    """To the bit: vector code gives what a single number gives."""
    together, slopes = activation(Z), activation.derivative(Z)
    for place in (0, 7, 22, 44, 56):
        assert activation(Z[place : place + 1])[0] == together[place]
        assert activation.derivative(Z[place : place + 1])[0] == slopes[place]


@EACH_ACTIVATION
@pytest.mark.parametrize("z", [0.5, 2, [1, 2], [True, False]], ids=repr)
def test_other_numbers_are_computed_in_float64(activation, z):
    result = activation(z)
    assert result.dtype == np.float64 and result.shape == np.shape(z)


@EACH_DTYPE
@EACH_ACTIVATION
def test_extremes(activation, dtype):
    """NaN goes through; far out, values are finite and slopes settled."""
    z = np.array([np.nan, -1e4, -200, 200, 1e4], dtype)
    value, slope = activation(z), activation.derivative(z)
    assert np.isnan(value[0])
    assert np.isfinite(value[1:]).all() and np.isfinite(slope[1:]).all()
    close(slope[1], slope[2])
    close(slope[3], slope[4])


@EACH_ACTIVATION
def test_clone_pickle_and_repr(activation):
    for copy in (clone(activation), pickle.loads(pickle.dumps(activation))):
        assert copy is not activation and type(copy) is type(activation)
        assert repr(copy) == repr(activation)
        np.testing.assert_array_equal(copy(Z), activation(Z))


@EACH_ACTIVATION
def test_a_name_gives_the_default_instance(activation):
    found = get_activation(activation.name)
    assert type(found) is type(activation)
    assert found.get_params() == type(activation)().get_params()
    assert get_activation(activation) is activation


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("rellu", ValueError, "MLPRegressor: activation='rellu' .*did you mean 'relu'"),
        ("zzz", ValueError, "activation='zzz' .*centred_softplus"),
        (3, TypeError, "MLPRegressor: activation=3 "),
        (Activation, TypeError, "activation="),
    ],
)
def test_a_wrong_activation_is_named(value, error, message):
    with pytest.raises(error, match=f"(?i){message}"):
        get_activation(value, owner="MLPRegressor")


def test_the_names_are_the_documented_ones():
    assert set(Activation.registry) >= {
        "identity", "logistic", "tanh", "relu", "softplus", "centred_softplus", "leaky_relu",
        "elu", "selu", "gelu", "gelu_tanh", "silu", "mish", "hard_sigmoid", "hard_swish",
    }
