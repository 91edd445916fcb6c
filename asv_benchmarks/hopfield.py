"""Recall of Hopfield networks beside NumPy by hand: 1,000 rows, 1,000 units, one thread.

`python -m asv_benchmarks.hopfield` measures both in alternating rounds and prints the best of each,
and the median of the rounds' ratios. NumPy's loop is synchronous, in the precision of its weights.
"""

from __future__ import annotations

import sys
import warnings
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from asv_benchmarks._alternating import ratio, rounds_asked, seconds, take_turns

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

    n_rounds = rounds_asked(__doc__, ROUNDS)
    with threadpool_limits(1):
        runs = {name: partial(seconds, run) for name, run in contestants().items()}
        times = take_turns(runs, n_rounds)
    peer = times["NumPy, float64"]
    for name, taken in times.items():
        times_as_fast = ratio(peer, taken)
        print(f"{name:16} {1e3 * min(taken):7.1f} ms   {times_as_fast:5.2f} times as fast as NumPy")


if __name__ == "__main__":
    sys.exit(main())
