"""Medians over seeds as reStructuredText, and ranks and normalised scores over the tables."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from statistics import median

import numpy as np
from scipy.stats import rankdata

from asv_benchmarks.accuracy.tables.records import Figures, Key
from asv_benchmarks.accuracy.tables.sets import CLASSES, NUMBERS, WHOLE, is_regression
from asv_benchmarks.tables import simple_table

TITLES = {
    "accuracy": "accuracy", "log_loss": "log loss", "rmse": "RMSE", "r2": "R2", "seconds": "fit",
}
LARGE = 1000  # from here on an RMSE is shown without decimals

Medians = dict[str, dict[str, Figures]]  # contestant -> table -> figures


def medians(found: dict[Key, Figures], rows: int, seeds: int) -> Medians:
    """Return the median over the first seeds of every figure, and of how many it is."""
    lines: dict[tuple[str, str], list[Figures]] = {}
    for key, figures in found.items():
        if key.seed < seeds and key.rows == (None if key.table == WHOLE else rows):
            lines.setdefault((key.contestant, key.table), []).append(figures)
    result: Medians = {}
    for (contestant, table), of_seeds in lines.items():
        names = [name for name in TITLES if name in of_seeds[0]]
        result.setdefault(contestant, {})[table] = {
            name: median(figures[name] for figures in of_seeds) for name in names
        } | {"seeds": len(of_seeds)}
    return result


def score(table: str, figures: Figures) -> float:
    """Return what ranks go by: accuracy, or minus the RMSE."""
    return -figures["rmse"] if is_regression(table) else figures["accuracy"]


def summary(found: Medians, tables: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return the mean rank and the mean normalised score of each contestant.

    A table's best contestant has rank 1, equal ones the mean of their ranks. The normalised score
    is (score - worst) / (best - worst), and 1 for all where they are equal.
    """
    ranks, shares = [], []
    for table in tables:
        scores = np.array([score(table, by_table[table]) for by_table in found.values()])
        ranks.append(rankdata(-scores))
        spread = np.ptp(scores)
        shares.append((scores - scores.min()) / spread if spread else np.ones(len(scores)))
    means = zip(np.mean(ranks, axis=0), np.mean(shares, axis=0))
    return {name: (float(rank), float(share)) for name, (rank, share) in zip(found, means)}


def report(found: dict[Key, Figures], options: argparse.Namespace) -> list[str]:
    """Return a table of each kind of target, and the summary over tables."""
    every = medians(found, options.rows, options.seeds)
    shown = {name: every[name] for name in options.contestants if name in every}
    asked = [table for table in options.tables if table != WHOLE]
    kinds = (CLASSES, ("accuracy", "log_loss")), (NUMBERS, ("rmse", "r2"))
    lines = []
    for tables, names in (*kinds, ((WHOLE,), ("accuracy", "log_loss", "seconds"))):
        among = [table for table in tables if table in options.tables]
        if any(table in by_table for table in among for by_table in shown.values()):
            lines += ["", *figures_table(shown, among, names, options.seeds)]
    if not asked:
        return lines
    complete = {
        name: by_table for name, by_table in shown.items() if is_complete(by_table, asked, options)
    }
    if complete:
        lines += ["", *summary_table(complete, asked, options.seeds)]
    if left_out := [name for name in shown if name not in complete]:
        lines += ["", f"Without results of all tables and seeds: {', '.join(left_out)}"]
    return lines


def is_complete(
    by_table: dict[str, Figures], tables: Sequence[str], options: argparse.Namespace
) -> bool:
    return all(by_table.get(table, {}).get("seeds") == options.seeds for table in tables)


def figures_table(
    shown: Medians, tables: Sequence[str], names: Sequence[str], seeds: int
) -> list[str]:
    """A row a contestant, a column for each figure of each table; (2): of two seeds alone."""
    header = [f"medians of {seeds} seeds"]
    header += [f"{table}, {TITLES[name]}" for table in tables for name in names]
    rows = []
    for contestant, by_table in shown.items():
        of_tables = [by_table.get(table, {}) for table in tables]
        cells = [shown_as(figures, name, seeds) for figures in of_tables for name in names]
        if any(cell != "-" for cell in cells):
            rows.append([contestant, *cells])
    return simple_table(header, rows)


def shown_as(figures: Figures, name: str, seeds: int) -> str:
    """Return a figure as text, with the number of seeds where it is another one."""
    if name not in figures:
        return "-"
    number, few = figures[name], ""
    if figures["seeds"] != seeds:
        few = f" ({figures['seeds']})"
    if name == "seconds":
        return f"{number:,.1f} s{few}"
    return f"{number:,.0f}{few}" if number >= LARGE else f"{number:.4f}{few}"


def summary_table(complete: Medians, tables: Sequence[str], seeds: int) -> list[str]:
    """A row a contestant, by mean rank: the means over tables, and the seconds of fits."""
    rows = []
    for name, (rank, share) in sorted(summary(complete, tables).items(), key=lambda it: it[1]):
        seconds = [shown_as(complete[name][table], "seconds", seeds) for table in tables]
        rows.append([name, f"{rank:.2f}", f"{share:.3f}", *seconds])
    header = [f"{len(tables)} tables", "mean rank", "mean normalised score"]
    return simple_table([*header, *(f"fit, {table}" for table in tables)], rows)
