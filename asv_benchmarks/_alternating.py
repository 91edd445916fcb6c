"""Calls that take turns in one process, so that a slow moment of the machine hits all of them."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping

Run = Callable[[], object]


def seconds(run: Run) -> float:
    """Seconds that a call takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def take_turns(runs: Mapping[str, Callable[[], float]], n_rounds: int) -> dict[str, list[float]]:
    """Each one's figures by name, one a round, after a round that does not count."""
    found: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(n_rounds + 1):
        for name, run in runs.items():
            figure = run()
            if number:
                found[name].append(figure)
    return found


def ratio(peer: list[float], own: list[float]) -> float:
    """How many times as long a peer takes: the median of the rounds' ratios."""
    return statistics.median(p / o for p, o in zip(peer, own, strict=True))


def rounds_asked(text: str | None, default: int) -> int:
    """The command's only option, ``--rounds``."""
    parser = argparse.ArgumentParser(description=text)
    parser.add_argument("--rounds", type=int, default=default, help="rounds that count")
    return max(1, parser.parse_args().rounds)
