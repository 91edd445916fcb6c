"""One fit on two local workers beside one, each of one thread, and a model of larger clusters.

`python -m asv_benchmarks.distributed` measures fits in alternating rounds, prints the seconds of
each and the median of the rounds' ratios; then what a round costs beside computing, measured with
a network so small that it computes nothing; and what both predict for more machines.
"""

from __future__ import annotations

import math
import sys
import time
import warnings
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import numpy as np

from asv_benchmarks._alternating import ratio, rounds_asked, take_turns
from asv_benchmarks.search_backends import dask_backend

N_ROWS, N_FEATURES, N_PARTITIONS, LAYERS, ROUNDS = 40_000, 128, 4, (256, 256), 3
FITS = {
    "L-BFGS": ({"solver": "lbfgs", "max_iter": 8, "tol": 1e-12}, "local"),
    "local": ({"max_iter": 8}, "local"),
    "synchronous": ({"max_iter": 2, "batch_size": 8000}, "synchronous"),
}
TASKS = 2, 8, 24
MACHINES = 8, 64, 1000
CORES = 8  # of a machine
LATENCY = 1e-4  # seconds


def data(n_rows=N_ROWS, n_features=N_FEATURES):
    """Rows of float32 and labels of ten classes."""
    random = np.random.RandomState(0)
    X = random.normal(size=(n_rows, n_features)).astype(np.float32)
    return X, random.randint(10, size=n_rows)


def seconds_of_a_fit(client, parts, settings, method, layers=LAYERS):
    """Seconds and epochs, or evaluations, of a fit; those of opening it are left out."""
    from skneural import MLPClassifier
    from skneural.distributed import _sessions, fit

    rounds = []
    round_of = _sessions.RemoteSession._round

    def timed(session, *arguments, **more):
        begun = time.perf_counter()
        found = round_of(session, *arguments, **more)
        rounds.append(time.perf_counter() - begun)
        return found

    settings = {"n_iter_no_change": 1000, "random_state": 0} | settings
    network = MLPClassifier(layers, **settings)
    _sessions.RemoteSession._round = timed
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit(network, *parts, client=client, method=method)
    finally:
        _sessions.RemoteSession._round = round_of
    return sum(rounds[1:]) / (len(rounds) - 1), network


def parts_of(client, X, y, n_partitions=N_PARTITIONS):
    """X and y in partitions that lie on a cluster's workers."""
    import dask.array as da

    rows = -(-len(X) // n_partitions)
    return client.persist([da.from_array(X, chunks=(rows, -1)), da.from_array(y, chunks=rows)])


def seconds_of_tasks(client, n_tasks):
    """Seconds of a round of so many tasks that compute next to nothing."""
    X, y = data(10 * n_tasks, 4)
    parts = parts_of(client, X, y, n_tasks)
    settings = {"solver": "lbfgs", "max_iter": 15, "tol": 1e-12}
    return seconds_of_a_fit(client, parts, settings, "local", (2,))[0]


@dataclass(frozen=True)
class Cost:
    """What a round costs: seconds of any, seconds a task, and FLOPs a second of a core."""

    round: float
    task: float
    flops: float


@dataclass(frozen=True)
class Work:
    """A training: rows, parameters, and FLOPs a row."""

    name: str
    rows: float
    parameters: float
    flops: float


WORKS = [
    Work("1e6 rows, 100-100-100-10", 1e6, 2.1e4, 6 * 2.1e4),
    Work("1e8 rows, 100-100-100-10", 1e8, 2.1e4, 6 * 2.1e4),
    Work("1e7 rows, 128-1024-1024-10", 1e7, 1.2e6, 6 * 1.2e6),
    Work("1e6 images, ResNet-20", 1e6, 2.7e5, 2.5e8),
]


def seconds_of_a_round(n_machines, rows, work, numbers, gigabits, cost):
    """Seconds of a round over some rows in which ``numbers`` of 4 bytes a parameter go each way.

    Workers fetch the state from one another: it goes out in as many steps as doublings. Parts are
    combined 16 at a time, each by what receives them.
    """
    seconds = numbers * work.parameters * 4 / (gigabits * 1e9 / 8)
    out = math.ceil(math.log2(n_machines + 1)) * (seconds + LATENCY)
    levels, left = 0.0, n_machines
    while left > 1:
        levels += min(left, 16) * seconds + LATENCY
        left = -(-left // 16)
    computing = rows * work.flops / (n_machines * CORES * cost.flops)
    return computing + cost.round + n_machines * cost.task + out + levels


def speedups(work, gigabits, cost, batch=20_000):
    """Times as fast as one machine without a cluster, by method and number of machines."""
    alone = work.rows * work.flops / (CORES * cost.flops)
    predicted = partial(seconds_of_a_round, work=work, gigabits=gigabits, cost=cost)
    found = {}
    for n in MACHINES:
        batches = math.ceil(work.rows / batch)
        found["L-BFGS", n] = alone / predicted(n, work.rows, numbers=1)
        found["local, an epoch", n] = alone / predicted(n, work.rows, numbers=3)
        found[f"synchronous, {batch}", n] = alone / (batches * predicted(n, batch, numbers=1))
    return found


def measure(n_rounds, n_rows=N_ROWS):
    """Seconds of a round by method and number of workers, and what rounds cost."""
    X, y = data(n_rows)
    with ExitStack() as stack:
        clients = {n: stack.enter_context(dask_backend(n))["client"] for n in (1, 2)}
        runs, n_parameters = {}, 0
        for n, client in clients.items():
            with client.as_current():
                parts = parts_of(client, X, y)
            for name, (settings, method) in FITS.items():
                runs[name, n] = partial(_first, client, parts, settings, method)
        times = take_turns(runs, n_rounds)
        small = {n: partial(seconds_of_tasks, clients[2], n) for n in TASKS}
        rounds = {n: min(found) for n, found in take_turns(small, n_rounds).items()}
    per_task, of_any = np.polyfit(list(rounds), list(rounds.values()), 1)
    n_parameters = sum(a * b for a, b in zip((N_FEATURES, *LAYERS), (*LAYERS, 10), strict=True))
    flops = 6 * n_parameters * n_rows / min(times["L-BFGS", 1])
    return times, rounds, Cost(max(of_any, 0.0), max(per_task, 0.0), flops), n_parameters


def _first(*arguments):
    return seconds_of_a_fit(*arguments)[0]


def main():
    """Measure, and print the tables."""
    times, rounds, cost, n_parameters = measure(rounds_asked(__doc__, ROUNDS))
    print("method        one worker   two workers   ratio   kB a partition and round, each way")
    for name in FITS:
        one, two = times[name, 1], times[name, 2]
        size = n_parameters * 4 * (3 if name == "local" else 1) / 1e3
        print(f"{name:12} {min(one):8.3f} s {min(two):11.3f} s {ratio(one, two):9.2f} {size:9.0f}")
    for n, seconds in rounds.items():
        print(f"a round of {n} empty tasks: {1e3 * seconds:.1f} ms")
    print(f"a round {1e3 * cost.round:.1f} ms, a task {1e3 * cost.task:.2f} ms,"
          f" a core {cost.flops / 1e9:.1f} GFLOP/s")
    for gigabits in (1, 10):
        print(f"\npredicted speedups at {gigabits} Gbit/s, machines of {CORES} cores")
        print(f"{'':28} {'':20}" + "".join(f"{n:>8}" for n in MACHINES))
        for work in WORKS:
            found = speedups(work, gigabits, cost)
            for method in dict.fromkeys(method for method, _ in found):
                figures = "".join(f"{found[method, n]:8.3g}" for n in MACHINES)
                print(f"{work.name:28} {method:20}{figures}")


if __name__ == "__main__":
    sys.exit(main())
