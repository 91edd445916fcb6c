"""The processor as the compiler sees it: its vector registers and what they can do."""

import functools

import numpy as np

from .compile import calls
from .compile.host import host_cpu
from .compile.shipped import vectors


@functools.cache
def vector_bytes() -> int:
    """Return the width of a vector register of the processor, in bytes."""
    if calls.is_disabled():
        return 16
    features = enabled_features()
    if "avx512f" in features:
        return 64
    return 32 if "avx" in features else 16


@functools.cache
def enabled_features() -> frozenset[str]:
    """Return the vector features Numba compiles for: some of avx512f, avx, fma, neon."""
    shipped = vectors()
    if shipped is not None:
        return shipped
    import llvmlite.binding as llvm

    name, features = host_cpu()
    present = {part[1:] for part in features.split(",") if part.startswith("+")}
    if llvm.get_process_triple().startswith(("aarch64", "arm64")):
        return frozenset({"neon", "fma"})
    if not features:
        present = _features_of(name)
    return frozenset(present & {"avx512f", "avx", "fma"})


def _features_of(cpu):
    """Ask LLVM which vectors a processor given by name has, by compiling for it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    module = llvm.parse_assembly(
        "declare <16 x float> @llvm.fma.v16f32(<16 x float>, <16 x float>, <16 x float>)\n"
        "define <16 x float> @f(<16 x float> %a) {\n"
        "  %b = call <16 x float> @llvm.fma.v16f32(<16 x float> %a, <16 x float> %a,"
        " <16 x float> %a)\n  ret <16 x float> %b\n}"
    )
    assembly = target.create_target_machine(cpu=cpu).emit_assembly(module)
    present = set()
    if "vfmadd" in assembly:
        present |= {"fma", "avx"}
    if "zmm" in assembly:
        present.add("avx512f")
    if "ymm" in assembly:
        present.add("avx")
    return present


def lanes(dtype: np.dtype) -> int:
    """Return how many numbers of a dtype one vector register holds."""
    return vector_bytes() // dtype.itemsize
