"""Kernels that came with the package: machine code for a few instruction sets, read-only.

A wheel has, for each of them, a shared library with all kernels of the package and a file that
says what it was built from, with a checksum of the library. It needs neither Numba nor llvmlite.
The library for the best of the sets that the processor has is used, if it was built from the very
sources that this process runs.
``SKNEURAL_SHIPPED_KERNELS=0`` switches it off; a folder there is where libraries are instead.
"""

import ctypes
import functools
import hashlib
import json
import mmap
import os
import platform
import sys
import zlib
from pathlib import Path
from typing import Any, NamedTuple

from . import cache_warning as _warning
from . import trust
from .calls import is_disabled
from .sources import CODE_SETTINGS, imported_digest

VARIABLE = "SKNEURAL_SHIPPED_KERNELS"
_FOLDER = Path(__file__).resolve().parents[2] / "kernels"
_PROCESSOR = Path("/proc/cpuinfo")


class InstructionSet(NamedTuple):
    """Instructions that kernels are compiled for.

    Parameters
    ----------
    name : str
    cpu, features : str
        ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` to compile for it.
    needed : tuple of str
        Linux's names of what a processor must have.
    vectors : frozenset of str
        See `skneural.engine.processor.enabled_features`.
    """

    name: str
    cpu: str
    features: str
    needed: tuple[str, ...]
    vectors: frozenset[str]


# The best first; that of AVX-512 with vectors of 512 bits also in loops that LLVM vectorises.
_X86_V3 = ("avx2", "fma", "bmi1", "bmi2", "abm", "f16c", "movbe")
_X86_V4 = (*_X86_V3, "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl")
INSTRUCTION_SETS = {
    "x86_64": (
        InstructionSet(
            "avx512", "skylake-avx512", "-prefer-256-bit", _X86_V4,
            frozenset({"avx512f", "avx", "fma"}),
        ),
        InstructionSet("avx2", "haswell", "", _X86_V3, frozenset({"avx", "fma"})),
        InstructionSet("generic", "x86-64", "", (), frozenset()),
    ),
    "aarch64": (InstructionSet("neon", "generic", "", (), frozenset({"neon", "fma"})),),
}


def symbol_of(name: str) -> str:
    """Return what a kernel is called in a library."""
    return f"k{hashlib.blake2b(name.encode(), digest_size=10).hexdigest()}"


def files_of(instructions: InstructionSet) -> tuple[Path, Path]:
    """Return where the library for an instruction set is, and what tells of it."""
    folder = Path(os.environ.get(VARIABLE) or _FOLDER)
    stem = f"{sys.platform}-{platform.machine()}-{instructions.name}"
    return folder / f"{stem}.so", folder / f"{stem}.json"


def checksum_of(library: Path) -> int:
    """Return the CRC-32 of a library; raise a ValueError if it is empty."""
    with (
        open(library, "rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return zlib.crc32(content)


@functools.cache
def _processor_has() -> frozenset[str]:
    """Return what Linux says that the first processor can do, empty where it does not."""
    try:
        with open(_PROCESSOR, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, _, features = line.partition(":")
                if name.strip() in ("flags", "Features"):
                    return frozenset(features.split())
    except OSError:
        pass
    return frozenset()


def _wanted() -> InstructionSet | None:
    """Return the set that the environment names, or the best that the processor has."""
    sets = INSTRUCTION_SETS.get(platform.machine(), ())
    cpu = os.environ.get("NUMBA_CPU_NAME")
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if cpu is not None:
        chosen = (cpu, features or "")
        return next((each for each in sets if (each.cpu, each.features) == chosen), None)
    has = _processor_has()
    if features is not None or not has:
        return None
    return next((each for each in sets if has.issuperset(each.needed)), None)


class _Library(NamedTuple):
    """A library that was loaded, and what it was built for."""

    code: Any
    instructions: InstructionSet


@functools.cache
def _library() -> _Library | None:
    """Return the library to use; one that is damaged, or not to be trusted, is as good as none."""
    changed = [name for name in CODE_SETTINGS if os.environ.get(name) is not None]
    if is_disabled() or changed or os.environ.get(VARIABLE) == "0":
        return None
    instructions = _wanted()
    if instructions is None:
        return None
    library, about = files_of(instructions)
    try:
        if library.parent != _FOLDER:  # which is trusted as the package's sources are
            trust.check_files(library, about)
        told = json.loads(about.read_bytes())
        if not isinstance(told, dict) or told.get("sources") != imported_digest():
            return None
        # code of a part of a file, or changed code, would end the process
        size = library.stat().st_size
        if told.get("size") != size or told.get("crc32") != checksum_of(library):
            _note_damage(library)
            return None
        return _Library(ctypes.CDLL(str(library)), instructions)
    except (OSError, ValueError, TypeError):
        return None


def _note_damage(library: Path) -> None:
    _warning.note(
        f"scikit-neural does not use the compiled kernels that came with it: {library} is damaged,"
        " as its size or checksum is not what it was built with. Kernels are compiled instead;"
        " install the package anew to be rid of that: pip install --force-reinstall --no-deps"
        " scikit-neural"
    )


def address(name: str) -> int | None:
    """Return the address of a kernel, None if it did not come with the package."""
    library = _library()
    if library is None:
        return None
    try:
        function = getattr(library.code, symbol_of(name))
    except AttributeError:
        return None
    return ctypes.cast(function, ctypes.c_void_p).value


def vectors() -> frozenset[str] | None:
    """Return the vector features of the library in use, None if there is none."""
    library = _library()
    return None if library is None else library.instructions.vectors
