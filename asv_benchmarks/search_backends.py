"""A grid search of 12 candidates and 3 folds on joblib's loky and on dask, two workers each.

`python -m asv_benchmarks.search_backends` measures them in alternating rounds, prints the best of
each and the median of the rounds' ratios, and how many threads the fits of each kind of worker run
together; with ``ray``, if that is installed, that of its workers too.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from functools import partial

import joblib
import numpy as np

from asv_benchmarks._alternating import ratio, rounds_asked, seconds, take_turns

N_WORKERS, ROUNDS = 2, 5
GRID = {
    "hidden_layer_sizes": [(64,), (64, 64), (128,)],
    "alpha": [1e-4, 1e-2],
    "learning_rate_init": [1e-3, 1e-2],
}


def data(n_samples=2000):
    """Rows of 30 features and labels of five classes."""
    random = np.random.RandomState(0)
    y = random.randint(5, size=n_samples)
    return random.normal(size=(n_samples, 30)) + random.normal(size=(5, 30))[y], y


def search(X, y, max_iter=150):
    """Fit all candidates on all folds, in the backend that is active."""
    from sklearn.model_selection import GridSearchCV

    from skneural import MLPClassifier

    network = MLPClassifier(max_iter=max_iter, n_iter_no_change=max_iter, random_state=0)
    grid = GridSearchCV(network, GRID, cv=3, n_jobs=N_WORKERS, refit=False)
    return grid.fit(X, y).cv_results_["mean_test_score"]


def within(backend, work):
    """Run something with a backend of joblib active."""
    with joblib.parallel_config(**backend):
        return work()


@contextmanager
def dask_backend(n_workers=N_WORKERS, n_threads=1, processes=True):
    """The parameters of joblib's backend on a cluster of this machine."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=n_workers, threads_per_worker=n_threads, processes=processes,
            dashboard_address=":0",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield {"backend": "dask", "client": client}


def threads_together(backend, n_workers=N_WORKERS):
    """The threads that fits run which are at work at the same time, one on each worker."""

    def count():
        found = joblib.Parallel(n_workers)(joblib.delayed(_threads)() for _ in range(4 * n_workers))
        by_worker: dict[tuple, int] = {}
        for place, n_threads in found:
            by_worker[place] = max(n_threads, by_worker.get(place, 0))
        return sum(by_worker.values())

    return within(backend, count)


def _threads():
    import threading

    from skneural.engine.cores import available_cores

    time.sleep(0.05)  # so that every worker gets some
    return (os.getpid(), threading.get_ident()), available_cores()


def main():
    """Measure, and print a line for each."""
    n_rounds = rounds_asked(__doc__, ROUNDS)
    X, y = data()
    print(f"{joblib.cpu_count()} cores; threads of {N_WORKERS} workers together:")
    print(f"  loky             {threads_together({'backend': 'loky'})}")
    with dask_backend(1, N_WORKERS) as backend:
        print(f"  dask, threads    {threads_together(backend)}")
    try:
        from ray.util.joblib import register_ray
    except ImportError:
        print("  ray              not installed")
    else:
        register_ray()
        print(f"  ray              {threads_together({'backend': 'ray'})}")
    with dask_backend() as backend:
        print(f"  dask, processes  {threads_together(backend)}")
        runs = {
            name: partial(seconds, partial(within, each, partial(search, X, y)))
            for name, each in {"loky": {"backend": "loky"}, "dask": backend}.items()
        }
        times = take_turns(runs, n_rounds)
    for name, taken in times.items():
        relative = ratio(taken, times["loky"])
        print(f"{name:5} {min(taken):6.2f} s   {relative:5.2f} times as long as loky")


if __name__ == "__main__":
    sys.exit(main())
