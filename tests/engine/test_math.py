"""Elementary functions: accuracy over wide ranges, extremes, and NaN."""

import math
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

from _helpers import DTYPES, apply_helper, name_of, plain_python
from skneural.engine import math as fast
from skneural.engine.compile import jit

TOLERANCE = {"float32": 1e-6, "float64": 1e-14}
EACH_DTYPE = pytest.mark.parametrize("dtype", DTYPES, ids=name_of)
N = 300 if jit.is_disabled() else 30_000
ROOT_HALF = Fraction("0.70710678118654752440084436210484903928")


def in_two(exact):
    """Return a number, however small against it the last bits, as the sum of two floats."""
    head = float(exact)
    return head, float(exact - Fraction(head))


@np.vectorize
def gaussian(x):
    head, rest = in_two(Fraction(x) ** 2 / 2)
    return math.exp(-head) * (1 - rest)


@np.vectorize
def normal_distribution(x):
    """SciPy's loses digits far below zero, to the rounding of x / sqrt(2)."""
    head, rest = in_two(-Fraction(x) * ROOT_HALF)
    return (math.erfc(head) - 2 / math.sqrt(math.pi) * math.exp(-head * head) * rest) / 2


# the function in float64, and the range it is accurate in for float32 and float64
FUNCTIONS = {
    "exp": (np.exp, (-87, 88), (-708, 709)),
    "expm1": (np.expm1, (-1e4, 88), (-1e4, 709)),
    "log1p_of_unit": (np.log1p, (0, 1), (0, 1)),
    "log_of_unit": (np.log, (2.0**-33, 1), (2.0**-33, 1)),
    "sine": (np.sin, (-np.pi / 4, np.pi / 4), (-np.pi / 4, np.pi / 4)),
    "cosine": (np.cos, (-np.pi / 4, np.pi / 4), (-np.pi / 4, np.pi / 4)),
    "softplus": (lambda x: np.logaddexp(0, x), (-87, 1e6), (-708, 1e6)),
    "logistic": (special.expit, (-87, 1e6), (-708, 1e6)),
    "tanh": (np.tanh, (-1e6, 1e6), (-1e6, 1e6)),
    "gaussian": (gaussian, (-13, 13), (-37, 37)),
    "normal_distribution": (normal_distribution, (-11.3, 1e6), (-11.3, 1e6)),
}
EACH_FUNCTION = pytest.mark.parametrize("name", FUNCTIONS)


def numbers_between(low, high, dtype):
    """Even steps over a range, and both signs of every order of magnitude."""
    random = np.random.default_rng(0)
    spread = np.exp(random.uniform(np.log(1e-6), np.log(max(abs(low), high)), N))
    near = random.uniform(max(low, -20), min(high, 20), N)
    x = np.concatenate([np.linspace(low, high, N), spread, -spread, near]).astype(dtype)
    return x[(x >= low) & (x <= high)]


@EACH_DTYPE
@EACH_FUNCTION
def test_accuracy(name, dtype):
    function, *ranges = FUNCTIONS[name]
    x = numbers_between(*ranges[dtype == np.float64], dtype)
    if function in (gaussian, normal_distribution):
        x = x[::17]  # their exact arithmetic is slow
    value = apply_helper(getattr(fast, name), x)
    assert value.dtype == dtype
    expected = function(x.astype(float))
    np.testing.assert_allclose(value.astype(float), expected, rtol=TOLERANCE[dtype.name], atol=0)


@EACH_DTYPE
@EACH_FUNCTION
def test_nan_goes_through(name, dtype):
    x = np.array([0.5, np.nan, 0.25, np.nan], dtype)
    value = apply_helper(getattr(fast, name), x)
    np.testing.assert_array_equal(np.isnan(value), np.isnan(x))


LIMITS = {  # far below zero and far above
    "expm1": (-1, None),
    "softplus": (0, "x"),
    "logistic": (0, 1),
    "tanh": (-1, 1),
    "gaussian": (0, 0),
    "normal_distribution": (0, 1),
}


@EACH_DTYPE
@pytest.mark.parametrize("name", LIMITS)
def test_limits(name, dtype):
    below, above = LIMITS[name]
    far = np.array([1e3, 1e6, 1e30, np.inf], dtype)
    tiny = 1e-28
    np.testing.assert_allclose(
        apply_helper(getattr(fast, name), -far), np.full(4, below), rtol=0, atol=tiny
    )
    if above is not None:
        expected = far if above == "x" else np.full(4, above)
        np.testing.assert_allclose(
            apply_helper(getattr(fast, name), far), expected, rtol=1e-6, atol=tiny
        )


@EACH_DTYPE
def test_exp_saturates_at_finite_numbers(dtype):
    """Below, at the smallest normal number; above, at the last it can double to."""
    low, high = ((-87, 88), (-708, 709))[dtype == np.float64]
    x = np.array([-np.inf, -1e30, low - 1, low, high, high + 1, 1e30, np.inf], dtype)
    value = apply_helper(fast.exp, x)
    ends = np.exp(np.array([low, high], float))
    np.testing.assert_allclose(value.astype(float), np.repeat(ends, 4), rtol=1e-6)


@EACH_DTYPE
@EACH_FUNCTION
def test_functions_rise(name, dtype):
    """Within rounding: no step down where one approximation meets another."""
    _, *ranges = FUNCTIONS[name]
    low, high = ranges[dtype == np.float64]
    x = np.sort(numbers_between(low, 0 if name in ("gaussian", "cosine") else high, dtype))
    value = apply_helper(getattr(fast, name), x).astype(float)
    assert (np.diff(value) >= -TOLERANCE[dtype.name] * np.abs(value[1:])).all()


@EACH_DTYPE
def test_waves_of_turns(dtype):
    """Exact to rounding of the result: the turns within one are found without an error."""
    x = np.concatenate([np.linspace(-3, 3, 1201), numbers_between(-1e5, 1e5, float)]).astype(dtype)
    for name, shift in (("cosine_of_turns", 0.25), ("sine_of_turns", 0.0)):
        turns = np.remainder(x.astype(float) + shift, 1.0)  # of a sine
        turns = np.where(turns > 0.75, turns - 1, np.where(turns > 0.25, 0.5 - turns, turns))
        value = apply_helper(getattr(fast, name), x).astype(float)
        np.testing.assert_allclose(value, np.sin(2 * np.pi * turns), rtol=0,
                                   atol=1e-10 if dtype == np.float64 else 1e-6)
        assert np.abs(value).max() <= 1 + TOLERANCE[dtype.name]
        near = np.abs(x) < 1
        close = np.cos if shift else np.sin
        np.testing.assert_allclose(value[near], close(2 * np.pi * x[near].astype(float)), rtol=0,
                                   atol=TOLERANCE[dtype.name])
        assert np.isnan(apply_helper(getattr(fast, name), np.array([np.nan], dtype))).all()


def test_a_helper_is_plain_python_when_called():
    assert fast.tanh(0.5) == pytest.approx(np.tanh(0.5), rel=1e-15)
    assert fast.logistic(-2.0) == pytest.approx(special.expit(-2.0), rel=1e-15)


@pytest.mark.needs_jit(reason="there is one meaning only")
@EACH_DTYPE
@EACH_FUNCTION
def test_compiled_equals_plain_python(name, dtype):
    _, *ranges = FUNCTIONS[name]
    x = numbers_between(*ranges[dtype == np.float64], dtype)[::531]
    x = np.concatenate([x, np.array([np.nan, 0, -0.0], dtype)])
    compiled = apply_helper(getattr(fast, name), x)
    with plain_python():
        plain = apply_helper(getattr(fast, name), x)
    np.testing.assert_allclose(compiled, plain, rtol=TOLERANCE[dtype.name])
