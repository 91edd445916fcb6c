"""Options of the command line, and those of libraries, of which the quickest counts."""

from __future__ import annotations

import argparse
import time


def quickest(run, options):
    """The option with which `run(option)` takes the least time, the best of two runs each."""
    times: dict = {}
    for option in (*options, *options):
        start = time.perf_counter()
        run(option)
        times[option] = min(times.get(option, float("inf")), time.perf_counter() - start)
    return min(times, key=times.__getitem__)


def comma_separated(choices):
    """Type of an option that takes some of `choices`, each by its name or a part of it."""

    def parse(text: str) -> list[str]:
        wanted = []
        for part in text.split(","):
            found = [part] if part in choices else [name for name in choices if part in name]
            if not found:
                raise argparse.ArgumentTypeError(f"{part!r} is in none of {', '.join(choices)}")
            wanted += found
        return [name for name in choices if name in wanted]

    return parse
