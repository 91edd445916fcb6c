"""Training of `BernoulliRBM` beside scikit-learn's: 784-256, float32, one thread.

`python -m asv_benchmarks.rbm` trains both in alternating rounds, in one process whose NumPy picks
the kernels for the processor by itself, and prints rows a second by processor time and the median
of the rounds' ratios. With `--ais` it times annealed importance sampling as well: 100 chains, 500
hidden units, the 14,500 temperatures of Salakhutdinov and Murray 2008.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time

import numpy as np

from . import _processes

N_FEATURES, N_COMPONENTS = 784, 256
ROWS = {10: 8000, 100: 30000}  # by batch size
HEIGHT = 28


def rows(n_rows):
    """Random blobs, as sparse as digits are: about a fifth of the pixels is on."""
    random = np.random.RandomState(0)
    places = random.uniform(6, 22, (n_rows, 2))
    y, x = np.mgrid[:HEIGHT, :HEIGHT]
    distance = np.hypot(x - places[:, :1, None], y - places[:, 1:, None])
    return (distance < 7).reshape(n_rows, -1).astype(np.float32)


def estimators(batch_size):
    """Both machines, by name."""
    from sklearn.neural_network import BernoulliRBM as Theirs

    from skneural import BernoulliRBM

    how = {"batch_size": batch_size, "n_iter": 1, "random_state": 0}
    return {
        "skneural": BernoulliRBM(N_COMPONENTS, n_jobs=1, **how),
        "scikit-learn": Theirs(N_COMPONENTS, **how),
    }


def seconds(run):
    """Seconds of processor time that a call takes."""
    begun = time.process_time()
    run()
    return time.process_time() - begun


def measure_training(batch_size, n_rounds):
    """Seconds of each fit, by the estimator's name."""
    X = rows(ROWS[batch_size])
    machines = estimators(batch_size)
    times = {name: [] for name in machines}
    for machine in machines.values():
        machine.fit(X[: 2 * batch_size])
    for _ in range(n_rounds):
        for name, machine in machines.items():
            times[name].append(seconds(lambda machine=machine: machine.fit(X)))
    return times


def measure_partition(n_steps):
    """Seconds of annealed importance sampling."""
    from skneural import BernoulliRBM

    machine = BernoulliRBM(500, n_iter=0, n_jobs=1, random_state=0).fit(rows(1000))
    machine.log_partition(n_chains=100, n_steps=10)
    return seconds(lambda: machine.log_partition(n_chains=100, n_steps=n_steps))


def measure(arguments):
    """What the child process prints."""
    found = {
        str(batch_size): measure_training(batch_size, arguments.rounds)
        for batch_size in arguments.batches
    }
    if arguments.ais:
        found["ais"] = measure_partition(arguments.ais)
    return found


def report(found):
    """Print the figures."""
    seconds_of_ais = found.pop("ais", None)
    for batch_size, times in found.items():
        n_rows = ROWS[int(batch_size)]
        ours, theirs = times["skneural"], times["scikit-learn"]
        ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
        print(
            f"batch {batch_size:>3}: {n_rows / min(ours):9,.0f} rows/s, scikit-learn"
            f" {n_rows / min(theirs):9,.0f}; {ratio:5.2f} times as fast"
        )
    if seconds_of_ais is not None:
        print(f"annealed importance sampling: {seconds_of_ais:.1f} s")


def main(arguments=None):
    """Measure in a process of its own, and report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--batches", type=int, nargs="+", default=sorted(ROWS), choices=ROWS)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ais", type=int, nargs="?", const=14500, metavar="STEPS")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.measure:
        print(json.dumps(measure(chosen)))
        return
    given = sys.argv[1:] if arguments is None else arguments
    report(_processes.run("rbm", "--measure", *given, threads=1))


if __name__ == "__main__":
    sys.exit(main())
