"""Calls of kernels from Python, by the addresses of machine code or of what stands for it."""

import ctypes
import functools
from collections.abc import Callable

import numpy as np

_interpreted: dict[int, Callable] = {}


def interpret(function: Callable) -> int:
    """Return a number under which `call_address` finds a Python function."""
    address = len(_interpreted) + 1
    _interpreted[address] = function
    return address


def is_interpreted(address: int) -> bool:
    """Whether an address stands for a Python function: machine code has none so low."""
    return address in _interpreted


def call_address(address: int, row: int, run: int) -> None:
    """Call a kernel by its address, from Python and without the interpreter's lock."""
    if address in _interpreted:
        with np.errstate(all="ignore"):  # machine code does not warn either
            _interpreted[address](row, run)
        return
    _function_at(address)(_RETURN_SLOT, _ERROR_SLOT, row, run)


_PROTOTYPE = ctypes.CFUNCTYPE(
    ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64
)
_function_at = functools.cache(_PROTOTYPE)
_slots = np.zeros(2, np.int64)  # where Numba's calling convention puts a result and an error
_RETURN_SLOT, _ERROR_SLOT = _slots.ctypes.data, _slots.ctypes.data + 8
