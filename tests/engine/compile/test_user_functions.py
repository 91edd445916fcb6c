"""Users' functions: which share machine code, how long it stays, and what is found at once."""

import gc
import types
import weakref

import numpy as np
import pytest

from _helpers import loss_and_gradient, plain_python
from skneural.engine.compile import calls, user_functions
from skneural.engine.compile.jit import compile_count
from skneural.engine.compile.user_functions import UserFunction, user_function
from skneural.losses import CustomLoss

FLOAT64 = np.dtype(np.float64)
needs_jit = pytest.mark.needs_jit(reason="nothing is compiled")
FACTOR = 1.0


def squares_times(factor):
    def squares(target, output, gradient):
        total = 0.0
        for j in range(len(output)):
            gradient[j] = factor * (output[j] - target[j])
            total += 0.5 * factor * (output[j] - target[j]) ** 2
        return total

    return squares


def scaled(target, output, gradient):
    gradient[0] = FACTOR
    return FACTOR * output[0]


def applied(function, z=3.0, y=1.0):
    value, gradient = loss_and_gradient(CustomLoss(function), np.array([[z]]), np.array([[y]]))
    return value[0], gradient[0, 0]


def test_functions_are_equal_by_code_and_what_they_refer_to():
    one, other = UserFunction(squares_times(2.0)), UserFunction(squares_times(2.0))
    assert one == other and hash(one) == hash(other)
    assert user_function(one.function) is user_function(other.function)
    assert one != UserFunction(squares_times(3.0))
    assert one != UserFunction(scaled)
    assert one != one.function


@pytest.mark.parametrize(
    ("constant", "another"),
    [(1, 1.0), (1, True), (0.0, -0.0), (np.float32(1), 1.0), ((1, 2), (1, 2.0)), ("a", b"a"),
     (np.ones(3), np.ones(3, np.float32)), (np.ones(4), np.ones((2, 2))),
     (np.zeros(2), -np.zeros(2)), (len, max), ([1], [1])],
    ids=repr,
)
def test_constants_that_numba_would_compile_otherwise(constant, another):
    assert UserFunction(squares_times(constant)) != UserFunction(squares_times(another))
    assert UserFunction(squares_times(constant)) == UserFunction(squares_times(constant))


def test_a_changed_global_makes_another_function(monkeypatch):
    before = UserFunction(scaled)
    monkeypatch.setitem(scaled.__globals__, "FACTOR", 5.0)
    assert UserFunction(scaled) != before
    assert applied(scaled) == (15.0, 5.0)
    monkeypatch.undo()
    assert UserFunction(scaled) == before
    assert applied(scaled) == (3.0, 1.0)


def test_a_changed_array_makes_another_function():
    factors = np.array([2.0])

    def weighted(target, output, gradient):
        gradient[0] = factors[0]
        return factors[0] * output[0]

    assert applied(weighted) == (6.0, 2.0)
    factors[0] = 4.0
    assert applied(weighted) == (12.0, 4.0)


def test_a_large_array_is_compared_by_identity():
    one, other = np.zeros(100_000), np.zeros(100_000)
    assert UserFunction(squares_times(one)) == UserFunction(squares_times(one))
    assert UserFunction(squares_times(one)) != UserFunction(squares_times(other))


def test_functions_of_one_text_in_two_processes_are_equal():
    """As joblib's workers have them: each task brings a function, and its globals, of its own."""
    copies = [
        types.FunctionType(scaled.__code__, {"FACTOR": 2.0, "other": number}) for number in range(2)
    ]
    assert UserFunction(copies[0]) == UserFunction(copies[1])


def test_a_decorated_function_is_undecorated_for_plain_python():
    class Decorated:
        py_func = staticmethod(scaled)

    decorated = Decorated()
    assert UserFunction(decorated).bind(FLOAT64, True) is scaled
    assert UserFunction(decorated) == UserFunction(decorated) != UserFunction(scaled)


@needs_jit
def test_equal_functions_are_compiled_once():
    applied(squares_times(1.25))
    before = compile_count()
    assert applied(squares_times(1.25)) == (2.5, 2.5)
    assert compile_count() == before


@needs_jit
def test_code_of_functions_no_longer_used_is_given_back():
    """Only the last few are kept, however many there were."""
    from llvmlite.binding import ExecutionEngine, ModuleRef

    def alive():
        gc.collect()
        objects = gc.get_objects()
        kinds = (UserFunction, ExecutionEngine, ModuleRef)
        return [sum(isinstance(found, kind) for found in objects) for kind in kinds]

    counts = []
    for group in range(3):
        for number in range(user_functions._KEPT):
            applied(squares_times(10.0 * group + number + 0.5))
        counts.append(alive())
    assert counts[1] == counts[2]
    assert counts[2][0] == user_functions._KEPT


def test_interpreted_functions_are_given_back():
    counts = []
    with plain_python():
        for group in range(3):
            for number in range(user_functions._KEPT):
                applied(squares_times(1000.0 * group + number))
            gc.collect()
            counts.append(len(calls._interpreted))
    assert counts[1] == counts[2]


@needs_jit
def test_code_stays_for_as_long_as_a_plan_needs_it():
    from skneural.network.network import Network

    network = Network([], 1, CustomLoss(squares_times(0.75)), 1, FLOAT64)
    X, y = np.array([[3.0]]), np.array([[1.0]])
    evaluation = network.evaluation(X, y)
    before = evaluation.loss()
    (kept,) = [weakref.ref(part) for part in gc.get_objects()
               if isinstance(part, UserFunction) and part == UserFunction(squares_times(0.75))]
    for number in range(user_functions._KEPT + 1):
        user_function(squares_times(100.25 + number))
    gc.collect()
    assert kept() is not None
    assert evaluation.loss() == before == 1.5
    del evaluation, network
    gc.collect()
    assert kept() is None


def beyond(target, output, gradient):
    gradient[0] = target[len(output)]
    return 0.0


def test_an_index_out_of_bounds_is_found_before_anything_is_compiled():
    before = compile_count()
    with pytest.raises(IndexError, match="index 1 .*; beyond was called with a target of 1 and"):
        applied(beyond)
    with pytest.raises(IndexError, match="beyond"):
        applied(beyond)
    assert compile_count() == before


@needs_jit
def test_an_index_out_of_bounds_in_a_later_row_raises():
    def later(target, output, gradient):
        place = int(target[0])
        gradient[place] = 1.0
        return 0.0

    z = np.zeros((2, 1))
    loss_and_gradient(CustomLoss(later), z, np.array([[0.0], [0.0]]))
    for beyond_memory in (1.0, 1e12):
        with pytest.raises(RuntimeError, match="index out of bounds"):
            loss_and_gradient(CustomLoss(later), z, np.array([[0.0], [beyond_memory]]))


@needs_jit
def test_what_is_an_error_in_plain_python_only_is_none():
    import math

    def logarithm(target, output, gradient):
        gradient[0] = 1.0
        return math.log(target[0]) if output[0] == 0.5 else 2.0

    assert applied(logarithm, z=3.0, y=-1.0) == (2.0, 1.0)
