"""Functions that were not written for this package: when two are the same, and how long code stays.

Numba compiles what a function refers to into its code. Functions are equal, and share machine code,
if their own code is, and the values of all that they refer to. So a function that a worker process
unpickles for each task is compiled once, and one whose constants have changed is compiled anew.
"""

import functools
import types
from collections.abc import Callable, Iterator

import numpy as np

_KEPT = 8  # functions whose machine code stays though nothing that is alive needs it
_MOST_BYTES = 65536  # of an array that is compared by its numbers
_CONSTANTS = (bool, int, float, complex, str, bytes, type(None), np.generic)


class UserFunction:
    """A function that kernels call and that was not written for this package.

    Parameters
    ----------
    function : callable
        A plain function, or one that Numba has decorated.

    Attributes
    ----------
    key : hashable
        What the function is compared by.
    addresses : tuple of two dicts
        Addresses of kernels with this function in them, of machine code and of interpreted ones.
    code : list
        What must stay alive for as long as the addresses are valid.
    tried : set
        The sizes of target and output that the function is known to take.
    """

    def __init__(self, function: Callable):
        self.function = function
        self.key = _contents(function)
        self.addresses: tuple[dict, dict] = ({}, {})
        self.code: list = []
        self.tried: set = set()

    def __eq__(self, other):
        return isinstance(other, UserFunction) and other.key == self.key

    def __hash__(self):
        return hash(self.key)

    @property
    def name(self) -> str:
        """The function's name, for messages."""
        return getattr(self.function, "__name__", repr(self.function))

    @property
    def plain(self) -> Callable:
        """The function without Numba's decoration."""
        return getattr(self.function, "py_func", self.function)

    def bind(self, dtype: np.dtype, interpreted: bool):
        """Return the Python function or the Numba dispatcher."""
        if interpreted:
            return self.plain
        if hasattr(self.function, "py_func"):
            return self.function
        from .compiler import users

        return users(self.function)


@functools.lru_cache(_KEPT)
def _first_of_equals(function):
    return function


def user_function(function: Callable) -> UserFunction:
    """Return what stands for a user's function: the same object for equal functions.

    It is kept, and the code compiled for it, while a kernel that is alive has it among its parts,
    and for as long as it is one of the last few that were asked for.
    """
    return _first_of_equals(UserFunction(function))


def names_in(code: types.CodeType) -> Iterator[str]:
    """Yield the names that code refers to, that of functions within it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_in(constant)


def _contents(function):
    if not isinstance(function, types.FunctionType):
        return _Itself(function)
    namespace = function.__globals__
    names = [name for name in dict.fromkeys(names_in(function.__code__)) if name in namespace]
    closure = [_cell_value(cell) for cell in function.__closure__ or ()]
    values = [*(namespace[name] for name in names), *closure, *(function.__defaults__ or ())]
    return function.__code__, (*names,), (*map(_value, values),)


def _cell_value(cell):
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return None


def _value(value):
    """Return what a value that a function refers to is compared by."""
    if isinstance(value, _CONSTANTS):
        return type(value), repr(value)
    if type(value) is tuple:
        return tuple, (*map(_value, value),)
    is_array = type(value) is np.ndarray and not value.dtype.hasobject
    if is_array and value.nbytes <= _MOST_BYTES:
        return value.dtype.str, value.shape, value.strides, value.tobytes()
    return _Itself(value)


class _Itself:
    """Equal to what holds the same object; keeps it alive, so that no other has its identity."""

    def __init__(self, value):
        self._value = value

    def __eq__(self, other):
        return isinstance(other, _Itself) and other._value is self._value

    def __hash__(self):
        return id(self._value)
