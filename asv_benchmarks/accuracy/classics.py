"""Figures of maps, memories and GMDH beside those that the literature or other libraries have.

`python -m asv_benchmarks.accuracy.classics maps hopfield gmdh` measures some; all without names.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator

import numpy as np

Figure = tuple[str, str, str]  # what, found, what to compare it with


def maps() -> Iterator[Figure]:
    """Quantization and topographic errors; MiniSom's on iris, XPySom's on digits."""
    from sklearn.datasets import load_digits, load_iris

    from skneural import SelfOrganizingMap

    iris, digits = load_iris().data, load_digits().data / 16
    som = SelfOrganizingMap((8, 8), radius_end=0.8).fit(iris)
    found = f"QE {som.loss_:.3f}, TE {som.topographic_error(iris):.3f}"
    yield "iris, 8 x 8", found, "QE .21, TE .08"
    for algorithm in ("batch", "online"):
        som = SelfOrganizingMap((20, 20), algorithm=algorithm, max_iter=20, random_state=0)
        som.fit(digits)
        found = f"QE {som.loss_:.3f}, TE {som.topographic_error(digits):.3f}"
        yield f"digits, 20 x 20, {algorithm}", found, "QE .95"


def hopfield(n_units: int = 1000, n_networks: int = 12, n_modern: int = 10_000) -> Iterator[Figure]:
    """Wrong bits by load, from stored patterns, asynchronously; other rules from noise."""
    from skneural import HopfieldNetwork

    for load, bound in ((0.10, "< .2%"), (0.13, "< 1%; theory .64%"), (0.20, "> 25%")):
        networks = []
        for seed in range(n_networks):
            X = _signs(round(load * n_units), n_units, seed)
            network = HopfieldNetwork(random_state=seed).fit(X)
            networks.append((network.transform(X) != X).mean(axis=1))
        wrong = np.concatenate(networks)
        stays = wrong <= 0.1
        others = f", {wrong[stays].mean():.2%} in those that stay" if stays.any() else ""
        yield (
            f"wrong bits, {load:.2f} n",
            f"mean {wrong.mean():.2%}, median {np.median(wrong):.2%}; {(~stays).mean():.1%} of the"
            f" patterns run away{others}", bound,
        )
    n = 3 * n_units // 10
    X = _signs(n // 2, n)
    noisy = _flipped(X, 0.05)
    labels = HopfieldNetwork("pseudo_inverse", random_state=0).fit(X).predict(noisy)
    yield f"pseudo-inverse, .5 n, n={n}", f"{(labels == np.arange(n // 2)).mean():.1%}", "all"
    random = np.random.RandomState(0)
    X = random.normal(size=(n_modern, 64))
    network = HopfieldNetwork(interaction="exponential", max_iter=1).fit(X)
    error = np.abs(network.transform(X + random.normal(0, 0.2, X.shape)) - X).max(axis=1)
    yield f"modern, {n_modern:,} patterns, one update", f"{(error < 0.01).mean():.2%}", "99.9%"


def gmdh() -> Iterator[Figure]:
    """A polynomial found again, and diabetes; bauman-team/GMDH has .340 at its best."""
    from sklearn.datasets import load_diabetes
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import train_test_split

    from skneural import GMDHRegressor

    random = np.random.RandomState(0)
    X, X_test = random.normal(size=(2, 400, 6))
    model = GMDHRegressor(algorithm="combinatorial").fit(X, X[:, 1] * X[:, 2] + 2 * X[:, 3] ** 2)
    error = np.abs(model.predict(X_test) - X_test[:, 1] * X_test[:, 2] - 2 * X_test[:, 3] ** 2)
    yield "a planted polynomial", f"{model.formula(4)}, error {error.max():.0e}", "1e-9"
    found = eval(model.formula(), {f"x{j}": column for j, column in enumerate(X_test.T)})
    difference = np.abs(found - model.predict(X_test)).max()
    yield "its formula, evaluated", f"{difference:.0e} from predict", "1e-9"
    X, y = load_diabetes(return_X_y=True)
    others = [GMDHRegressor(), LinearRegression(), HistGradientBoostingRegressor(random_state=0)]
    for model in others:
        scores = []
        for seed in range(10):
            X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
            scores.append(model.fit(X_train, y_train).score(X_test, y_test))
        found = f"R2 {np.mean(scores):.3f} (from {min(scores):.3f} to {max(scores):.3f})"
        yield f"diabetes, ten splits, {type(model).__name__}", found, ".34"


TASKS = {"maps": maps, "hopfield": hopfield, "gmdh": gmdh}


def _signs(n_patterns, n_units, seed=0):
    return np.random.RandomState(seed).choice([-1, 1], (n_patterns, n_units))


def _flipped(X, share):
    noisy, random = X.copy(), np.random.RandomState(1)
    for row in noisy:
        row[random.choice(len(row), round(share * len(row)), replace=False)] *= -1
    return noisy


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", metavar="task", help=", ".join(TASKS))
    tasks = parser.parse_args().tasks or list(TASKS)
    if unknown := set(tasks) - set(TASKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    warnings.simplefilter("ignore")  # of capacities
    for name in tasks:
        for what, found, beside in TASKS[name]():
            print(f"{name:9} {what:42} {found:60} {beside}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
