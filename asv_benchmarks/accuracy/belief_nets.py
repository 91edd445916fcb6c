"""Deep belief nets and deep Boltzmann machines on MNIST: errors, few labels, likelihood.

`python -m asv_benchmarks.accuracy.belief_nets` runs all parts, or those named:

- error: a net of 784-500-500-2000-10 units, pretrained, then backpropagation: test error.
- few: the same net with 1,000 and 100 labels, pretrained on all 60,000 images, beside a random
  start.
- machine: a machine of 784-500-1000 units, learned from images drawn as binary ones: the bound of
  the test log probability by annealed importance sampling, and the test error of a net that begins
  as the machine.

`--quick` takes few images and epochs, to see that a part runs.
"""

from __future__ import annotations

import argparse
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from asv_benchmarks.accuracy.real_data import load_images
from skneural import DBNClassifier, DeepBoltzmannMachine

FEW = {1000: 3.0, 100: 4.0}  # labels, and by how many points pretraining has to help
N_SPLITS = 3  # choices of the few labels


def load(options):
    """Return images as rows from 0 to 1 and labels, of training and of test."""
    X, y, X_test, y_test = load_images("mnist")
    rows = [np.float32(images.reshape(len(images), -1)) / 255 for images in (X, X_test)]
    n = 3000 if options.quick else len(X)
    return rows[0][:n], y[:n], rows[1], y_test


def make_net(options, **how):
    """Return the net of Hinton and Salakhutdinov 2006."""
    n_first = options.pretraining
    settings = {
        "hidden_layer_sizes": (100, 100, 200) if options.quick else (500, 500, 2000),
        "pretraining_max_iter": 2 if options.quick else n_first, "batch_size": 100,
        "learning_rate": "cosine", "max_iter": 3 if options.quick else options.epochs,
        "n_iter_no_change": np.inf, "random_state": 0, "n_jobs": options.threads,
    }
    return DBNClassifier(**{**settings, **how})


def measure_error(options):
    """Print the test error."""
    X, y, X_test, y_test = load(options)
    start = time.perf_counter()
    net = make_net(options, dropout=options.dropout).fit(X, y)
    taken = time.perf_counter() - start
    error = 100 * (1 - net.score(X_test, y_test))
    print(f"error: {error:.2f} % ({taken / 60:.1f} minutes)", flush=True)


def measure_few(options):
    """Print the accuracies with few labels, from the same pretrained layers and at random."""
    X, y, X_test, y_test = load(options)
    start = time.perf_counter()
    first = make_net(options, max_iter=1).fit(X, y)  # only its machines are used
    print(f"few: pretraining took {(time.perf_counter() - start) / 60:.1f} minutes", flush=True)
    for n_labels, wanted in FEW.items():
        gains = []
        for seed in range(1 if options.quick else N_SPLITS):
            chosen = np.random.RandomState(seed).permutation(len(X))[:n_labels]
            net = make_net(options, warm_start=True, batch_size=50, pretraining_max_iter=0)
            net.set_params(max_iter=3 if options.quick else 100)
            random = net.fit(X[chosen], y[chosen]).score(X_test, y_test)
            of_machines = pretrained(net, first.rbms_, X[chosen], y[chosen])
            gains.append((random, of_machines.score(X_test, y_test)))
        before, after = 100 * np.mean(gains, axis=0)
        print(
            f"few: {n_labels} labels: {after:.2f} %, random start {before:.2f} %:"
            f" {after - before:+.2f} points (must {wanted:+.0f})", flush=True,
        )


def pretrained(net, machines, X, y):
    """Fit a net from the weights of machines, and an output layer of small weights."""
    n_outputs, random = net.coefs_[-1].shape[1], np.random.RandomState(0)
    last = random.normal(0, 0.01, (len(machines[-1].components_), n_outputs)).astype(X.dtype)
    net.coefs_ = [*(rbm.components_.T.copy() for rbm in machines), last]
    biases = [rbm.intercept_hidden_.copy() for rbm in machines]
    net.intercepts_ = [*biases, np.zeros(n_outputs, X.dtype)]
    return net.fit(X, y)


def measure_machine(options):
    """Print the bound, and the error of a net that begins as the machine."""
    X, y, X_test, y_test = load(options)
    random = np.random.RandomState(0)
    binary, of_test = (
        np.float32(random.uniform(size=rows.shape) < rows) for rows in (X, X_test)
    )
    start = time.perf_counter()
    machine = DeepBoltzmannMachine(
        (50, 100) if options.quick else (500, 1000), learning_rate=options.rate,
        max_iter=2 if options.quick else options.machine_epochs,
        pretraining_max_iter=2 if options.quick else options.machine_pretraining,
        n_gibbs_steps=options.gibbs, random_state=0, n_jobs=options.threads,
    ).fit(binary)
    taken = time.perf_counter() - start
    machine.log_partition_, error = machine.log_partition(
        n_steps=300 if options.quick else 20000, random_state=0
    )
    train, test = (machine.score(rows[:10000]) for rows in (binary, of_test))
    print(
        f"machine: bound {test:.2f} (training {train:.2f}), log Z {machine.log_partition_:.2f}"
        f" +- {error:.2f} ({taken / 60:.1f} minutes)", flush=True,
    )
    machine.set_params(features="augmented")
    net = make_net(
        options, hidden_layer_sizes=machine.hidden_layer_sizes, initial=machine,
        dropout=options.dropout,
    ).fit(machine.transform(X), y)
    error = 100 * (1 - net.score(machine.transform(X_test), y_test))
    print(f"machine: error after fine-tuning {error:.2f} %", flush=True)


PARTS = {"error": measure_error, "few": measure_few, "machine": measure_machine}


def main(arguments=None):
    """Run the parts named, all by default."""
    parser = argparse.ArgumentParser(
        "python -m asv_benchmarks.accuracy.belief_nets", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="few images and epochs")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--pretraining", type=int, default=30, help="epochs a layer of the net")
    parser.add_argument("--epochs", type=int, default=60, help="of backpropagation")
    parser.add_argument("--dropout", type=float, default=0.0, help="of hidden layers")
    parser.add_argument("--machine-pretraining", type=int, default=50, help="epochs a layer")
    parser.add_argument("--machine-epochs", type=int, default=100, help="of all layers together")
    parser.add_argument("--rate", type=float, default=0.005, help="the machine's")
    parser.add_argument("--gibbs", type=int, default=5, help="the machine's sweeps a batch")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore", ConvergenceWarning)
    for part in options.parts or PARTS:
        PARTS[part](options)


if __name__ == "__main__":
    main()
