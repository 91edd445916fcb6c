"""The project's targets besides training throughput, each measured and judged.

`python -m asv_benchmarks.targets` prints a line for each: what was measured, what it must reach,
and whether it does. Every measurement runs in processes of its own; the libraries take turns.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from asv_benchmarks import _machine
from asv_benchmarks._processes import run

SCIKIT_LEARN = "sklearn.neural_network"


@dataclass(frozen=True)
class Target:
    """A figure with the limit it must keep; `measure(quick)` gives the figure and its story."""

    name: str
    measure: Callable[[bool], tuple[float, str]]
    must: float
    aim: float | None = None
    at_least: bool = False

    def verdict(self, value: float) -> str:
        """Whether a value keeps the limit, and the aim where there is one."""

        def kept(limit):
            return value >= limit if self.at_least else value <= limit

        text = "met" if kept(self.must) else "MISSED"
        if self.aim is not None:
            text += f", aim {self.aim:g} {'met' if kept(self.aim) else 'not met'}"
        return text


def repeats(quick: bool) -> int:
    """How often a measurement is repeated."""
    return 2 if quick else 5


def import_seconds(quick: bool) -> tuple[float, str]:
    modules = ("skneural", SCIKIT_LEARN)
    times: dict[str, list] = {module: [] for module in modules}
    for module in modules * repeats(quick):
        times[module].append(run("targets.probes", "import_time", module)["seconds"])
    ours, theirs = (min(times[module]) for module in modules)
    return ours - theirs, f"{ours:.2f} s against {theirs:.2f} s"


def import_compiles(quick: bool) -> tuple[float, str]:
    result = run("targets.probes", "import_time", "skneural")
    numba = "is" if result["numba"] else "is not"
    return result["compiled"] + result["numba"], f"numba {numba} imported"


def empty_cache_fit(quick: bool, estimator: str = "MLPClassifier") -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as folder:
        result = run("targets.probes", "first_fit", estimator, SKNEURAL_CACHE_DIR=folder)
    return result["first"], f"{result['compiled']} functions compiled"


def warm_cache_fit(quick: bool) -> tuple[float, str]:
    with tempfile.TemporaryDirectory() as folder:
        results = [
            run("targets.probes", "first_fit", "MLPClassifier", SKNEURAL_CACHE_DIR=folder)
            for _ in range(1 + repeats(quick))
        ]
    first = min(result["first"] for result in results[1:])
    second = min(result["second"] for result in results[1:])
    return first - second, f"{first:.3f} s against {second:.3f} s"


def further_compiles(quick: bool, probe: str = "further_compiles") -> tuple[float, str]:
    result = run("targets.probes", probe)
    return result["compiled"], f"in {result['fits']} fits"


def one_row_prediction(quick: bool) -> tuple[float, str]:
    times = run("targets.probes", "one_row")
    ours, theirs = (1e6 * times[module] for module in ("skneural", SCIKIT_LEARN))
    return ours / theirs, f"{ours:.0f} us against {theirs:.0f} us"


def partial_fits(quick: bool, kind: str, estimator: str = "MLPClassifier") -> tuple[float, str]:
    n_calls = {"sparse": 8, "row": 250}[kind] * (1 if quick else 2)
    times = run("targets.probes", "partial_fits", estimator, kind, n_calls, threads=1)
    ours, theirs = (1e3 * times[module] for module in ("skneural", SCIKIT_LEARN))
    return ours / theirs, f"{ours:.2f} ms against {theirs:.2f} ms of processor time"


def fit_memory(quick: bool) -> tuple[float, str]:
    names = ("skneural", SCIKIT_LEARN)
    result, other = (run("targets.probes", "fit_memory", name) for name in names)
    data, ours, theirs = (1e-6 * n for n in (result["data"], result["peak"], other["peak"]))
    return ours - data, f"{ours:.0f} MB for {data:.0f} MB of data; scikit-learn {theirs:.0f} MB"


def thread_scaling(quick: bool, network: str = "dense") -> tuple[float, str]:
    times = run("targets.probes", "thread_scaling", network, repeats(quick), threads=2)
    one, two = 1e3 * times["1"], 1e3 * times["2"]
    return one / two, f"an epoch {one:.0f} ms and {two:.0f} ms"


def concurrent_fits(quick: bool) -> tuple[float, str]:
    times = run("targets.probes", "concurrent_fits", repeats(quick), threads=2)
    one, two = times["one"], times["two"]
    return two / one, f"one {one:.2f} s, two {two:.2f} s"


def digits_grid(quick: bool) -> tuple[float, str]:
    max_iter, modules = (30 if quick else 200), ("skneural", SCIKIT_LEARN)
    times: dict[str, list] = {module: [] for module in modules}
    run("targets.probes", "digits_grid", "skneural", 2)  # fills the cache
    for module in modules * (1 if quick else 3):
        times[module].append(run("targets.probes", "digits_grid", module, max_iter))
    ours, theirs = (min(search["first"] for search in times[module]) for module in modules)
    ready = [min(search["second"] for search in times[module]) for module in modules]
    story = f"{ours:.2f} s against {theirs:.2f} s, max_iter={max_iter}"
    return theirs / ours, f"{story}; {ready[1] / ready[0]:.2f}x with the processes started"


TARGETS = (
    Target("import skneural over import sklearn.neural_network, s", import_seconds, 0.3),
    Target("functions compiled, Numba imported by the import", import_compiles, 0),
    Target("first fit ever, empty cache, s", empty_cache_fit, 10, 5),
    Target("first fit of a process over the second, warm cache, s", warm_cache_fit, 0.15),
    Target("functions compiled by further networks and settings", further_compiles, 0),
    Target("predict_proba of one row over scikit-learn's", one_row_prediction, 1),
    Target(
        "partial_fit, 200 x 2^18 sparse, over scikit-learn's",
        partial(partial_fits, kind="sparse"), 1,
    ),
    Target(
        "partial_fit of one row, 20-64-10, over scikit-learn's",
        partial(partial_fits, kind="row"), 1,
    ),
    Target(
        "MLPRegressor.partial_fit of a row over scikit-learn's",
        partial(partial_fits, kind="row", estimator="MLPRegressor"), 1,
    ),
    Target("peak memory of a fit over its data, 60,000 x 784, MB", fit_memory, 100),
    Target("n_jobs=2 over n_jobs=1, 784-512-512-10 batch 128", thread_scaling, 1.7, at_least=True),
    Target("two fits in two threads over one fit", concurrent_fits, 1.2),
    Target(
        "first ConvNetClassifier fit ever, empty cache, s",
        partial(empty_cache_fit, estimator="ConvNetClassifier"), 15,
    ),
    Target(
        "functions compiled by further convolutional networks",
        partial(further_compiles, probe="further_convolution_compiles"), 0,
    ),
    Target(
        "n_jobs=2 over n_jobs=1, conv 32-64-128 batch 128",
        partial(thread_scaling, network="convolutional"), 1.8, at_least=True,
    ),
    Target("digits grid, 12 candidates x 3 folds, n_jobs=2", digits_grid, 3.5, at_least=True),
)


def line(target: Target, value: float, story: str) -> str:
    """One line of the report."""
    limit = f"{'at least' if target.at_least else 'at most'} {target.must:g}"
    return f"{target.name:54} {value:8.3g}  {limit:13} {target.verdict(value)}  ({story})"


def main(arguments: list[str] | None = None) -> None:
    """Measure the targets asked for, print and write them."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.targets", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="targets named with this text")
    parser.add_argument("--quick", action="store_true", help="fewer repeats, a shorter grid")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
    options = parser.parse_args(arguments)
    machine, figures = _machine.describe(), {}
    print("\n".join(_machine.lines(machine)), flush=True)
    for target in TARGETS:
        if options.only not in target.name:
            continue
        try:
            value, story = target.measure(options.quick)
        except RuntimeError as error:
            print(f"{target.name:54} {'-':>8}  {error}", flush=True)
            continue
        print(line(target, value, story), flush=True)
        figures[target.name] = {"value": value, "story": story, "must": target.must}
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "targets": figures}, indent=1))


if __name__ == "__main__":
    main()
