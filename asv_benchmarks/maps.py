"""Maps beside XPySom and MiniSom: 20 x 20 units, the 1,797 digits of 64 pixels, one thread.

`python -m asv_benchmarks.maps` measures a round of the batch algorithm, and updates of the online
one, in alternating rounds, each as the difference between a longer and a shorter fit. It prints the
best of each, and the medians of the rounds' ratios. XPySom computes in float32, MiniSom in the
dtype of X. Peers take part when they are installed (`pip install xpysom minisom`).
"""

from __future__ import annotations

import importlib.util
import os
import sys
import warnings
from functools import partial

SIDE, ROUNDS, SHORT, LONG = 20, 7, 1, 11  # SHORT and LONG are epochs of a fit
RADIUS, RADIUS_END = 10.0, 1.0


def digits(dtype="float64"):
    """Rows of pixels from 0 to 1."""
    from sklearn.datasets import load_digits

    return load_digits().data.astype(dtype) / 16


def seconds_per_epoch(fit, epochs):
    """Seconds of an epoch, from the difference of two fits; ``fit(n)`` trains n epochs."""
    from asv_benchmarks._alternating import seconds

    short, long = (seconds(partial(fit, n)) for n in (SHORT, epochs))
    return (long - short) / (epochs - SHORT)


def ours(algorithm, dtype):
    """A fit of this library's map, with as many rounds as it is asked for."""
    from skneural import SelfOrganizingMap

    X = digits(dtype)

    def fit(n):
        som = SelfOrganizingMap(
            (SIDE, SIDE), algorithm=algorithm, radius=RADIUS, radius_end=RADIUS_END, max_iter=n,
            tol=0.0, n_jobs=1, random_state=0,
        ).fit(X)
        if som.n_iter_ != n:
            raise RuntimeError(f"the map ended after {som.n_iter_} of {n} rounds")

    return fit


def xpysom():
    """A fit of XPySom's batch map."""
    import numpy as np
    from xpysom import XPySom

    X = digits("float32")

    def fit(n):
        som = XPySom(
            SIDE, SIDE, X.shape[1], sigma=RADIUS, sigmaN=RADIUS_END,
            decay_function="exponential", random_seed=0, xp=np,
        )
        som.pca_weights_init(X)
        som.train(X, n)

    return fit


def minisom(method, steps_per_epoch, **options):
    """A fit of MiniSom's by the name of a method, with so many steps an epoch."""
    from minisom import MiniSom

    X = digits()

    def fit(n):
        som = MiniSom(SIDE, SIDE, X.shape[1], sigma=RADIUS / 2, random_seed=0)
        som.pca_weights_init(X)
        getattr(som, method)(X, n * steps_per_epoch, **options)

    return fit


def contestants(n_rows):
    """What is measured by task and name, each with its epochs of the longer fit."""
    found = {
        "batch": {
            "skneural, float32": (ours("batch", "float32"), LONG),
            "skneural, float64": (ours("batch", "float64"), LONG),
        },
        "online": {
            "skneural, float32": (ours("online", "float32"), LONG),
            "skneural, float64": (ours("online", "float64"), LONG),
        },
    }
    if _is_there("xpysom"):
        found["batch"]["XPySom"] = xpysom(), LONG
    if _is_there("minisom"):
        found["batch"]["MiniSom"] = minisom("train_batch_offline", 1), SHORT + 2
        found["online"]["MiniSom"] = minisom("train_random", n_rows), SHORT + 2
    return found


def _is_there(module):
    if importlib.util.find_spec(module) is not None:
        return True
    print(f"{module} is left out: it is not installed (pip install {module})")
    return False


def main():
    """Measure, and print a table for each task."""
    os.environ.pop("OPENBLAS_CORETYPE", None)  # peers may choose the kernels of this processor
    warnings.simplefilter("ignore")  # of CuPy, which XPySom looks for
    from threadpoolctl import threadpool_limits

    from asv_benchmarks._alternating import ratio, rounds_asked, take_turns

    n_rounds = rounds_asked(__doc__, ROUNDS)
    n_rows = len(digits())
    with threadpool_limits(1):
        for task, runs in contestants(n_rows).items():
            times = take_turns(
                {name: partial(seconds_per_epoch, *run) for name, run in runs.items()}, n_rounds
            )
            print(f"{task}, {n_rows} rows, {SIDE} x {SIDE} units")
            for name, taken in times.items():
                rate = f"{1e3 * min(taken):8.2f} ms an epoch, {n_rows / min(taken):9,.0f} rows/s"
                peers = [other for other in times if not other.startswith("skneural")]
                ratios = [f"{ratio(times[p], taken):6.1f} x {p}" for p in peers if p != name]
                print(f"  {name:18} {rate}  {', '.join(ratios) * name.startswith('skneural')}")


if __name__ == "__main__":
    sys.exit(main())
