"""Matrix products alone: the share of one core's peak that the contraction kernel reaches.

`python -m asv_benchmarks.products` runs it on the shapes of the benchmarks' networks, in float32
and float64, with three distances between the rows of B, as code for each instruction set that the
machine has. Every figure is the best of many runs, in alternating rounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from asv_benchmarks import _machine, _processes
from asv_benchmarks._options import comma_separated
from asv_benchmarks.peers.child import pin_to_one_core
from asv_benchmarks.peers.report import verdict

# what NUMBA_CPU_NAME says for each instruction set, and the feature that its code needs; the
# first that the machine has is compiled for the machine itself
PROCESSORS = {
    "AVX-512": ("skylake-avx512", "avx512f"),
    "AVX2": ("haswell", "avx2"),
    "SSE4.2": ("nehalem", "sse4.2"),
}
# rows, depth and columns; the shares of peak to reach and to aim at, with AVX-512 and with AVX2
SHAPES = {
    "256 x 784 x 512": ((256, 784, 512), (0.90, 0.95), (0.90, 0.95)),
    "256 x 784 x 100": ((256, 784, 100), (0.75, 0.85), (0.85, 0.85)),
    "256 x 64 x 64": ((256, 64, 64), (0.60, 0.75), (0.70, 0.75)),
    "256 x 20 x 64": ((256, 20, 64), (0.40, 0.60), (0.50, 0.60)),
    "128 x 512 x 512": ((128, 512, 512), None, None),
    "200 x 100 x 10": ((200, 100, 10), None, None),
    "32 x 784 x 128": ((32, 784, 128), None, None),
    "32 x 64 x 64": ((32, 64, 64), None, None),
    "1 x 784 x 512": ((1, 784, 512), None, None),
}
KINDS = ("along rows", "down columns")  # how A is read: forward, and for a weight gradient
STRIDES = ("close", "odd lines", "power of two")
DTYPES = ("float32", "float64")
ROUNDS, SECONDS = 5, 0.02


def available() -> dict[str, str]:
    """Instruction sets of this machine, with the processor to compile for: "" for its own."""
    from llvmlite import binding as llvm

    features = llvm.get_host_cpu_features()
    found = [name for name, (_, feature) in PROCESSORS.items() if features.get(feature)]
    return {name: PROCESSORS[name][0] if number else "" for number, name in enumerate(found)}


def row_distance(columns: int, stride: str, itemsize: int) -> int:
    """Numbers from one row of B to the next."""
    line = 64 // itemsize
    lines = -(-columns // line)
    if stride == "close":
        return columns
    if stride == "odd lines":
        return line * (lines + (lines % 2 == 0))
    return 1 << (columns - 1).bit_length()


def make_run(sizes: tuple[int, int, int], dtype: str, stride: str, down: bool):
    """Return a function that runs one contraction so many times."""
    import numpy as np

    from skneural.engine import gemm as contraction
    from skneural.engine import tiles
    from skneural.engine.compile import jit
    from skneural.engine.plan import aligned
    from skneural.engine.primitives import RUN_FIELDS, SCRATCH
    from skneural.engine.scratch import scratch_bytes

    n_rows, depth, columns = sizes
    kind = np.dtype(dtype)
    between = row_distance(columns, stride, kind.itemsize)
    of_a = row_distance(n_rows if down else depth, "odd lines", kind.itemsize)
    a, b, c = (
        aligned(n_lines * width + 64, kind)
        for n_lines, width in ((depth if down else n_rows, of_a), (depth, between),
                               (n_rows, between))
    )
    random = np.random.default_rng(0)
    for array in (a, b):
        array[:] = random.standard_normal(len(array))
    row, run = aligned(contraction.GEMM_FIELDS, np.int64), aligned(RUN_FIELDS, np.int64)
    scratch = aligned(scratch_bytes(0, 8), np.uint8)
    run[SCRATCH] = scratch.ctypes.data
    for field, value in {
        contraction.M: n_rows, contraction.N: columns, contraction.GROUPS: 1,
        contraction.A: a.ctypes.data, contraction.B: b.ctypes.data, contraction.C: c.ctypes.data,
        tiles.K1: 1, tiles.K2: depth, tiles.SB2: between, tiles.LDC: between,
        tiles.RSA: 1 if down else of_a, tiles.SA2: of_a if down else 1,
        tiles.START: tiles.FROM_ZERO,
    }.items():
        row[field] = value
    address = contraction.gemm.address(kind)
    keep = (a, b, c, scratch)

    def run_it(times: int) -> None:
        for _ in range(times):
            jit.call_address(address, row.ctypes.data, run.ctypes.data)

    run_it.keep = keep
    return run_it


def seconds_of_call() -> float:
    """Seconds that calling a kernel from Python takes: those of an empty product."""
    run = make_run((0, 0, 0), "float32", "odd lines", False)
    run(1)
    return min(_timed(run, 1000) for _ in range(5))


def _timed(run, times):
    start = time.perf_counter()
    run(times)
    return (time.perf_counter() - start) / times


def measure(shapes: list[str], rounds: int) -> dict:
    """Share of peak of every product, as this process compiles it."""
    from asv_benchmarks._peak import measure_peak
    from skneural.engine.processor import vector_bytes

    peaks = dict.fromkeys(DTYPES, 0.0)
    cases = {
        (shape, dtype, kind, stride): make_run(
            SHAPES[shape][0], dtype, stride, kind == "down columns"
        )
        for shape in shapes for dtype in DTYPES for kind in KINDS for stride in STRIDES
    }
    best = dict.fromkeys(cases, float("inf"))
    call = seconds_of_call()
    for _ in range(rounds):
        for dtype in DTYPES:
            peaks[dtype] = max(peaks[dtype], measure_peak(dtype, 1, 2, 8 * vector_bytes()))
        for case, run in cases.items():
            run(1)
            times = max(1, int(SECONDS / 4 / _timed(run, 1)))
            for _ in range(4):
                best[case] = min(best[case], _timed(run, times))
    rates = {}
    for case, seconds in best.items():
        n_rows, depth, columns = SHAPES[case[0]][0]
        rate = 2 * n_rows * depth * columns / max(seconds - call, 1e-9)
        rates["/".join(case)] = rate
    return {"peaks": peaks, "rates": rates}


def lines(figures: dict[str, dict]) -> list[str]:
    """The report: shares of peak by shape, dtype and way of reading A, a column a stride."""
    text = []
    for instructions, result in figures.items():
        peaks = ", ".join(f"{name} {1e-9 * rate:.0f}" for name, rate in result["peaks"].items())
        text += ["", f"{instructions}; peak of one core in GFLOP/s: {peaks}",
                 f"{'product':18}{'dtype':9}{'A read':14}" + "".join(f"{s:>14}" for s in STRIDES)]
        shapes = dict.fromkeys(name.split("/")[0] for name in result["rates"])
        for shape in shapes:
            for dtype in DTYPES:
                for kind in KINDS:
                    shares = [
                        result["rates"][f"{shape}/{dtype}/{kind}/{stride}"]
                        / result["peaks"][dtype] for stride in STRIDES
                    ]
                    line = f"{shape:18}{dtype:9}{kind:14}" + "".join(f"{s:14.0%}" for s in shares)
                    text.append(line + _verdict(instructions, shape, kind, shares))
    return text


def _verdict(instructions, shape, kind, shares):
    targets = SHAPES[shape][1:] if kind == KINDS[0] else (None, None)
    wanted = {"AVX-512": targets[0], "AVX2": targets[1]}.get(instructions)
    if wanted is None:
        return ""
    return f"   odd lines: {verdict(shares[STRIDES.index('odd lines')], *wanted)}"


def main(arguments: list[str] | None = None) -> None:
    """Measure every instruction set in a process of its own, and print."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.products", description=__doc__)
    parser.add_argument("--shapes", type=comma_separated(SHAPES), default=list(SHAPES))
    parser.add_argument("--instructions", type=comma_separated(PROCESSORS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure to this file")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        pin_to_one_core()
        print(json.dumps(measure(options.shapes, options.rounds)))
        return
    figures = {}
    for instructions, processor in available().items():
        if options.instructions and instructions not in options.instructions:
            continue
        print(f"{instructions} ...", file=sys.stderr, flush=True)
        variables = {"NUMBA_CPU_NAME": processor} if processor else {}
        figures[instructions] = _processes.run(
            "products", "--child", "--shapes", ",".join(options.shapes), "--rounds",
            options.rounds, threads=1, **variables,
        )
    print("\n".join([*_machine.lines(_machine.describe()), *lines(figures)]))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
