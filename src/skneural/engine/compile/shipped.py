"""Kernels that came with the package: machine code for a few instruction sets, read-only.

A wheel has, for each of them, a shared library with all kernels of the package and a file that
says what it was built from. It needs neither Numba nor llvmlite. It is used if it was built from
the very sources that this process runs, for the best of the sets that the processor has.
"""

import ctypes
import functools
import hashlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any, NamedTuple

from .calls import is_disabled

VARIABLE = "SKNEURAL_SHIPPED_KERNELS"
FOLDER = Path(__file__).resolve().parents[2] / "kernels"


class InstructionSet(NamedTuple):
    """Instructions that kernels are compiled for.

    Parameters
    ----------
    name : str
    cpu, features : str
        ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` to compile for it.
    needed : tuple of str
        NumPy's names of what a processor must have.
    vectors : frozenset of str
        See `skneural.engine.processor.enabled_features`.
    """

    name: str
    cpu: str
    features: str
    needed: tuple[str, ...]
    vectors: frozenset[str]


# the best first; vectors of 512 bits also in loops that LLVM makes them for
INSTRUCTION_SETS = {
    "x86_64": (
        InstructionSet(
            "avx512", "skylake-avx512", "-prefer-256-bit", ("AVX512_SKX",),
            frozenset({"avx512f", "avx", "fma"}),
        ),
        InstructionSet("avx2", "haswell", "", ("AVX2", "FMA3"), frozenset({"avx", "fma"})),
        InstructionSet("generic", "x86-64", "", (), frozenset()),
    ),
    "aarch64": (InstructionSet("neon", "generic", "", (), frozenset({"neon", "fma"})),),
}
INSTRUCTION_SETS["AMD64"] = INSTRUCTION_SETS["x86_64"]
INSTRUCTION_SETS["arm64"] = INSTRUCTION_SETS["aarch64"]


def symbol_of(name: str) -> str:
    """Return what a kernel is called in a library."""
    return f"k{hashlib.blake2b(name.encode(), digest_size=12).hexdigest()}"


def files_of(instructions: InstructionSet) -> tuple[Path, Path]:
    """Return where the library for an instruction set is, and what tells of it."""
    stem = f"{sys.platform}-{platform.machine()}-{instructions.name}"
    return FOLDER / f"{stem}.so", FOLDER / f"{stem}.json"


@functools.cache
def _processor_has() -> dict[str, bool]:
    """Return what NumPy has found that the processor can do."""
    try:
        from numpy._core._multiarray_umath import __cpu_features__ as found
    except ImportError:  # NumPy before 2
        from numpy.core._multiarray_umath import __cpu_features__ as found
    return found


def _wanted() -> InstructionSet | None:
    """Return the set that the environment names, or the best that the processor has."""
    sets = INSTRUCTION_SETS.get(platform.machine(), ())
    cpu = os.environ.get("NUMBA_CPU_NAME")
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if cpu is not None:
        chosen = (cpu, features or "")
        return next((each for each in sets if (each.cpu, each.features) == chosen), None)
    if features is not None:
        return None
    has = _processor_has()
    return next((each for each in sets if all(has.get(name) for name in each.needed)), None)


class _Library(NamedTuple):
    """A library that was loaded, and what it was built for."""

    code: Any
    instructions: InstructionSet


@functools.cache
def _library() -> _Library | None:
    from .cache import CODE_SETTINGS, imported_digest

    changed = [name for name in CODE_SETTINGS if os.environ.get(name) is not None]
    if is_disabled() or changed or os.environ.get(VARIABLE) == "0":
        return None
    instructions = _wanted()
    if instructions is None:
        return None
    library, about = files_of(instructions)
    try:
        told = json.loads(about.read_text(encoding="utf-8"))
        if told["sources"] != imported_digest():
            return None
        return _Library(ctypes.CDLL(str(library)), instructions)
    except (OSError, ValueError, KeyError):
        return None


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
