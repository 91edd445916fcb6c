"""Restricted Boltzmann machines: features of digits, partition functions, likelihood of MNIST.

`python -m asv_benchmarks.accuracy.boltzmann` runs all parts, or those named:

- digits: scikit-learn's example, features of 100 hidden units for logistic regression, beside
  pixels; without the example's early end of the regression's solver, which made both useless.
- partition: annealed importance sampling beside the exact sum, 20 hidden units.
- mnist: 500 hidden units, persistent contrastive divergence; the mean test log-likelihood by
  annealed importance sampling. Images are drawn as binary ones, anew for each pass.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from scipy.ndimage import convolve
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import minmax_scale

from asv_benchmarks.accuracy.real_data import load_images
from skneural import BernoulliRBM


def nudged_digits():
    """Digits, and each moved by a pixel in four directions, split as scikit-learn's example does.

    Returns
    -------
    X_train, X_test, y_train, y_test : ndarray
    """
    X, y = load_digits(return_X_y=True)
    images = X.astype("float32").reshape(-1, 8, 8)
    copies = [images]
    for place in ((0, 1), (1, 0), (1, 2), (2, 1)):
        window = np.zeros((1, 3, 3))
        window[0][place] = 1
        copies.append(convolve(images, window, mode="constant"))
    X = minmax_scale(np.concatenate(copies).reshape(-1, 64), feature_range=(0, 1))
    return train_test_split(X, np.tile(y, 5), test_size=0.2, random_state=0)


def measure_digits(options):
    """Print test accuracies."""
    X_train, X_test, y_train, y_test = nudged_digits()

    def regression(C):
        return LogisticRegression(C=C, max_iter=10000)

    pixels = regression(500.0).fit(X_train, y_train).score(X_test, y_test)
    print(f"digits: pixels {pixels:.3f}")
    for name, how in {
        "the example's settings": {"n_iter": 10},
        "a higher rate": {"n_iter": 10, "learning_rate": 0.1},
    }.items():
        start = time.perf_counter()
        machine = BernoulliRBM(100, random_state=0, **{"learning_rate": 0.06, **how})
        pipeline = make_pipeline(machine, regression(6000.0)).fit(X_train, y_train)
        taken = time.perf_counter() - start
        print(f"digits: {name}: {pipeline.score(X_test, y_test):.3f} ({taken:.1f} s)", flush=True)


def measure_partition(options):
    """Print the estimate beside the exact value."""
    X = load_digits().data / 16
    machine = BernoulliRBM(20, n_iter=50, random_state=0).fit(X)
    exact, _ = machine.log_partition("exact")
    for seed in range(3):
        value, error = machine.log_partition(n_steps=3000, random_state=seed)
        print(f"partition: {value:.4f} +- {error:.4f}, exact {exact:.4f}")


def measure_mnist(options):
    """Print time and the test log-likelihood."""
    X, _, X_test, _ = load_images("mnist")
    chances, of_test = (
        np.float32(images.reshape(len(images), -1)) / 255 for images in (X, X_test)
    )
    random = np.random.RandomState(0)
    X_test = np.float32(random.uniform(size=of_test.shape) < of_test)
    n_iter = 2 if options.quick else options.passes
    machine = BernoulliRBM(
        500, learning_rate=options.rate, batch_size=100, n_iter=n_iter,
        n_gibbs_steps=options.gibbs, learning_rate_schedule=options.schedule,
        momentum=options.momentum, alpha=options.alpha, visible_bias_init="data", random_state=0,
        n_jobs=options.threads,
    )
    start = time.perf_counter()
    for number in range(n_iter):
        rows = random.permutation(len(chances))
        drawn = random.uniform(size=chances.shape).astype(np.float32) < chances
        machine.partial_fit(drawn[rows].astype(np.float32))
        if (number + 1) % options.every == 0 or number == n_iter - 1:
            report_likelihood(machine, X_test, number + 1, start, options.quick)


def report_likelihood(machine, X_test, n_passes, start, quick):
    """Print the mean test log-likelihood."""
    taken = time.perf_counter() - start
    begun = time.perf_counter()
    n_steps = 300 if quick else 14500
    value, error = machine.log_partition(n_steps=n_steps, random_state=0)
    of_annealing = time.perf_counter() - begun
    likelihood = machine.log_likelihood(X_test, value).mean()
    print(
        f"mnist: {n_passes} passes, {taken:.0f} s: log-likelihood {likelihood:.2f}, log Z"
        f" {value:.2f} +- {error:.2f} ({of_annealing:.0f} s),"
        f" pseudo-likelihood {machine.score(X_test[:500]):.2f}",
        flush=True,
    )


PARTS = {"digits": measure_digits, "partition": measure_partition, "mnist": measure_mnist}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        "python -m asv_benchmarks.accuracy.boltzmann", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="little of each, to try the script")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--passes", type=int, default=250, help="of mnist")
    parser.add_argument("--gibbs", type=int, default=25, help="steps of each update")
    parser.add_argument("--rate", type=float, default=0.05, help="the first learning rate")
    parser.add_argument("--schedule", default="cosine", help="of the learning rate")
    parser.add_argument("--momentum", type=float, default=0.0)
    parser.add_argument("--alpha", type=float, default=0.0, help="L2 penalty")
    parser.add_argument("--every", type=int, default=1000, help="passes between two reports")
    options = parser.parse_args(arguments)
    for name in options.parts or PARTS:
        PARTS[name](options)


if __name__ == "__main__":
    main()
