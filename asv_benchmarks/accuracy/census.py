"""A table with categories: networks beside gradient-boosted trees on the census of 1994.

`python -m asv_benchmarks.census` splits the published training part anew for each seed, four fifths
to fit and one fifth to validate, and prints accuracies on that fifth and on the published test
part as reStructuredText: mean and standard deviation over the seeds. The settings were chosen on
the validation rows. Reading the table takes pandas. With `--search` it prints instead what grid
searches of equally many candidates find on the bundled part of the table, and how long they take.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, StandardScaler

from asv_benchmarks import _machine
from asv_benchmarks.accuracy.real_data import load_images
from asv_benchmarks.tables import simple_table
from skneural import MLPClassifier, PeriodicEncoder, PiecewiseLinearEncoder
from skneural.datasets import load_census

NUMBERS = make_column_selector(dtype_include=np.number)
CATEGORIES = make_column_selector(dtype_include="category")


def scaled():
    return StandardScaler()


def binned():
    return KBinsDiscretizer(100, strategy="kmeans", encode="onehot", dtype=np.float32)


def piecewise():
    return PiecewiseLinearEncoder()


def by_tree():
    return PiecewiseLinearEncoder(strategy="tree")


def periodic():
    return PeriodicEncoder(random_state=0)


def encoded(*encoders: Callable, then) -> Pipeline:
    """A model behind one-hot categories and numbers in every one of the forms given."""
    categories = OneHotEncoder(handle_unknown="ignore", dtype=np.float32)
    numbers = ((encoder(), NUMBERS) for encoder in encoders)
    return make_pipeline(make_column_transformer(*numbers, (categories, CATEGORIES)), then)


def network(seed: int) -> MLPClassifier:
    return MLPClassifier(
        (128,), "mish", solver="adamw", learning_rate="cosine", max_iter=15, weight_decay=0.1,
        dtype="float32", n_jobs=1, random_state=seed,
    )


def linear() -> LogisticRegression:
    return LogisticRegression(max_iter=1000)


def trees(seed: int, **parameters) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        categorical_features="from_dtype", random_state=seed, **parameters
    )


def both(seed: int) -> VotingClassifier:
    """The mean of the probabilities of a network and of trees."""
    models = [("network", encoded(binned, scaled, then=network(seed))), ("trees", trees(seed))]
    return VotingClassifier(models, voting="soft")


CONTESTANTS = {
    "LogisticRegression, scaled": lambda seed: encoded(scaled, then=linear()),
    "LogisticRegression, binned": lambda seed: encoded(binned, then=linear()),
    "LogisticRegression, piecewise": lambda seed: encoded(piecewise, then=linear()),
    "LogisticRegression, by a tree": lambda seed: encoded(by_tree, then=linear()),
    "LogisticRegression, periodic": lambda seed: encoded(periodic, then=linear()),
    "MLPClassifier, defaults, scaled": lambda seed: encoded(
        scaled, then=MLPClassifier(dtype="float32", n_jobs=1, max_iter=15, random_state=seed)
    ),
    "MLPClassifier, scaled": lambda seed: encoded(scaled, then=network(seed)),
    "MLPClassifier, periodic": lambda seed: encoded(periodic, then=network(seed)),
    "MLPClassifier, by a tree": lambda seed: encoded(by_tree, then=network(seed)),
    "MLPClassifier, piecewise": lambda seed: encoded(piecewise, then=network(seed)),
    "MLPClassifier, piecewise, binned": lambda seed: encoded(
        piecewise, binned, then=network(seed)
    ),
    "MLPClassifier, binned": lambda seed: encoded(binned, then=network(seed)),
    "MLPClassifier, binned and scaled": lambda seed: encoded(binned, scaled, then=network(seed)),
    "HistGradientBoosting, defaults": trees,
    "HistGradientBoosting, 200 trees": lambda seed: trees(
        seed, max_iter=200, early_stopping=False
    ),
    "both, probabilities averaged": both,
}


def measure(make: Callable, data: tuple, seeds: int) -> list[tuple[float, float, float]]:
    """Accuracy on the validation and the test rows, and processor time of a fit, of each seed."""
    X, y, X_test, y_test = data
    found = []
    for seed in range(seeds):
        X_fit, X_val, y_fit, y_val = train_test_split(
            X, y, test_size=0.2, stratify=y, random_state=seed
        )
        start = time.process_time()
        model = make(seed).fit(X_fit, y_fit)
        seconds = time.process_time() - start
        found.append((model.score(X_val, y_val), model.score(X_test, y_test), seconds))
    return found


SEARCHES: dict[str, tuple[Callable, dict]] = {
    "network, binned and scaled": (
        lambda seed: encoded(binned, scaled, then=network(seed)),
        {
            "mlpclassifier__hidden_layer_sizes": [(64,), (128,), (128, 128)],
            "mlpclassifier__weight_decay": [0.03, 0.1, 0.3],
            "mlpclassifier__learning_rate_init": [0.001, 0.003],
        },
    ),
    "network, scaled": (
        lambda seed: encoded(scaled, then=network(seed)),
        {
            "mlpclassifier__hidden_layer_sizes": [(64,), (128,), (128, 128)],
            "mlpclassifier__weight_decay": [0.03, 0.1, 0.3],
            "mlpclassifier__learning_rate_init": [0.001, 0.003],
        },
    ),
    "HistGradientBoosting": (
        trees,
        {
            "max_leaf_nodes": [7, 15, 31],
            "learning_rate": [0.05, 0.1, 0.2],
            "max_iter": [100, 200],
        },
    ),
}


def search(seeds: int) -> list[list[str]]:
    """Accuracy of cross-validation and on test rows, first and best candidate, and the time."""
    X, y = load_census()
    rows = []
    for name, (make, grid) in SEARCHES.items():
        found = []
        for seed in range(seeds):
            X_fit, X_test, y_fit, y_test = train_test_split(
                X, y, test_size=1 / 3, stratify=y, random_state=seed
            )
            start = time.process_time()
            searched = GridSearchCV(make(seed), grid, cv=3).fit(X_fit, y_fit)
            seconds = time.process_time() - start
            plain = make(seed).fit(X_fit, y_fit)
            scores = searched.cv_results_["mean_test_score"]
            found.append((
                np.median(scores), scores.max(), plain.score(X_test, y_test),
                searched.score(X_test, y_test), seconds,
            ))  # fmt: skip
            print(name, seed, searched.best_params_, flush=True)
        *accuracies, seconds = np.mean(found, axis=0)
        rows.append([name, *(f"{value:.4f}" for value in accuracies), f"{seconds:.0f} s"])
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Measure every model and print the table."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.census", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--search", action="store_true")
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")  # fits that end after the epochs they were given
    if options.search:
        header = ["18 candidates", "median", "best", "test, unsearched", "test, best", "search"]
        print("", *simple_table(header, search(options.seeds)), sep="\n")
        return
    data = load_images("adult", as_frame=True)
    print("\n".join(_machine.lines(_machine.describe())), flush=True)
    rows = []
    for name, make in CONTESTANTS.items():
        figures = np.array(measure(make, data, options.seeds))
        (validation, test, seconds), deviation = figures.mean(axis=0), figures.std(axis=0, ddof=1)
        rows.append([name, f"{validation:.4f} ± {deviation[0]:.4f}",
                     f"{test:.4f} ± {deviation[1]:.4f}", f"{seconds:.1f} s"])
        print(*rows[-1], sep="  ", flush=True)
    header = ["model, numbers", "validation", "test", "fit"]
    print("", *simple_table(header, rows), sep="\n")


if __name__ == "__main__":
    main()
