"""Who takes part: each takes the frame as loaded, through its usual pipeline, on one thread."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from typing import Any

from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier as SklearnMLPClassifier
from sklearn.neural_network import MLPRegressor as SklearnMLPRegressor
from sklearn.svm import SVC, SVR

from asv_benchmarks import _processes
from asv_benchmarks.accuracy.tables.candidates import CANDIDATES, parameters
from asv_benchmarks.accuracy.tables.measure import fit_and_score
from asv_benchmarks.accuracy.tables.pipelines import encoded, native, scaled_target
from asv_benchmarks.accuracy.tables.sets import is_regression, split
from skneural import MLPClassifier, MLPRegressor, TabularClassifier, TabularRegressor

PYTABKIT_PYTHON = "SKNEURAL_PYTABKIT_PYTHON"  # names the interpreter of pytabkit's own environment
REALMLP = "RealMLP"
MLP = "MLPClassifier/Regressor"
TABULAR = "TabularClassifier/Regressor"
NETWORK: dict[str, Any] = {"hidden_layer_sizes": (256, 256, 256), "early_stopping": True}

Make = Callable[[bool, int], Any]


class Unavailable(Exception):
    """A contestant that cannot take part here, with what is missing."""


def linear(regression: bool, seed: int):
    return encoded(Ridge() if regression else LogisticRegression(max_iter=1000))


def support_vectors(regression: bool, seed: int):
    return encoded(scaled_target(SVR()) if regression else SVC())


def forest(regression: bool, seed: int):
    kind = RandomForestRegressor if regression else RandomForestClassifier
    return encoded(kind(n_jobs=1, random_state=seed))


def boosting(regression: bool, seed: int):
    kind = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    return native(kind(categorical_features="from_dtype", random_state=seed))


def sklearn_mlp(regression: bool, seed: int):
    if regression:
        return encoded(scaled_target(SklearnMLPRegressor(random_state=seed, **NETWORK)))
    return encoded(SklearnMLPClassifier(random_state=seed, **NETWORK))


def mlp(regression: bool, seed: int, **how: Any):
    """Return this library's multilayer perceptron, by default as scikit-learn's is taken here."""
    how = {"n_jobs": 1, "dtype": "float32", "random_state": seed, **(how or NETWORK)}
    if regression:
        return encoded(scaled_target(MLPRegressor(**how)))
    return encoded(MLPClassifier(**how))


def tabular(regression: bool, seed: int, **how: Any):
    """Return this library's estimator of tables, of the frame as it is."""
    kind = TabularRegressor if regression else TabularClassifier
    return kind(n_jobs=1, random_state=seed, **how)


def candidate(name: str, regression: bool, seed: int):
    return tabular(regression, seed, **parameters(name, regression))


MODELS: dict[str, Make] = {
    "LogisticRegression/Ridge": linear,
    "SVC/SVR": support_vectors,
    "RandomForest": forest,
    "HistGradientBoosting": boosting,
    "scikit-learn's MLP": sklearn_mlp,
    MLP: mlp,
    TABULAR: tabular,
}
CHOICES: dict[str, Make] = {
    f"candidate: {name}": partial(candidate, name) for name in CANDIDATES
}
CONTESTANTS = (*MODELS, REALMLP)
ALL = (*CONTESTANTS, *CHOICES)


def trial(contestant: str, table: str, seed: int, rows: int) -> dict[str, float]:
    """Return the figures of one fit.

    Raises
    ------
    Unavailable
        If what the contestant needs is not installed.
    """
    if contestant == REALMLP:
        return realmlp(table, seed, rows)
    model = (MODELS | CHOICES)[contestant](is_regression(table), seed)
    return fit_and_score(model, split(table, seed, rows))


def realmlp(table: str, seed: int, rows: int) -> dict[str, float]:
    """Fit RealMLP in its own interpreter."""
    python = os.environ.get(PYTABKIT_PYTHON)
    if python is None or shutil.which(python) is None:
        raise Unavailable(f"--pytabkit-python has to name a Python that has pytabkit, not {python}")
    arguments = ("accuracy.tables.realmlp", table, seed, rows)
    try:
        return _processes.run(*arguments, threads=1, python=python, PYTHONWARNINGS="ignore")
    except RuntimeError as error:
        raise Unavailable(str(error)) from error
