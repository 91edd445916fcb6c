"""Kernels: Python functions compiled by Numba when a network first needs them.

A kernel is a function of two addresses, ``kernel(row, run)``: the row of integers that describes
one step of a plan, and the state of the thread that runs it. It is written once for every dtype:
the names ``reals`` and ``real`` mean the dtype it is compiled for. `Kernel.address` gives the
address of its machine code, from memory, from the cache on disk, or from the compiler, in that
order. Numba is imported in the last case only; the first two need llvmlite alone.

With ``NUMBA_DISABLE_JIT=1`` a kernel stays a Python function, and its address is a number under
which `call_address` finds it again.
"""

import contextlib
import functools
import os
import sys
import threading
import types
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from . import cache as _cache
from . import shipped as _shipped
from .calls import call_address as call_address
from .calls import interpret
from .calls import is_disabled as is_disabled
from .interrupts import import_whole
from .primitive import Primitive
from .user_functions import UserFunction, names_in

_TURN = 3e-4  # seconds

_lock = threading.RLock()
_addresses: dict = {}
_helpers: dict = {}
_n_compiled = 0


def compile_count() -> int:
    """Return how many kernels this process has compiled, those found in the cache left out."""
    return _n_compiled


class Helper:
    """A function that kernels call by name; it becomes part of each of them."""

    def __init__(self, function: Callable, summing: bool = False, bindings: dict | None = None):
        self.function = function
        self.summing = summing
        self.bindings = bindings or {}

    def using(self, **bindings) -> "Helper":
        """Return this helper with some of its global names bound to other helpers."""
        return type(self)(self.function, self.summing, {**self.bindings, **bindings})

    @functools.cached_property
    def key(self):
        """What the helper is: its function, and what is bound to names in it, at any depth."""
        bindings = ((name, getattr(value, "key", value)) for name, value in self.bindings.items())
        return self.function, tuple(bindings)

    def bind(self, dtype: np.dtype, interpreted: bool):
        """Return the Python function or the Numba dispatcher for a dtype."""
        key = (self.key, dtype, interpreted)
        with _lock:
            if key not in _helpers:
                function = bound(self.function, self.bindings, dtype, interpreted)
                _helpers[key] = function if interpreted else inlined(function, self.summing)
            return _helpers[key]

    def __call__(self, *args):
        """Run as plain Python in float64."""
        return self.bind(np.dtype(np.float64), True)(*args)


class Kernel(Helper):
    """A step of a plan: ``kernel(row, run)`` with both arguments addresses."""

    def address(self, dtype) -> int:
        """Return the address of the machine code for a dtype, compiling if need be."""
        key, addresses = self._key(np.dtype(dtype)), self._addresses()
        if key not in addresses:
            make_ready([self], dtype)
        return addresses[key]

    def _key(self, dtype):
        return *self.key, dtype

    def _addresses(self):
        """Return where the kernel's address is kept: with the user's function that is part of it.

        Both go together, and their machine code.
        """
        return self._users[0].addresses[is_disabled()] if self._users else _addresses

    @functools.cached_property
    def _users(self):
        """The user's functions that are parts of the kernel."""
        return [value for value in _parts_of(self) if isinstance(value, UserFunction)]

    def _entry(self, dtype, interpreted):
        """Return the function of two addresses."""
        return bound(self.function, self.bindings, dtype, interpreted)

    def _interpret(self, dtype):
        return interpret(self._entry(dtype, True), self._users[0] if self._users else None)

    def _load(self, symbol, object_code):
        """Return the address of the kernel in its object code."""
        if not self._users:
            return _cache.load(symbol, object_code)
        address, code = _cache.load_apart(symbol, object_code)
        self._users[0].code.append(code)
        return address

    def _name(self, dtype):
        return f"{_label(self)},{dtype.name}"

    def _stored(self, dtype):
        """Return the kernel's symbol and machine code from the cache on disk, None if not there."""
        return _cache.read(self._name(dtype)) if self._is_ours() else None

    def _shipped(self, dtype):
        """Return the kernel's address in the library that came with the package, None without."""
        return _shipped.address(self._name(dtype)) if self._is_ours() else None

    def _typed(self, dtype):
        """Return the kernel's symbol and what gives its machine code."""
        from .compiler import typed

        users = ", ".join(user.name for user in self._users)
        function = self._entry(dtype, False)
        return typed(function, self.summing, None if self._is_ours() else users)

    def _store(self, dtype, symbol, machine_code):
        """Note that the kernel was compiled, and write it to the cache on disk."""
        global _n_compiled
        _n_compiled += 1
        if self._is_ours():
            _cache.write(self._name(dtype), symbol, machine_code)

    def _is_ours(self):
        """Whether every part of the kernel is covered by the digest of the package's sources."""
        root = __name__.partition(".")[0]
        functions = (part.function for part in [self, *_parts_of(self)])
        modules = (getattr(function, "__module__", None) or "" for function in functions)
        return all(module.partition(".")[0] == root for module in modules)


def _parts_of(helper):
    """Return what is bound to names in a helper, at any depth."""
    parts = list(helper.bindings.values())
    return [*parts, *(p for part in parts if isinstance(part, Helper) for p in _parts_of(part))]


def _label(value):
    """Return the name of a function, and of what is bound to names in it."""
    parts = [f"{value.function.__module__}.{value.function.__qualname__}"]
    for name, bound_value in sorted(getattr(value, "bindings", {}).items()):
        label = _label(bound_value)
        parts.append(f"{name}=({label})" if "=" in label else f"{name}={label}")
    return ",".join(parts)


def make_ready(kernels: Iterable[Kernel], dtype) -> None:
    """Have the machine code of kernels for a dtype at hand.

    What has to be compiled is by two threads: LLVM optimises one kernel while Numba types the next.
    """
    dtype = np.dtype(dtype)
    wanted = _missing({kernel._key(dtype): kernel for kernel in kernels})
    if not wanted:
        return  # without waiting for what another thread compiles
    with _lock:
        wanted = _missing(wanted)
        if is_disabled():
            for key, kernel in wanted.items():
                kernel._addresses()[key] = kernel._interpret(dtype)
            return
        missing = {}
        for key, kernel in wanted.items():
            shipped = kernel._shipped(dtype)
            stored = kernel._stored(dtype) if shipped is None else None
            if shipped is not None:
                kernel._addresses()[key] = shipped
            elif stored is None:
                missing[key] = kernel
            else:
                kernel._addresses()[key] = kernel._load(*stored)
        if missing:
            _compile(missing, dtype)


def _missing(kernels):
    return {key: kernel for key, kernel in kernels.items() if key not in kernel._addresses()}


def _compile(kernels, dtype):
    """Compile kernels, given by their keys; those that are through are kept whatever happens."""

    def emit(key, kernel, symbol, machine_code):
        stored = symbol, machine_code()
        kernel._store(dtype, *stored)
        kernel._addresses()[key] = kernel._load(*stored)

    import_whole("compiler", "lowering")
    with _short_turns(), ThreadPoolExecutor(1, "skneural-compiler") as emitter:
        try:
            jobs = [
                emitter.submit(emit, key, kernel, *kernel._typed(dtype))
                for key, kernel in kernels.items()
            ]
            for job in jobs:
                job.result()
        except BaseException:
            emitter.shutdown(wait=False, cancel_futures=True)
            raise


@contextlib.contextmanager
def _short_turns():
    """Shorten the interval of thread switches: LLVM's lock is free after each of many calls."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def kernel(function: Callable | None = None, *, summing: bool = False):
    """Make a kernel of a function; ``summing`` lets its loops add in any fixed order."""
    if function is None:
        return lambda function: Kernel(function, summing)
    return Kernel(function, summing)


def helper(function: Callable | None = None, *, summing: bool = False):
    """Make a helper of a function; ``summing`` lets its loops add in any fixed order."""
    if function is None:
        return lambda function: Helper(function, summing)
    return Helper(function, summing)


def inlined(function: Callable, summing: bool, may_allocate: bool = False):
    """Return Numba's dispatcher of a function that becomes part of the kernels that call it."""
    from . import compiler

    return compiler.inlined(function, summing, may_allocate)


def bound(function: Callable, bindings: dict, dtype: np.dtype, interpreted: bool) -> Callable:
    """Copy a function with its helpers and primitives replaced by those of a dtype."""
    namespace = dict(function.__globals__)
    for name in names_in(function.__code__):
        value = bindings.get(name, namespace.get(name))
        if isinstance(value, Primitive):
            value = value.twin(dtype) if interpreted else _lowered(value, dtype)
        elif isinstance(value, Helper | UserFunction):
            value = value.bind(dtype, interpreted)
        if value is not None:
            namespace[name] = value
    return types.FunctionType(function.__code__, namespace, function.__name__)


@functools.cache  # Numba never forgets an intrinsic
def _lowered(primitive, dtype):
    """Return what a primitive means to Numba."""
    from . import lowering

    return getattr(lowering, primitive.lowering)(dtype)


# A fork waits for the kernels that another thread compiles: half of it would be of no use to the
# child, and neither would locks of Numba's, llvmlite's and the importer's that nobody releases.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release
    )
