"""What the estimators of tables cost: time, memory, size, epochs; and whether units matter.

`python -m asv_benchmarks.accuracy.tables.costs` prints the figures for the defaults. A fit is of
10,000 rows with all cores, a prediction of 100,000 rows by one thread, both the least of three;
memory is that of a process of its own, beyond what it takes before the fit.
"""

from __future__ import annotations

import pickle
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone

from asv_benchmarks import _processes
from asv_benchmarks.accuracy.tables.contestants import boosting, tabular
from asv_benchmarks.accuracy.tables.sets import CLASSES, NUMBERS, is_regression, split
from asv_benchmarks.targets.memory import peak_memory, resident_memory

ROWS = 10_000
Row = tuple[str, str]


def least(run: Callable[[], Any], repeats: int = 3) -> float:
    """Return the least seconds of some runs."""
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def times(table: str) -> Iterator[Row]:
    """Yield the seconds of a fit, beside boosting's, and the epochs."""
    data = split(table, 0, ROWS)
    ours = tabular(is_regression(table), 0).set_params(n_jobs=None)
    ours.fit(data.X[:500], data.y[:500])  # compiles
    yield f"{table}: fit of the defaults", f"{least(lambda: ours.fit(data.X, data.y)):.1f} s"
    yield f"{table}: epochs", f"{ours.n_iter_}"
    trees = boosting(is_regression(table), 0)
    yield f"{table}: fit of boosting", f"{least(lambda: trees.fit(data.X, data.y)):.2f} s"


def sizes() -> Iterator[Row]:
    """Yield the seconds of a prediction and the size of a pickle."""
    data = split("adult", 0, ROWS)
    model = tabular(False, 0).fit(data.X, data.y)
    many = pd.concat([data.X_test] * 7, ignore_index=True)[:100_000]
    model.predict(many[:1000])
    seconds = least(lambda: model.predict(many))
    yield f"predict {len(many):,} x {many.shape[1]}", f"{seconds:.2f} s"
    yield "pickle", f"{len(pickle.dumps(model)) / 1e6:.2f} MB"


def memory() -> None:
    """Print the memory of a fit of this process, in JSON."""
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(400_000, 14)), columns=[f"x{j}" for j in range(14)])
    y = X["x0"].to_numpy() > 0
    model = tabular(False, 0).set_params(max_iter=1)
    model.fit(X[:2000], y[:2000])  # compiles
    before = resident_memory()
    model.fit(X, y)
    bytes_of_data = int(X.memory_usage().sum())
    print(f'{{"data": {bytes_of_data}, "fit": {peak_memory() - before}}}')


def units() -> Iterator[Row]:
    """Yield the greatest change of a score by another unit or origin of any column."""
    for table in ("california", "adult"):
        data, changes = split(table, 0, 3000), []
        model = tabular(is_regression(table), 0)
        score = clone(model).fit(data.X, data.y).score(data.X_test, data.y_test)
        for column in data.X.select_dtypes("number"):
            for change in (lambda x: x * 1e6, lambda x: x + 1e6):
                X, X_test = (
                    frame.assign(**{column: change(frame[column])})
                    for frame in (data.X, data.X_test)
                )
                other = clone(model).fit(X, data.y).score(X_test, data.y_test)
                changes.append(abs(other - score))
        yield f"{table}: change of the score by units", f"{max(changes):.1e}"


def early_stopping() -> Iterator[Row]:
    """Yield epochs and scores with "auto" and of all epochs."""
    for table in (*CLASSES, *NUMBERS):
        data = split(table, 0, ROWS)
        model = tabular(is_regression(table), 0)
        whole = clone(model).set_params(n_iter_no_change=np.inf)
        scores = [m.fit(data.X, data.y).score(data.X_test, data.y_test) for m in (model, whole)]
        share = model.n_iter_ / whole.n_iter_
        loss = (scores[1] - scores[0]) / scores[1]
        yield f"{table}: epochs of auto, score lost", f"{share:.0%}, {loss:.2%}"


def main() -> None:
    """Print a line for each figure."""
    warnings.simplefilter("ignore")
    for table in ("california", "adult"):
        show(times(table))
    show(sizes())
    found = _processes.run("accuracy.tables.costs", "memory", threads=1)
    data, fit = found["data"] / 1e6, found["fit"] / 1e6
    print(f"memory of a fit of {data:.0f} MB of data{'':19}{fit:.0f} MB", flush=True)
    show(units())
    show(early_stopping())


def show(rows: Iterator[Row]) -> None:
    for what, figure in rows:
        print(f"{what:50}{figure}", flush=True)


if __name__ == "__main__":
    memory() if sys.argv[1:] == ["memory"] else main()
