"""Throughput beside scikit-learn, PyTorch, skorch, JAX, ONNX Runtime, Keras, pytabkit and TabM.

`python -m asv_benchmarks.peers` trains the same networks with each library installed, in
processes of their own that take turns, on one thread (one core) and on two. Throughput is that of
the steady state: the time of a fit of one epoch is taken from that of a longer fit; what a fit
costs before its first epoch is in the column "fixed". Times are the least of all rounds. Rows
named "predict" measure prediction in the same way.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from asv_benchmarks import _machine, _processes
from asv_benchmarks._options import comma_separated
from asv_benchmarks.peers.contestants import CONTESTANTS
from asv_benchmarks.peers.report import lines
from asv_benchmarks.workloads import WORKLOADS


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.peers", description=__doc__)
    add = parser.add_argument
    add("--rows", type=comma_separated(WORKLOADS), default=list(WORKLOADS), metavar="A,B")
    add("--peers", type=comma_separated(CONTESTANTS), default=list(CONTESTANTS), metavar="A,B")
    add("--threads", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2])
    add("--rounds", type=int, default=5, help="how often each contestant is timed")
    add("--seconds", type=float, default=0.3, help="of the steady state in each timing")
    add(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: the processes' own time, for one thread on a busy machine",
    )
    add("--keras-python", metavar="FILE", help="a Python that has tensorflow-cpu")
    add("--tables-python", metavar="FILE", help="a Python that has pytabkit and tabm")
    add("--quick", action="store_true", help="one short round")
    add("--json", type=Path, metavar="FILE", help="write every figure to this file")
    options = parser.parse_args(arguments)
    if options.keras_python:
        os.environ[_processes.KERAS_PYTHON] = options.keras_python
    if options.tables_python:
        os.environ[_processes.TABLES_PYTHON] = options.tables_python
    if options.quick:
        options.rounds, options.seconds = 1, 0.15
    return options


def reduce_times(timings: list[dict], n_samples: int) -> dict:
    """Samples a second and fixed cost in seconds from the timings of all rounds."""
    short = min(timing["short"] for timing in timings)
    best = min(timings, key=lambda timing: timing["long"])
    epoch = (best["long"] - short) / best["epochs"]
    if epoch <= 0:
        return {"error": "disturbed: a longer fit took less time", "timings": timings}
    return {
        "samples_per_second": n_samples / epoch,
        "fixed": short - epoch,
        "waited": best["waited"],
        "timings": timings,
    }


def measure_row(name: str, workers: dict, options: argparse.Namespace) -> dict:
    """Time every worker on one workload, taking turns; an error stands in for a figure."""
    request = {"prepare": name, "seconds": options.seconds, "clock": options.clock}
    kind = WORKLOADS[name].kind
    results = {
        contestant: worker.ask(**request)
        for contestant, worker in workers.items()
        if kind in CONTESTANTS[contestant].kinds
    }
    timings: dict[str, list] = {c: [] for c, result in results.items() if "error" not in result}
    for _ in range(options.rounds):
        for contestant, rows in timings.items():
            rows.append(workers[contestant].ask(time=name))
    for contestant, rows in timings.items():
        failed = [row for row in rows if "error" in row]
        result = failed[0] if failed else reduce_times(rows, WORKLOADS[name].n_samples)
        results[contestant].update(result)
    return results


def measure_threads(threads: int, options: argparse.Namespace) -> dict:
    """Time every row at one thread count."""
    workers = {contestant: _processes.Worker(contestant, threads) for contestant in options.peers}
    rows = {}
    peaks = [_processes.run("_peak", threads)]
    for name in options.rows:
        print(f"{name}, {threads} threads ...", file=sys.stderr, flush=True)
        rows[name] = measure_row(name, workers, options)
        peaks.append(_processes.run("_peak", threads))
    for worker in workers.values():
        worker.close()
    return {"peak": {dtype: max(p[dtype] for p in peaks) for dtype in peaks[0]}, "rows": rows}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and write the figures."""
    options = parse_arguments(arguments)
    if options.clock == "cpu" and options.threads != [1]:
        raise SystemExit("--clock cpu counts the time of all threads: it needs --threads 1")
    report = {"machine": _machine.describe(), "clock": options.clock, "threads": {}}
    for threads in options.threads:
        report["threads"][threads] = measure_threads(threads, options)
    print("\n".join(lines(report)))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
