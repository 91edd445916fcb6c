"""The cache of compiled kernels: object code on disk, loaded through llvmlite.

The folder is keyed by everything the code depends on: the sources of the packages that hold
kernels, the versions of Python, Numba and llvmlite, and the processor. An edit to any kernel or
to anything a kernel calls therefore starts a new folder, so stale code is never run. A process
whose sources were edited since it imported them uses the cache of the old ones, and adds nothing.
"""

import functools
import hashlib
import os
import platform
import sys
import threading
from importlib.metadata import version

from . import cache_warning as _cache_warning
from . import folders as _folders
from . import shipped as _shipped
from .host import host_cpu
from .sources import CODE_SETTINGS, imported_digest, source_digest

_MAGIC = b"skneural kernel 1\n"
_MODULES: list = []  # what the engine needs alive
_lock = threading.Lock()


@functools.cache
def _folder():
    """Return the name of the folder of kernels compiled from these sources for this processor."""
    parts = [
        imported_digest(),
        sys.version,
        version("numba"),
        version("llvmlite"),
        platform.machine(),
        *host_cpu(),
        str(_vectors()),
        *(f"{name}={os.environ.get(name)}" for name in CODE_SETTINGS),
    ]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()


def _vectors():
    """Return the vectors of the shipped kernels that those of this folder are used with."""
    vectors = _shipped.vectors()
    return None if vectors is None else sorted(vectors)


_usual = functools.cache(_folders.usual)  # wherever the process goes later
_temporary = functools.cache(_folders.temporary)


def _file(name):
    return f"{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}.o"


def _digest(name, body):
    return hashlib.blake2b(name.encode() + b"\n" + body, digest_size=16).digest()


def read(name: str) -> tuple[str, bytes] | None:
    """Return the symbol and object code stored under a kernel's name, None if there are none.

    What lies in the temporary folder is copied into the usual one, which may be usable by now.
    """
    body = _body(_usual, name)
    if body is None:
        body = _body(_temporary, name)
        if body is None:
            return None
        try:
            _put(_usual, name, body)
        except OSError as error:
            _note(error, _kept_elsewhere())
    symbol, _, object_code = body.partition(b"\n")
    return symbol.decode(), object_code


def _body(store, name):
    try:
        data = store().read(_folder(), _file(name))
    except OSError:
        return None
    start = len(_MAGIC) + 16
    body = data[start:]
    intact = data.startswith(_MAGIC) and data[len(_MAGIC) : start] == _digest(name, body)
    return body if intact else None


def _put(store, name, body):
    store().write(_folder(), _file(name), _MAGIC + _digest(name, body) + body)


def write(name: str, symbol: str, object_code: bytes) -> None:
    """Store a kernel; several processes may do so at once.

    It goes to a temporary folder where the usual one can't be used, and a warning is noted.
    """
    if source_digest() != imported_digest():
        return
    body = symbol.encode() + b"\n" + object_code
    try:
        _put(_usual, name, body)
        return
    except OSError as error:
        reason = error
    try:
        _put(_temporary, name, body)
        instead = _kept_elsewhere()
    except OSError as error:
        instead = f"compiles them again in each new process, as nor can it in a temporary ({error})"
    _note(reason, instead)


def _kept_elsewhere():
    return f"keeps them in {_temporary().root}, which the system may empty"


def _note(reason, instead):
    _cache_warning.note(
        f"scikit-neural cannot keep its compiled kernels in their folder ({reason}), and {instead}."
        f" Set {_folders.VARIABLE} to a folder of yours that nobody else may write to."
    )


def _new_engine():
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    machine = target.create_target_machine(jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


_engine = functools.cache(_new_engine)


def load(symbol: str, object_code: bytes) -> int:
    """Make object code executable and return the address of its symbol, valid for ever."""
    with _lock:
        engine = _engine()
        module, address = _add(engine, symbol, object_code)
        _MODULES.append(module)
        return address


def load_apart(symbol: str, object_code: bytes) -> tuple[int, object]:
    """Make object code executable; return its symbol's address and what keeps that valid."""
    engine = _new_engine()
    module, address = _add(engine, symbol, object_code)
    return address, (engine, module)


def _add(engine, symbol, object_code):
    import llvmlite.binding as llvm

    module = llvm.ObjectFileRef.from_data(object_code)
    engine.add_object_file(module)
    engine.finalize_object()
    return module, engine.get_function_address(symbol)
