"""Accuracy of the networks of series on real sets and on problems of long lags.

`python -m asv_benchmarks.accuracy.series vowels,mnist` runs some of the tasks and prints, for each
model, the mean over seeds of its score and of the seconds of a fit, and what the best network must
reach. Sets come from the optional data folder.
"""

from __future__ import annotations

import argparse
import warnings

import numpy as np

from asv_benchmarks import _machine
from asv_benchmarks._options import comma_separated
from asv_benchmarks.accuracy.series.archives import mnist, ucr, vowels
from asv_benchmarks.accuracy.series.contest import Contest
from asv_benchmarks.accuracy.series.long_lags import adding, temporal
from asv_benchmarks.accuracy.series.texts import reviews, sentences, shakespeare

TASKS = {
    task.__name__: task
    for task in (vowels, ucr, mnist, adding, temporal, shakespeare, sentences, reviews)
}


def run(contest: Contest, seeds: int) -> None:
    """Print a line for each model, and the verdict on the best network."""
    print(contest.name, flush=True)
    means = {}
    for name, trial in (contest.trials | (contest.peers or {})).items():
        scores, seconds = np.array([trial(seed) for seed in range(seeds)]).T
        means[name] = scores.mean()
        print(f"  {name:32} {scores.mean():7.4f} ({scores.min():.3f} to {scores.max():.3f})"
              f" {seconds.mean():7.1f} s", flush=True)
    print(f"  {contest.verdict(max(means[name] for name in contest.trials))}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Run the tasks asked for."""
    parser = argparse.ArgumentParser(
        "python -m asv_benchmarks.accuracy.series", description=__doc__
    )
    parser.add_argument("tasks", type=comma_separated(TASKS), nargs="?", default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    print("\n".join(_machine.lines(_machine.describe())), flush=True)
    warnings.simplefilter("ignore")
    for task in options.tasks:
        for contest in TASKS[task]():
            run(contest, options.seeds)


if __name__ == "__main__":
    main()
