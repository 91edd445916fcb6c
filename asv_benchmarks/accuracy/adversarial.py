"""What adversarial networks draw: digits, a ring of Gaussians, and rows of the census of 1994.

`python -m asv_benchmarks.accuracy.adversarial` prints, for each task that is named (all by
default), the figures and the seconds of the fit.

- ``ring``: how many of eight modes have at least 1% of the samples within four deviations.
- ``census``: the AUC of gradient-boosted trees that tell samples from rows, cross-validated, on the
  numeric columns of the bundled table; beside it that of rows whose columns are independent.
- ``digits``: MNIST without labels, judged by a LeNet-5 of this library, always the same: shares of
  the classes, and the inception score with its probabilities, beside that of the test images.
- ``classes``: MNIST with labels: how often the LeNet-5 agrees with the class that was asked for,
  and the accuracy on the test images of another one that was trained on 10,000 samples.

`--minutes` bounds the fits of the digits, which end after the epoch in which they are over.
`--quick` takes few rows and epochs, to see that all runs.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_score

from asv_benchmarks import _machine
from asv_benchmarks.accuracy.real_data import load_images
from skneural import ConvNetClassifier, GenerativeAdversarialNetwork
from skneural.datasets import load_census

N_SAMPLES, N_MODES, SPREAD = 10_000, 8, 0.05
DIGITS = {  # chosen by the inception score after two epochs
    "architecture": "convolutional", "filters": (32, 64), "beta_1": 0.0, "batch_size": 32,
    "generator_learning_rate": 2e-3, "discriminator_learning_rate": 1e-3,
}


def ring(options: argparse.Namespace) -> Iterator[str]:
    """Eight Gaussians on a circle."""
    random = np.random.RandomState(0)
    angles = np.arange(N_MODES) * 2 * np.pi / N_MODES
    modes = np.column_stack([np.cos(angles), np.sin(angles)])
    X = modes[random.randint(N_MODES, size=4000)] + random.normal(0, SPREAD, (4000, 2))
    network, seconds = fitted(options, np.float32(X))
    samples = network.sample(N_SAMPLES, random_state=1)
    distances = np.linalg.norm(samples[:, None] - modes, axis=2)
    near = distances.min(axis=1) < 4 * SPREAD
    shares = np.bincount(distances.argmin(axis=1)[near], minlength=N_MODES) / N_SAMPLES
    yield (
        f"{(shares >= 0.01).sum()} of {N_MODES} modes, {near.mean():.1%} of samples near one"
        f"   {seconds:.0f} s"
    )


def census(options: argparse.Namespace) -> Iterator[str]:
    """The numeric columns of the table."""
    X = load_census()[0].select_dtypes("number").to_numpy(np.float32)
    X = X[:600] if options.quick else X
    network, seconds = fitted(options, X)
    random = np.random.RandomState(1)
    samples = network.sample(len(X), random_state=1)
    independent = np.column_stack([random.permutation(column) for column in X.T])
    yield (
        f"AUC {told_apart(X, samples):.3f}, of independent columns"
        f" {told_apart(X, independent):.3f}   {seconds:.0f} s"
    )


def told_apart(X: np.ndarray, samples: np.ndarray) -> float:
    """Return the AUC of trees that tell samples from rows."""
    rows, y = np.vstack([X, samples]), np.repeat([0, 1], [len(X), len(samples)])
    trees = HistGradientBoostingClassifier(random_state=0)
    return float(cross_val_score(trees, rows, y, cv=5, scoring="roc_auc").mean())


def digits(options: argparse.Namespace) -> Iterator[str]:
    """MNIST without labels."""
    X, y, X_test, y_test = images(options)
    judge = lenet(options, X, y)
    yield f"the judge's accuracy {judge.score(X_test, y_test):.2%}; {judgement(judge, X_test)}"
    network, seconds = fitted(options, X, **DIGITS, **of_minutes(options))
    samples = network.sample(n_samples(options), random_state=1)
    yield f"{judgement(judge, samples)}   {seconds:.0f} s, {network.n_iter_} epochs"


def classes(options: argparse.Namespace) -> Iterator[str]:
    """MNIST with labels."""
    X, y, X_test, y_test = images(options)
    judge = lenet(options, X, y)
    network, seconds = fitted(options, X, y, **DIGITS, **of_minutes(options))
    asked = np.arange(n_samples(options)) % 10
    samples = network.sample(len(asked), asked, random_state=1)
    agrees = np.mean(judge.predict(samples) == asked)
    student = lenet(options, samples, asked)
    yield (
        f"agrees {agrees:.2%}, trained on samples {student.score(X_test, y_test):.2%};"
        f" {judgement(judge, samples)}   {seconds:.0f} s, {network.n_iter_} epochs"
    )


def judgement(judge: ConvNetClassifier, samples: np.ndarray) -> str:
    """Return the inception score by the probabilities of a judge, and shares of classes."""
    chances = judge.predict_proba(samples).astype(np.float64)
    mean = chances.mean(axis=0)
    divergence = (chances * np.log(np.maximum(chances, 1e-12) / mean)).sum(axis=1)
    shares = np.bincount(chances.argmax(axis=1), minlength=10) / len(samples)
    return (
        f"inception score {np.exp(divergence.mean()):.2f}, classes {shares.min():.1%} to"
        f" {shares.max():.1%}"
    )


def lenet(options: argparse.Namespace, X: np.ndarray, y: np.ndarray) -> ConvNetClassifier:
    """Return a LeNet-5 of a fixed seed and of as many updates as 8 epochs of 60,000 images."""
    epochs = 1 if options.quick else max(8, 480_000 // max(len(X), 10_000))
    network = ConvNetClassifier(
        architecture="lenet5", max_iter=epochs, random_state=0, n_jobs=options.threads
    )
    return network.fit(X, y)


def images(options: argparse.Namespace) -> tuple:
    """Return MNIST, or a part of it."""
    data = load_images("mnist")
    return tuple(part[:500] for part in data) if options.quick else data


def n_samples(options: argparse.Namespace) -> int:
    """Return how many samples are judged."""
    return 200 if options.quick else N_SAMPLES


def of_minutes(options: argparse.Namespace) -> dict:
    """Return what bounds a fit."""
    return {} if options.quick else {"max_iter": 1000, "max_time": 60 * options.minutes}


def fitted(options: argparse.Namespace, *data: np.ndarray, **parameters):
    """Return a network fitted to data, and the seconds that it took."""
    if options.quick:
        parameters["max_iter"] = 1
    network = GenerativeAdversarialNetwork(
        random_state=options.seed, n_jobs=options.threads, **parameters
    )
    begun = time.perf_counter()
    return network.fit(*data), time.perf_counter() - begun


TASKS: dict[str, Callable] = {
    "ring": ring, "census": census, "digits": digits, "classes": classes,
}


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tasks", nargs="*", metavar="task", help=", ".join(TASKS))
    parser.add_argument("--minutes", type=float, default=19.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args(arguments)
    unknown = set(options.tasks) - set(TASKS)
    if unknown:
        parser.error(f"no task {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    print(_machine.processor(), f"{options.threads} threads", sep=", ")
    for name in options.tasks or TASKS:
        for line in TASKS[name](options):
            print(f"{name:8} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
