"""The tables of the documentation's performance page, from the figures of earlier runs.

`python -m asv_benchmarks.tables peers.json mnist.json resnet.json` prints reStructuredText from
what `peers --json` and `accuracy --json` wrote: a table of throughputs for each of the first, and
one of accuracies for all of the others.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from asv_benchmarks.peers.contestants import PEERS
from asv_benchmarks.peers.report import best_peer, throughput
from asv_benchmarks.workloads import WORKLOADS

TITLES = {"skneural": "this library", "sklearn": "scikit-learn", "torch": "PyTorch",
          "skorch": "skorch", "jax": "JAX", "onnx": "ONNX Runtime", "keras": "Keras",
          "pytabkit": "pytabkit", "tabm": "tabm"}


def simple_table(header: list[str], rows: list[list[str]]) -> list[str]:
    """Cells as a simple table."""
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    rule = " ".join("=" * width for width in widths)

    def line(cells):
        return " ".join(f"{cell:{width}}" for cell, width in zip(cells, widths)).rstrip()

    return [rule, line(header), rule, *map(line, rows), rule]


def figures(number: float | None) -> str:
    """A throughput in two or three figures, nothing for none."""
    if number is None:
        return ""
    return f"{float(f'{number:.3g}' if number >= 1000 else f'{number:.2g}'):,.0f}"


def peers_table(report: dict) -> list[str]:
    """Samples a second of each row and number of threads."""
    lines = []
    for name in next(iter(report["threads"].values()))["rows"]:
        for threads, part in report["threads"].items():
            results, peak = part["rows"][name], part["peak"]["float32"]
            ours, best = throughput(results, "skneural"), best_peer(results)
            libraries = {peer: throughput(results, peer) for peer in ("skneural", *PEERS)}
            ratio = f"{ours / best[1]:.1f}" if ours and best else ""
            share = f"{ours * WORKLOADS[name].flops / peak:.0%}" if ours else ""
            lines.append((name, threads, libraries, ratio, share))
    shown = [peer for peer in TITLES if any(libraries[peer] for _, _, libraries, *_ in lines)]
    rows = [
        [name, threads, *(figures(libraries[peer]) for peer in shown), ratio, share]
        for name, threads, libraries, ratio, share in lines
    ]
    titles = [TITLES[peer] for peer in shown]
    return simple_table(["network", "threads", *titles, "to the best", "share of peak"], rows)


def accuracy_table(reports: list[dict]) -> list[str]:
    """Test accuracy at the end of each training."""
    rows = []
    for report in reports:
        _, accuracy, seconds = report["history"][-1]
        library = TITLES["torch" if report["torch"] else "skneural"]
        rows.append([report["recipe"], library, str(report["epochs"]), str(report["threads"]),
                     f"{seconds:,.0f} s", f"{accuracy:.2%}"])
    header = ["recipe", "library", "epochs", "threads", "training", "test accuracy"]
    return simple_table(header, rows)


def main(arguments: list[str]) -> None:
    """Print the tables."""
    reports = [json.loads(Path(name).read_text()) for name in arguments]
    for report in reports:
        if "history" not in report:
            print("\n".join(peers_table(report)), end="\n\n")
    if trained := [report for report in reports if "history" in report]:
        print("\n".join(accuracy_table(trained)))


if __name__ == "__main__":
    main(sys.argv[1:])
