"""Accuracy of the networks of series on real sets and on problems of long lags.

`python -m asv_benchmarks.accuracy.series vowels,mnist` runs some of the tasks and prints, for each
network, the mean over seeds and what it must be. Sets come from the optional data folder.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from asv_benchmarks import _machine
from asv_benchmarks._options import comma_separated
from asv_benchmarks.accuracy.real_data import load_images
from skneural import RecurrentClassifier, RecurrentRegressor, SeriesNetClassifier

ENDLESS = {"n_iter_no_change": np.inf, "tol": 0.0}
UCR = {
    "italy_power_demand": 0.96, "gun_point": 0.99, "arrow_head": 0.83, "basic_motions": 1.0
}
STEPS, SERIES, SOLVED = 100, 10_000, 0.04  # of the adding problem


@dataclass(frozen=True)
class Trial:
    """A network on a task: its name, what it must reach, and a function of a seed."""

    name: str
    must: float
    run: Callable[[int], float]


def by_steps(X):
    """Series of a set, (n, channels, time) with NaN behind the short ones, as (time, features)."""
    return np.ascontiguousarray(np.float32(X).transpose(0, 2, 1))


def vowels() -> Iterator[Trial]:
    """JapaneseVowels: speakers, by series of unequal lengths."""
    X, y, X_test, y_test = load_images("japanese_vowels")
    X, X_test = by_steps(X), by_steps(X_test)
    for cell in ("gru", "lstm"):
        def run(seed, cell=cell):
            network = RecurrentClassifier(
                cell, bidirectional=True, dropout=0.2, max_iter=60, random_state=seed, **ENDLESS
            )
            return network.fit(X, y).score(X_test, y_test)

        yield Trial(f"JapaneseVowels, bidirectional {cell}", 0.97, run)
    for architecture in ("fcn", "resnet"):
        def run(seed, architecture=architecture):
            network = SeriesNetClassifier(architecture, max_iter=100, random_state=seed)
            return network.fit(X, y).score(X_test, y_test)

        yield Trial(f"JapaneseVowels, {architecture}", 0.985, run)


def ucr() -> Iterator[Trial]:
    """Four sets of the UCR and UEA archives in their default split."""
    for name, must in UCR.items():
        X, y, X_test, y_test = load_images(name)
        X, X_test = by_steps(X), by_steps(X_test)
        for architecture in ("fcn", "resnet", "inception_time"):
            def run(seed, architecture=architecture, data=(X, y, X_test, y_test)):
                network = SeriesNetClassifier(architecture, random_state=seed)
                return network.fit(*data[:2]).score(*data[2:])

            yield Trial(f"{name}, {architecture}", must, run)


def mnist() -> Iterator[Trial]:
    """MNIST, an image's rows as steps."""
    X, y, X_test, y_test = load_images("mnist")
    X, X_test = np.float32(X) / 255, np.float32(X_test) / 255
    for units, epochs, must in ((64, 5, 0.97), (128, 10, 0.985)):
        def run(seed, units=units, epochs=epochs):
            network = RecurrentClassifier(
                "lstm", (units,), batch_size=128, max_iter=epochs, random_state=seed, **ENDLESS
            )
            return network.fit(X, y).score(X_test, y_test)

        yield Trial(f"MNIST by rows, lstm({units}), {epochs} epochs", must, run)


def adding() -> Iterator[Trial]:
    """The adding problem of Hochreiter and Schmidhuber 1997: share of 2,560 solved."""
    for cell, epochs in (("gru", 20), ("lstm", 40)):
        def run(seed, cell=cell, epochs=epochs):
            random = np.random.RandomState(seed)
            network = RecurrentRegressor(cell, max_iter=epochs, random_state=seed, **ENDLESS)
            network.fit(*adding_problem(SERIES, random))
            X, y = adding_problem(2560, random)
            return np.mean(np.abs(network.predict(X) - y) < SOLVED)

        yield Trial(f"adding problem, {STEPS} steps, {cell}, {epochs} epochs", 0.99, run)


def adding_problem(n_series: int, random: np.random.RandomState):
    """Numbers and marks; the target is the sum of the two marked numbers."""
    numbers = random.uniform(size=(n_series, STEPS))
    marks = np.zeros((n_series, STEPS))
    rows = np.arange(n_series)
    for half in (0, STEPS // 2):
        marks[rows, half + random.randint(STEPS // 2, size=n_series)] = 1
    return np.float32(np.stack([numbers, marks], axis=-1)), (numbers * marks).sum(axis=1)


TASKS = {task.__name__: task for task in (vowels, ucr, mnist, adding)}


def main(arguments: list[str] | None = None) -> None:
    """Run the tasks asked for and print a line for each network."""
    parser = argparse.ArgumentParser(
        "python -m asv_benchmarks.accuracy.series", description=__doc__
    )
    parser.add_argument("tasks", type=comma_separated(TASKS), nargs="?", default=list(TASKS))
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    print("\n".join(_machine.lines(_machine.describe())), flush=True)
    warnings.simplefilter("ignore")
    for task in options.tasks:
        for trial in TASKS[task]():
            begun = time.perf_counter()
            scores = [trial.run(seed) for seed in range(options.seeds)]
            seconds, mean = (time.perf_counter() - begun) / options.seeds, np.mean(scores)
            verdict = "met" if mean >= trial.must else "MISSED"
            print(f"{trial.name:48} {mean:.4f} ({min(scores):.3f} to {max(scores):.3f}) must"
                  f" {trial.must:.3f} {verdict:6} {seconds:6.1f} s", flush=True)


if __name__ == "__main__":
    main()
