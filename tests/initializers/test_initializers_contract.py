"""What every registered initializer keeps to."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from skneural.initializers import HeNormal, Identity, Initializer, Orthogonal, get_initializer

NAMES = sorted(Initializer.registry)
EXAMPLES = [example for name in NAMES for example in Initializer.registry[name].examples()]


def test_the_names_are_the_documented_ones():
    assert NAMES == [
        "glorot_normal",
        "glorot_uniform",
        "he_normal",
        "he_uniform",
        "identity",
        "lecun_normal",
        "lecun_uniform",
        "orthogonal",
        "sklearn",
        "unit_variance",
    ]


@pytest.mark.parametrize("initializer", EXAMPLES, ids=repr)
@pytest.mark.parametrize(("fan_in", "fan_out"), [(1, 1), (3, 8), (8, 3)])
def test_shapes_and_dtypes(initializer, fan_in, fan_out):
    kernel, bias = initializer(fan_in, fan_out, np.random.RandomState(0), "relu")
    assert kernel.shape == (fan_in, fan_out) and bias.shape == (fan_out,)
    assert kernel.dtype == bias.dtype == np.float64
    assert kernel.flags.c_contiguous and np.isfinite(kernel).all() and kernel.any()


@pytest.mark.parametrize("initializer", EXAMPLES, ids=repr)
def test_draws_depend_on_the_random_state_alone(initializer):
    random_state = np.random.RandomState(3)
    first, _ = initializer(4, 5, random_state, "tanh")
    second, _ = initializer(4, 5, random_state, "tanh")
    again, _ = initializer(4, 5, np.random.RandomState(3), "tanh")
    np.testing.assert_array_equal(first, again)
    if not isinstance(initializer, Identity):
        assert not np.array_equal(first, second)


@pytest.mark.parametrize("initializer", EXAMPLES, ids=repr)
def test_clone_pickle_and_repr(initializer):
    expected = initializer(4, 5, np.random.RandomState(0), "tanh")[0]
    for copy in (clone(initializer), pickle.loads(pickle.dumps(initializer))):
        assert copy is not initializer and repr(copy) == repr(initializer)
        np.testing.assert_array_equal(copy(4, 5, np.random.RandomState(0), "tanh")[0], expected)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_resolves_to_its_class(name):
    assert type(get_initializer(name)) is Initializer.registry[name]


def test_an_instance_passes_through():
    initializer = Orthogonal()
    assert get_initializer(initializer) is initializer


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("he_norml", "MLPRegressor: initializer='he_norml' .*did you mean 'he_normal'"),
        (HeNormal, "MLPRegressor: initializer=.*instance"),
        (None, "MLPRegressor: initializer=None .*instance"),
        (Orthogonal(gain=0), "'gain' parameter of Orthogonal"),
    ],
    ids=repr,
)
def test_a_wrong_initializer_is_named(value, message):
    with pytest.raises((ValueError, TypeError), match=f"(?i){message}"):
        get_initializer(value, owner="MLPRegressor")


def test_the_base_draws_nothing():
    with pytest.raises(NotImplementedError):
        Initializer()(2, 3, np.random.RandomState(0))
