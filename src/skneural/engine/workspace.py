"""How many rows at a time keep the memory of a batch within bounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .plan import Plan

Built = TypeVar("Built", bound=tuple)

WORKSPACE_BYTES = 2**30  # what a batch may take
FEWEST_ROWS = 8  # of a batch, however much a row takes


def rows_within(bytes_a_row: int) -> int:
    """Return the most rows of a batch that take no more than `WORKSPACE_BYTES`, at least 8."""
    return max(FEWEST_ROWS, WORKSPACE_BYTES // max(1, bytes_a_row))


def build_within(build: Callable[[int], Built], n_rows: int, bytes_a_row: int) -> Built:
    """Build a plan for so many rows at a time, or for fewer where they would take too much.

    Parameters
    ----------
    build : callable
        ``build(n_rows)`` returns a plan, and what else belongs to it, as a tuple.
    n_rows : int
    bytes_a_row : int
        What a row takes at least: says where not to begin with all rows.

    Returns
    -------
    tuple
        What `build` has returned.
    """
    n_rows = min(n_rows, rows_within(bytes_a_row))
    while True:
        built = build(n_rows)
        plan: Plan = built[0]
        most = rows_within(plan.bytes_a_row)  # a row may take more in a smaller batch
        if n_rows <= most:
            return built
        n_rows = most
