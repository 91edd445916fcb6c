"""Recall of Hopfield networks beside NumPy by hand: 1,000 rows, 1,000 units, one thread.

`python -m asv_benchmarks.hopfield` measures both in alternating rounds and prints the best of each,
and the median of the rounds' ratios. NumPy's loop is synchronous, in the precision of its weights.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

N_UNITS, N_PATTERNS, N_ROWS, FLIPPED, ROUNDS = 1000, 100, 1000, 0.1, 7


def by_hand(weights, states, most=100):
    """Synchronous recall: the sign of the field, until rows are at rest or alternate."""
    before = states
    for _ in range(most):
        fields = states @ weights
        after = np.where(fields == 0, states, np.sign(fields))
        if ((after == states) | (after == before)).all():
            break
        before, states = states, after
    return states


def seconds(run):
    """Seconds that a call takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def contestants():
    """What is measured, by name."""
    from skneural import HopfieldNetwork

    random = np.random.RandomState(0)
    patterns = random.choice([-1.0, 1.0], (N_PATTERNS, N_UNITS))
    flips = random.choice([-1.0, 1.0], (N_ROWS, N_UNITS), p=[FLIPPED, 1 - FLIPPED])
    states = patterns[np.arange(N_ROWS) % N_PATTERNS] * flips
    found = {}
    for update in ("asynchronous", "synchronous"):
        network = HopfieldNetwork(update=update, random_state=0, n_jobs=1).fit(patterns)
        found[update] = lambda network=network: network.transform(states)
    for dtype in ("float64", "float32"):
        weights, rows = network.weights_.astype(dtype), states.astype(dtype)
        found[f"NumPy, {dtype}"] = lambda w=weights, s=rows: by_hand(w, s)
    return found


def main():
    """Measure, and print a line for each."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # some rows alternate
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        runs = contestants()
        times = {name: [] for name in runs}
        for run in runs.values():
            run()
        for _ in range(ROUNDS):
            for name, run in runs.items():
                times[name].append(seconds(run))
    peer = times["NumPy, float64"]
    for name, taken in times.items():
        ratio = statistics.median(p / t for p, t in zip(peer, taken, strict=True))
        print(f"{name:16} {1e3 * min(taken):7.1f} ms   {ratio:5.2f} times as fast as NumPy")


if __name__ == "__main__":
    sys.exit(main())
