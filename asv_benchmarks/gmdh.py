"""A layer of GMDH: 100 inputs, 4,950 pairs of them, 1,000 rows, one thread.

`python -m asv_benchmarks.gmdh` fits regressors of one layer and of two. It prints the best time of
a first layer, with the checks and the division of the rows that come before it, and of the second
layer, of the inputs and the 100 best neurons, as the difference. NumPy's least squares by hand, a
pair at a time, stands beside them for a hundredth of the pairs.
"""

from __future__ import annotations

import statistics
import sys
from functools import partial

import numpy as np

from asv_benchmarks._alternating import rounds_asked, seconds, take_turns

N_INPUTS, N_ROWS, ROUNDS = 100, 1000, 7
N_PAIRS = N_INPUTS * (N_INPUTS - 1) // 2


def data():
    """A product and a square of inputs, with noise."""
    random = np.random.RandomState(0)
    X = random.normal(size=(N_ROWS, N_INPUTS))
    y = X[:, 0] * X[:, 1] + X[:, 2] ** 2 + X[:, 3] + random.normal(size=N_ROWS)
    return X, y


def by_hand(X, y, step=100):
    """Least squares of every hundredth pair, fitted on one half and judged on the other."""
    fitted, judged = slice(0, None, 2), slice(1, None, 2)
    errors = []
    for left, right in np.column_stack(np.triu_indices(N_INPUTS, 1))[::step]:
        a, b = X[:, left], X[:, right]
        terms = np.stack([np.ones_like(a), a, b, a * b, a * a, b * b], axis=1)
        coefs = np.linalg.lstsq(terms[fitted], y[fitted], rcond=None)[0]
        errors.append(((terms[judged] @ coefs - y[judged]) ** 2).mean())
    return errors


def layers(neuron, n_layers):
    """A fit of so many layers."""
    from skneural import GMDHRegressor

    X, y = data()
    model = GMDHRegressor(neuron, max_layers=n_layers, n_best=N_INPUTS, tol=0.0, n_jobs=1)
    return partial(model.fit, X, y)


def main():
    """Measure, and print a line for each kind of neuron."""
    from threadpoolctl import threadpool_limits

    n_rounds = rounds_asked(__doc__, ROUNDS)
    with threadpool_limits(1):
        runs = {
            (neuron, n): partial(seconds, layers(neuron, n))
            for neuron in ("linear", "bilinear", "quadratic") for n in (1, 2)
        }
        runs["NumPy", 1] = partial(seconds, partial(by_hand, *data()))
        times = take_turns(runs, n_rounds)
    for neuron in ("linear", "bilinear", "quadratic"):
        first, both = times[neuron, 1], times[neuron, 2]
        second = statistics.median(b - a for a, b in zip(first, both, strict=True))
        print(
            f"{neuron:10} first layer {1e3 * min(first):6.1f} ms, {N_PAIRS:,} pairs;"
            f" second {1e3 * second:6.1f} ms, {N_PAIRS + N_INPUTS**2:,} pairs"
        )
    of_numpy = 1e5 * min(times["NumPy", 1])
    print(f"{'NumPy':10} first layer {of_numpy:6.1f} ms, {N_PAIRS // 100} pairs, times 100")


if __name__ == "__main__":
    sys.exit(main())
