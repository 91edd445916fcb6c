"""Calls of kernels from Python, by the addresses of machine code or of what stands for it."""

import ctypes
import functools
import itertools
import os
import weakref
from collections.abc import Callable

import numpy as np

_interpreted: dict[int, Callable] = {}
_numbers = itertools.count(1)


def is_disabled() -> bool:
    """Whether kernels run as plain Python (``NUMBA_DISABLE_JIT=1``)."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def interpret(function: Callable, owner: object = None) -> int:
    """Return a number under which `call_address` finds a Python function, as long as the owner."""
    address = next(_numbers)
    _interpreted[address] = function
    if owner is not None:
        weakref.finalize(owner, _interpreted.pop, address)
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
