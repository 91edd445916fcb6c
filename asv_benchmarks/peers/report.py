"""The comparison as text: figures, ratios, verdicts."""

from __future__ import annotations

from asv_benchmarks import _machine
from asv_benchmarks.peers.contestants import PEERS
from asv_benchmarks.workloads import WORKLOADS

FLOAT64_MUST, FLOAT64_AIM = 1.8, 2.2
DISTURBED = 0.05  # share of its time that a contestant may spend without a core
HEADER = (
    f"{'network':38} {'library':13} {'samples/s':>11} {'fixed ms':>9} {'of peak':>8} {'ours/it':>8}"
)


def throughput(results: dict, contestant: str) -> float | None:
    """Samples a second, or None where there is no figure."""
    return results.get(contestant, {}).get("samples_per_second")


def best_peer(results: dict) -> tuple[str, float] | None:
    """Name and throughput of the quickest peer on float32 input."""
    figures = [(name, figure) for name in PEERS if (figure := throughput(results, name))]
    return max(figures, key=lambda pair: pair[1], default=None)


def verdict(value: float, must: float, aim: float | None = None) -> str:
    """What a reached value means against its targets."""
    if value < must:
        return f"MISSED, must be {must:g}"
    if aim is None:
        return f"met, must be {must:g}"
    return f"met, aim {aim:g} {'met' if value >= aim else 'not met'}"


def row_lines(name: str, results: dict, peak: dict) -> list[str]:
    """One line for each contestant of a workload."""
    lines, flops = [], WORKLOADS[name].flops
    for contestant, result in results.items():
        start = f"{name:38} {contestant:13}"
        name = ""
        if "error" in result:
            lines.append(f"{start} {'-':>11}  {result['error']}")
            continue
        wide = contestant.endswith("f64")
        figure = result["samples_per_second"]
        share = figure * flops / peak["float64" if wide else "float32"]
        ours = throughput(results, "skneural f64" if wide else "skneural")
        ratio = f"{ours / figure:8.2f}" if ours else f"{'-':>8}"
        line = f"{start} {figure:11,.0f} {1e3 * result['fixed']:9.1f} {share:8.1%} {ratio}"
        notes = [result["note"]] if result["note"] else []
        if result["waited"] > DISTURBED:
            notes.append(f"disturbed: without a core for {result['waited']:.0%} of the time")
        lines.append(f"{line}  {'; '.join(notes)}".rstrip())
    return lines


def summary_lines(rows: dict, peak: dict, threads: int) -> list[str]:
    """Verdicts of the targets that these rows decide; the share of peak is one thread's."""
    lines = []
    for name, results in rows.items():
        ours, peer = throughput(results, "skneural"), best_peer(results)
        if ours and peer:
            ratio = ours / peer[1]
            judged = verdict(ratio, WORKLOADS[name].must, WORKLOADS[name].aim)
            lines.append(f"{name:38} {ratio:6.2f}x the best peer, {peer[0]}: {judged}")
        ours, peer = (throughput(results, f"{library} f64") for library in ("skneural", "sklearn"))
        if ours and peer:
            judged = verdict(ours / peer, FLOAT64_MUST, FLOAT64_AIM)
            lines.append(f"{name:38} {ours / peer:6.2f}x scikit-learn on float64: {judged}")
        ours = throughput(results, "skneural")
        must, aim = WORKLOADS[name].peak_must, WORKLOADS[name].peak_aim
        if ours and must and threads == 1:
            share = ours * WORKLOADS[name].flops / peak["float32"]
            lines.append(f"{name:38} {share:6.1%} of peak: {verdict(share, must, aim)}")
    return lines


def lines(report: dict) -> list[str]:
    """The whole report."""
    text = _machine.lines(report["machine"])
    for threads, part in report["threads"].items():
        peak, rows = part["peak"], part["rows"]
        peaks = ", ".join(f"{dtype} {1e-9 * rate:.0f} GFLOP/s" for dtype, rate in peak.items())
        count = f"{threads} thread{'s' * (threads > 1)}, {report['clock']} time"
        text += ["", f"{count}; FMA peak {peaks}", HEADER]
        for name, results in rows.items():
            text += row_lines(name, results, peak)
        text += ["", *summary_lines(rows, peak, threads)]
    return text
