"""Sweeps over the units of all rows: their orders, and when they end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...engine.run import run
from ...training.reporting import Reporter

_NUMBERS = 2**22  # of a block of rows
_TOGETHER = 16  # sweeps that are run at a time where nobody watches


@dataclass(frozen=True)
class Sweeps:
    """How units are updated.

    Parameters
    ----------
    in_turn : bool
        One after the other, or all at once.
    most : int
        Sweeps at most.
    seed : int
        Draws the orders.
    n_jobs : int or None
        Threads.
    max_time : float or None
        Seconds after which no further sweep begins, except a first one.
    reporter : Reporter or None
        Gets the share of the rows that are not at rest after each sweep.
    """

    in_turn: bool
    most: int
    seed: int
    n_jobs: int | None
    max_time: float | None = None
    reporter: Reporter | None = None
    _begun: float = field(default_factory=time.perf_counter)

    def run(self, in_turn: Any, at_once: Any, given: dict[str, Any]) -> None:
        """Run the kernel of the update until all rows are at rest, or in a cycle, or time is up.

        ``in_turn`` and ``at_once`` are the kernels, with the fields ``given`` in common.
        """
        if self.in_turn:
            self._run(in_turn, given, self._orders(given["columns"]))
            return
        state = given["state"]
        begun = {
            "flipped": np.full_like(state, -1), "n_flipped": np.zeros(len(state), np.int64), **given
        }
        self._run(at_once, begun, ({"first": first} for first in range(0, self.most, self._step)))

    def run_all(self, kernel: Any, given: dict[str, Any]) -> None:
        """Run a kernel of sweeps that have no order."""
        self._run(kernel, given, ({} for _ in range(0, self.most, self._step)))

    @property
    def is_late(self) -> bool:
        """Whether `max_time` is over."""
        return self.max_time is not None and time.perf_counter() - self._begun >= self.max_time

    @property
    def _step(self) -> int:
        return 1 if self.reporter is not None or self.max_time is not None else _TOGETHER

    def _orders(self, n_units: int) -> Iterator[dict[str, Any]]:
        """Give the orders of some sweeps, and of the next ones: (n_sweeps, n_units), int64."""
        random = np.random.RandomState(self.seed)
        for done in range(0, self.most, self._step):
            some = min(self._step, self.most - done)
            orders = np.array([random.permutation(n_units) for _ in range(some)], np.int64)
            yield {"orders": orders}

    def _run(self, kernel: Any, given: dict[str, Any], others: Iterator[dict[str, Any]]) -> None:
        rests, done = given["rests"], 0
        for other in others:
            some = min(self._step, self.most - done)
            run(kernel, len(rests), self.n_jobs, n_sweeps=some, **other, **given)
            done += some
            if self.reporter is not None:
                self.reporter.epoch(done, float((rests == 0).mean()), len(rests))
            if rests.all() or self.is_late:
                break


def blocks(n_rows: int, width: int) -> Iterator[slice]:
    """Give slices of rows that so many numbers each fill little memory."""
    step = max(8, _NUMBERS // width)
    for begin in range(0, n_rows, step):
        yield slice(begin, min(n_rows, begin + step))
