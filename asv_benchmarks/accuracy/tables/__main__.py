"""Accuracy on six real tables, of models at their defaults: one thread, medians of five seeds.

`python -m asv_benchmarks.accuracy.tables` fits every contestant that has no result yet on every
table and seed, and appends its figures to the file of results; `--report` prints these as
reStructuredText. Tables come from the optional data folder. RealMLP takes part with
`--pytabkit-python`, the interpreter of an environment that has pytabkit. `--search` runs a grid
search of six candidates a model instead.
"""

from __future__ import annotations

import argparse
import os
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

from asv_benchmarks._options import comma_separated
from asv_benchmarks.accuracy.tables import search
from asv_benchmarks.accuracy.tables.contestants import (
    ALL,
    CONTESTANTS,
    PYTABKIT_PYTHON,
    Unavailable,
    trial,
)
from asv_benchmarks.accuracy.tables.records import Figures, Key, Records
from asv_benchmarks.accuracy.tables.report import report
from asv_benchmarks.accuracy.tables.sets import TABLES, WHOLE

RESULTS = Path(__file__).with_name("results.jsonl")
SEARCHED = Path(__file__).with_name("search.jsonl")

Trial = Callable[[str, str, int, int], Figures]


def keys(options: argparse.Namespace) -> Iterator[Key]:
    """Every result asked for, table by table."""
    every = product(options.tables, range(options.seeds), options.contestants)
    for table, seed, contestant in every:
        yield Key(contestant, table, None if table == WHOLE else options.rows, seed)


def run(asked: list[Key], records: Records, trial: Trial, rows: int) -> None:
    """Fit what has no result yet; name once what cannot take part."""
    missing: dict[str, Unavailable] = {}
    for key in asked:
        if key in records or key.contestant in missing:
            continue
        try:
            figures = trial(key.contestant, key.table, key.seed, rows)
        except Unavailable as error:
            missing[key.contestant] = error
            print(f"left out: {key.contestant}: {error}", flush=True)
            continue
        records.add(key, figures)
        print(f"{key.table:11} {key.seed} {key.contestant:28}", figures, flush=True)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "python -m asv_benchmarks.accuracy.tables", description=__doc__
    )
    add = parser.add_argument
    add("--tables", type=comma_separated(TABLES), default=list(TABLES))
    add("--contestants", type=comma_separated(ALL))
    add("--seeds", type=int, default=5)
    add("--rows", type=int, help="of training; default 10,000, of a search 3,000")
    add("--results", type=Path, metavar="FILE", help="lines of JSON")
    add("--again", action="store_true", help="replace the results that are there")
    add("--report", action="store_true", help="print the results, fit nothing")
    add("--search", action="store_true", help="grid searches")
    add("--pytabkit-python", metavar="FILE", help="a Python that has pytabkit")
    options = parser.parse_args(arguments)
    options.rows = options.rows or (search.ROWS if options.search else 10_000)
    options.results = options.results or (SEARCHED if options.search else RESULTS)
    options.contestants = options.contestants or list(CONTESTANTS)
    if options.search:
        options.tables = [table for table in options.tables if table in search.TABLES]
        options.contestants = [name for name in options.contestants if name in search.GRIDS]
    return options


def main(arguments: list[str] | None = None) -> None:
    """Fit what is asked for, or print what was found."""
    options = parse(arguments)
    if options.pytabkit_python:
        os.environ[PYTABKIT_PYTHON] = options.pytabkit_python
    warnings.simplefilter("ignore")
    records, asked = Records(options.results), list(keys(options))
    if not options.report:
        if options.again:
            records.forget(set(asked))
        run(asked, records, search.trial if options.search else trial, options.rows)
    lines = (search.report if options.search else report)(records.found, options)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
