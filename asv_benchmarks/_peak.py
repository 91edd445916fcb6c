"""The machine's peak of fused multiply-adds, from a loop that never leaves the registers.

`python -m asv_benchmarks._peak 1` prints the peak of one thread as JSON. The loop is LLVM IR of
explicit `llvm.fma` calls on full-width vectors, so no compiler's choice of vector width, and no
library, stands between the figure and the hardware.
"""

from __future__ import annotations

import ctypes
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ACCUMULATORS = 12  # independent chains: two FMA units times four to five cycles, and some
ITERATIONS = 10_000_000


def vector_bits(features: dict[str, bool]) -> int:
    """Width of the widest vector register that does fused multiply-adds."""
    if features.get("avx512f"):
        return 512
    if features.get("fma"):
        return 256
    return 128


def loop_ir(scalar: str, suffix: str, lanes: int) -> str:
    """LLVM IR of `void loop(i64 iterations, ptr factor, ptr out)`."""
    vector = f"<{lanes} x {scalar}>"
    fma = f"@llvm.fma.v{lanes}{suffix}"
    chains = range(ACCUMULATORS)
    lines = [
        f"declare {vector} {fma}({vector}, {vector}, {vector})",
        f"define void @loop(i64 %iterations, {vector}* %factor, {vector}* %out) {{",
        "entry:",
        f"  %x = load {vector}, {vector}* %factor, align 4",
        "  br label %body",
        "body:",
        "  %i = phi i64 [0, %entry], [%next, %body]",
        *(f"  %a{k} = phi {vector} [%x, %entry], [%b{k}, %body]" for k in chains),
        *(
            f"  %b{k} = call {vector} {fma}({vector} %a{k}, {vector} %x, {vector} %x)"
            for k in chains
        ),
        "  %next = add i64 %i, 1",
        "  %more = icmp ult i64 %next, %iterations",
        "  br i1 %more, label %body, label %exit",
        "exit:",
    ]
    for k in chains:
        lines.append(f"  %p{k} = getelementptr {vector}, {vector}* %out, i64 {k}")
        lines.append(f"  store {vector} %b{k}, {vector}* %p{k}, align 4")
    return "\n".join([*lines, "  ret void", "}"])


def compile_loop(scalar: str, suffix: str, bits: int):
    """Compile the loop for the host; returns the callable, its lanes and the engine to keep."""
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    lanes = bits // (32 if scalar == "float" else 64)
    module = llvm.parse_assembly(loop_ir(scalar, suffix, lanes))
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3
    )
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    signature = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)
    return signature(engine.get_function_address("loop")), lanes, engine


def measure_peak(
    dtype: str, threads: int = 1, repeats: int = 5, bits: int | None = None
) -> float:
    """Peak of `threads` threads at once, in floating-point operations a second.

    Threads are timed by the processor time they took: other work on the machine does not count.

    Parameters
    ----------
    dtype : {"float32", "float64"}
    threads : int, default=1
    repeats : int, default=5
        The best of so many runs of some milliseconds each.
    bits : int or None, default=None
        Width of the vectors; None for the widest there are.
    """
    from llvmlite import binding as llvm

    scalar, suffix = ("float", "f32") if dtype == "float32" else ("double", "f64")
    bits = bits or vector_bits(llvm.get_host_cpu_features())
    loop, lanes, engine = compile_loop(scalar, suffix, bits)
    c_scalar = ctypes.c_float if dtype == "float32" else ctypes.c_double

    def run(_) -> float:
        factor = (c_scalar * lanes)(*[0.5] * lanes)
        out = (c_scalar * (lanes * ACCUMULATORS))()
        start = time.thread_time()
        loop(ITERATIONS, ctypes.addressof(factor), ctypes.addressof(out))
        return time.thread_time() - start

    operations = 2 * lanes * ACCUMULATORS * ITERATIONS * threads
    best = 0.0
    with ThreadPoolExecutor(threads) as pool:
        for _ in range(repeats):
            best = max(best, operations / max(pool.map(run, range(threads))))
    del engine
    return best


if __name__ == "__main__":
    n_threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print(json.dumps({kind: measure_peak(kind, n_threads) for kind in ("float32", "float64")}))
