"""Speed of two commits of this library, in runs that alternate.

`python -m asv_benchmarks.compare BEFORE AFTER` checks both commits out into a temporary folder and
measures the workloads of `asv_benchmarks.peers`, this library's rows alone, and fixed costs:
import, first fits, small fits, predictions of one row. Each commit's sources run in processes of
their own with a kernel cache of their own; the benchmarks are those of this checkout, which use
the public API. In each round both commits are measured in new processes, row by row in turn.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asv_benchmarks import _machine, _processes
from asv_benchmarks._options import comma_separated
from asv_benchmarks.peers.comparison import reduce_times
from asv_benchmarks.targets.fixed_costs import COSTS
from asv_benchmarks.workloads import WORKLOADS

LEAST = 0.97  # of the speed before; what is below is reported as slower
TURNS = 3  # timings in each round, of which the least count
ROWS = {**WORKLOADS, **COSTS}


@dataclass(frozen=True)
class Checkout:
    """The sources of a commit, with a kernel cache of their own.

    Parameters
    ----------
    revision : str
        As the user named it.
    commit : str
        Its abbreviated name.
    folder : Path
        Holds `src` and the cache.
    """

    revision: str
    commit: str
    folder: Path

    @classmethod
    def make(cls, revision: str, folder: Path) -> Checkout:
        """Write the sources of a commit into a folder.

        Raises
        ------
        SystemExit
            If there is no such commit, or Python imports the package from elsewhere.
        """
        commit = git("rev-parse", "--short", "--verify", f"{revision}^{{commit}}").decode().strip()
        with tarfile.open(fileobj=io.BytesIO(git("archive", commit, "src"))) as archive:
            archive.extractall(folder, filter="data")
        made = cls(revision, commit, folder)
        source = _processes.run("targets.fixed_costs", "source", **made.variables())
        if not Path(source).resolve().is_relative_to(folder.resolve()):
            raise SystemExit(f"skneural is imported from {source}, not from {folder}")
        return made

    def variables(self, cache: str | None = None) -> dict[str, str]:
        """Environment variables of a process that runs these sources."""
        return {
            "PYTHONPATH": str(self.folder / "src"),
            "SKNEURAL_CACHE_DIR": cache or str(self.folder / "cache"),
        }

    def costs(self, names: list[str], options: argparse.Namespace) -> dict[str, float]:
        """Measure fixed costs in a new process; return how often each fits into a second."""
        with contextlib.ExitStack() as stack:
            empty = None
            if any(COSTS[name].cold for name in names):
                empty = stack.enter_context(tempfile.TemporaryDirectory())
            call = ("targets.fixed_costs", options.clock, options.seconds, *names)
            seconds = _processes.run(*call, threads=1, **self.variables(empty))
        return {name: 1 / seconds[name] for name in names}

    def warm_up(self, groups: list[list[str]], options: argparse.Namespace) -> None:
        """Measure once for nothing, which writes bytecode and compiled kernels."""
        for names in groups:
            if not any(COSTS[name].cold for name in names):
                self.costs(names, options)


def git(*arguments: str) -> bytes:
    """Run git in this checkout and return what it printed."""
    done = subprocess.run(["git", *arguments], cwd=_processes.ROOT, capture_output=True)
    if done.returncode:
        raise SystemExit(f"git {' '.join(arguments)}: {done.stderr.decode().strip()}")
    return done.stdout


def parse_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.compare", description=__doc__)
    add = parser.add_argument
    add("before", help="a commit, as git names it")
    add("after", help="another commit")
    add("--rows", type=comma_separated(ROWS), default=list(ROWS), metavar="A,B")
    add("--threads", type=lambda text: [int(n) for n in text.split(",")], default=[1, 2])
    add("--rounds", type=int, default=5, help="how often each commit is measured")
    add("--seconds", type=float, default=0.3, help="of the steady state in each timing")
    add("--float64", action="store_true", help="rows on float64 input in place of float32")
    add(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: the processes' own time, for one thread on a busy machine",
    )
    add("--json", type=Path, metavar="FILE", help="write every figure to this file")
    options = parser.parse_args(arguments)
    if options.clock == "cpu" and options.threads != [1]:
        parser.error("--clock cpu counts the time of all threads: it needs --threads 1")
    return options


@contextlib.contextmanager
def workers(
    checkouts: list[Checkout], threads: int, options: argparse.Namespace
) -> Iterator[list[_processes.Worker]]:
    """A new process for each commit."""
    contestant = "skneural f64" if options.float64 else "skneural"
    made = [_processes.Worker(contestant, threads, **c.variables()) for c in checkouts]
    try:
        yield made
    finally:
        for worker in made:
            worker.close()


def measure_workload(
    name: str, pair: list[_processes.Worker], order: tuple[int, ...], options: argparse.Namespace
) -> tuple[list[float | None], str]:
    """Throughputs of both commits on a workload, None where there is none, and what failed."""
    request = {"prepare": name, "seconds": options.seconds, "clock": options.clock}
    answers: dict[int, dict] = {number: pair[number].ask(**request) for number in order}
    timings: dict[int, list] = {n: [] for n in order if "error" not in answers[n]}
    for _ in range(TURNS):
        for number, timed in timings.items():
            timed.append(pair[number].ask(time=name))
    for number, timed in timings.items():
        failed = [answer for answer in timed if "error" in answer]
        answers[number] = failed[0] if failed else reduce_times(timed, WORKLOADS[name].n_samples)
    speeds = [answers[number].get("samples_per_second") for number in (0, 1)]
    errors = [f"{'before' if n == 0 else 'after'}: {a['error']}"
              for n, a in sorted(answers.items()) if "error" in a]
    return speeds, "; ".join(errors)


def cost_groups(names: list[str]) -> list[list[str]]:
    """Fixed costs by processes: those that need one each, then all others in one."""
    alone = [[name] for name in names if COSTS[name].processes]
    shared = [name for name in names if not COSTS[name].processes]
    return [*alone, shared] if shared else alone


def measure_costs(
    names: list[str], checkouts: list[Checkout], order: tuple[int, ...], options: argparse.Namespace
) -> dict[str, list[float]]:
    """Speeds of both commits by the names of costs that share a process."""
    speeds = {name: [0.0, 0.0] for name in names}
    for _ in range(COSTS[names[0]].processes or TURNS):
        for number in order:
            for name, speed in checkouts[number].costs(names, options).items():
                speeds[name][number] = max(speeds[name][number], speed)
    return speeds


def measure(checkouts: list[Checkout], options: argparse.Namespace) -> dict[tuple, dict]:
    """Measure all rows round by round; by row and number of threads, speeds and failures."""
    groups = cost_groups([name for name in options.rows if name in COSTS])
    rows = [name for name in options.rows if name in WORKLOADS]
    if options.float64:
        rows = [name for name in rows if WORKLOADS[name].kind == "rows"]
    results: dict[tuple, dict] = {}

    def note(name: str, threads: int, speeds: list, errors: str = "") -> None:
        result = results.setdefault((name, threads), {"speeds": [], "errors": errors})
        result["errors"] = result["errors"] or errors
        result["speeds"].append(speeds)

    for checkout in checkouts:
        checkout.warm_up(groups, options)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds} ...", file=sys.stderr, flush=True)
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for names in groups:
            for name, speeds in measure_costs(names, checkouts, order, options).items():
                note(name, 1, speeds)
        for threads in options.threads if rows else ():
            with workers(checkouts, threads, options) as pair:
                for name in rows:
                    note(name, threads, *measure_workload(name, pair, order, options))
    return results


def summarize(result: dict) -> dict:
    """Median speeds of both commits, and ratios of after over before."""
    rounds = [pair for pair in result["speeds"] if None not in pair]
    if not rounds:
        return {"error": result["errors"]}
    ratios = [after / before for before, after in rounds]
    before, after = (statistics.median(speeds) for speeds in zip(*rounds))
    return {
        "before": before,
        "after": after,
        "ratio": statistics.median(ratios),
        "least": min(ratios),
        "best": max(after for _, after in rounds) / max(before for before, _ in rounds),
        "rounds": len(rounds),
        "note": result["errors"],
    }


def figure(name: str, speed: float) -> str:
    """A speed as text: samples a second, or the milliseconds of a fixed cost."""
    return f"{1e3 / speed:,.3f} ms" if name in COSTS else f"{speed:,.0f} /s"


def lines(summaries: dict[tuple, dict]) -> list[str]:
    """A line for each row, and which rows are slower."""
    kinds = f"{'speed':>6} {'least':>6} {'best':>6}"
    text = [f"{'row':38} {'threads':>7} {'before':>15} {'after':>15} {kinds}"]
    slower = []
    for (name, threads), row in summaries.items():
        start = f"{name:38} {threads:7}"
        if "error" in row:
            text.append(f"{start} {'-':>15}  {row['error']}")
            continue
        values = f"{figure(name, row['before']):>15} {figure(name, row['after']):>15}"
        marks = ["BELOW " + str(LEAST)] if row["ratio"] < LEAST else []
        marks += [f"{row['rounds']} rounds, {row['note']}"] if row["note"] else []
        ratios = " ".join(f"{row[kind]:6.3f}" for kind in ("ratio", "least", "best"))
        text.append(f"{start} {values} {ratios}  {'; '.join(marks)}".rstrip())
        if row["ratio"] < LEAST:
            slower.append(f"{name} ({threads} thread{'s' * (threads > 1)}): {row['ratio']:.3f}")
    failed = [f"{name} ({threads})" for (name, threads), row in summaries.items() if "error" in row]
    text += ["", f"Not measured: {', '.join(failed)}"] if failed else [""]
    if slower:
        return [*text, f"SLOWER, below {LEAST} of before:", *(f"  {row}" for row in slower)]
    return [*text, f"None of the {len(summaries) - len(failed)} rows measured is below {LEAST}."]


def main(arguments: list[str] | None = None) -> int:
    """Measure, print, and return 1 if a row is slower or has no figures, else 0."""
    options = parse_arguments(arguments)
    machine = _machine.describe()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        checkouts = [
            Checkout.make(revision, Path(folder) / place)
            for revision, place in ((options.before, "a"), (options.after, "b"))
        ]
        results = measure(checkouts, options)
    summaries = {key: summarize(result) for key, result in results.items()}
    before, after = (f"{c.revision} ({c.commit})" for c in checkouts)
    print("\n".join(_machine.lines(machine)))
    print(f"\nbefore {before}, after {after}; {options.rounds} rounds, {options.clock} time;"
          " speed is after over before,\nthe median and the least of the rounds' ratios;"
          " best is the ratio of the best rounds")
    print("\n".join(lines(summaries)))
    if options.json:
        rows = [
            {"row": name, "threads": threads, **results[name, threads], **summary}
            for (name, threads), summary in summaries.items()
        ]
        report = {"machine": machine, "before": before, "after": after, "rows": rows}
        options.json.write_text(json.dumps(report, indent=1))
    return int(any(row.get("ratio", 0.0) < LEAST for row in summaries.values()))


if __name__ == "__main__":
    sys.exit(main())
