"""The cache of compiled kernels: object code on disk, loaded through llvmlite.

The folder is keyed by everything the code depends on: the sources of the packages that hold
kernels, the versions of Python, Numba and llvmlite, and the processor. An edit to any kernel or
to anything a kernel calls therefore starts a new folder, so stale code is never run. A process
whose sources were edited since it imported them uses the cache of the old ones, and adds nothing.
"""

import contextlib
import functools
import hashlib
import os
import platform
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

from .._user_warnings import warn_user

_KERNEL_PACKAGES = (
    "engine", "activations", "augmentation", "layers", "losses", "optimizers"
)
_MAGIC = b"skneural kernel 1\n"
_MODULES: list = []  # what the engine needs alive
_lock = threading.Lock()
_warned = False


def host_cpu() -> tuple[str, str]:
    """Return the processor's name and features as Numba will see them."""
    import llvmlite.binding as llvm

    name = os.environ.get("NUMBA_CPU_NAME")
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if name is None:
        name = llvm.get_host_cpu_name()
    elif features is None:
        features = ""  # Numba's rule: a processor given by name brings its own features
    if features is None:
        features = llvm.get_host_cpu_features().flatten()
    return name, features


def source_digest() -> str:
    """Return a digest of all sources that kernels are compiled from, as they are on disk."""
    package = Path(__file__).resolve().parent.parent
    digest = hashlib.blake2b(digest_size=16)
    for folder in _KERNEL_PACKAGES:
        for path in sorted((package / folder).glob("*.py")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


_IMPORTED = source_digest()  # of the sources that this process runs


@functools.cache
def folder() -> Path:
    """Return the folder of the kernels compiled from these sources for this processor."""
    parts = [
        _IMPORTED,
        sys.version,
        version("numba"),
        version("llvmlite"),
        platform.machine(),
        *host_cpu(),
    ]
    key = hashlib.blake2b("\n".join(parts).encode(), digest_size=12).hexdigest()
    return root() / key


def root() -> Path:
    """Return the cache's folder: ``SKNEURAL_CACHE_DIR``, or one in the user's cache folder.

    Raises
    ------
    OSError
        If the user has no home.
    """
    chosen = os.environ.get("SKNEURAL_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or _home() / ".cache"
    return Path(base) / "scikit-neural"


def _home():
    try:
        return Path.home()
    except RuntimeError as error:
        raise OSError(str(error)) from error


def _path(name):
    return folder() / f"{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}.o"


def _digest(name, body):
    return hashlib.blake2b(name.encode() + b"\n" + body, digest_size=16).digest()


def read(name: str) -> tuple[str, bytes] | None:
    """Return the symbol and object code stored under a kernel's name, None if there are none."""
    try:
        data = _path(name).read_bytes()
    except OSError:
        return None
    start = len(_MAGIC) + 16
    body = data[start:]
    if not data.startswith(_MAGIC) or data[len(_MAGIC) : start] != _digest(name, body):
        return None
    symbol, _, object_code = body.partition(b"\n")
    return symbol.decode(), object_code


def write(name: str, symbol: str, object_code: bytes) -> None:
    """Store a kernel; several processes may do so at once. Warn once where it can't be done."""
    global _warned
    if source_digest() != _IMPORTED:
        return
    body = symbol.encode() + b"\n" + object_code
    try:
        _replace(_path(name), _MAGIC + _digest(name, body) + body)
    except OSError as error:
        if not _warned:
            _warned = True
            warn_user(
                f"scikit-neural cannot keep its compiled kernels on disk ({error}): each new "
                "process compiles them again. Set SKNEURAL_CACHE_DIR to a writable folder.",
                RuntimeWarning,
            )


def _replace(path, data):
    """Write a file at once: whoever reads it meanwhile finds all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


@functools.cache
def _engine():
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    machine = target.create_target_machine(jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def load(symbol: str, object_code: bytes) -> int:
    """Make object code executable and return the address of its symbol."""
    import llvmlite.binding as llvm

    with _lock:
        engine = _engine()
        module = llvm.ObjectFileRef.from_data(object_code)
        engine.add_object_file(module)
        engine.finalize_object()
        _MODULES.append(module)
        return engine.get_function_address(symbol)
