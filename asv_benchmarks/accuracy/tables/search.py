"""Grid searches of six candidates a model: the score on test rows, and how long they take."""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any

from sklearn.model_selection import GridSearchCV

from asv_benchmarks.accuracy.tables.contestants import MLP, MODELS, TABULAR, mlp
from asv_benchmarks.accuracy.tables.measure import fit_and_score
from asv_benchmarks.accuracy.tables.pipelines import parameter
from asv_benchmarks.accuracy.tables.records import Figures, Key
from asv_benchmarks.accuracy.tables.report import medians, shown_as
from asv_benchmarks.accuracy.tables.sets import is_regression, split
from asv_benchmarks.tables import simple_table

ROWS = 3_000
FOLDS = 3
TABLES = ("adult", "bank", "covertype", "california")
SCHEDULED: dict[str, Any] = {  # an MLP for few rows: no validation set, a rate that falls to 0
    "activation": "mish", "solver": "adamw", "learning_rate": "cosine",
    "learning_rate_init": 0.003, "max_iter": 40, "dropout": 0.1,
}
SEARCHED = MODELS | {MLP: partial(mlp, **SCHEDULED)}
LINEAR = {"classifier": {"C": [0.01, 0.1, 1, 10, 100, 1000]},
          "regressor": {"alpha": [0.01, 0.1, 1, 10, 100, 1000]}}
GRIDS: dict[str, dict[str, Any]] = {
    "LogisticRegression/Ridge": LINEAR,
    "SVC/SVR": {"C": [1, 10, 100], "gamma": ["scale", 0.01]},
    "RandomForest": {"max_features": ["sqrt", 0.3, 1.0], "min_samples_leaf": [1, 3]},
    "HistGradientBoosting": {"learning_rate": [0.05, 0.1, 0.2], "max_leaf_nodes": [15, 31]},
    MLP: {"hidden_layer_sizes": [(64,), (256,), (256, 256)], "weight_decay": [0.03, 0.3]},
    TABULAR: {"hidden_layer_sizes": [(64, 64), (128, 128), (256, 256)], "dropout": [0.0, 0.1]},
}


def trial(contestant: str, table: str, seed: int, rows: int) -> Figures:
    """Search the grid of a contestant; `seconds` are of the search and the last fit."""
    model = SEARCHED[contestant](is_regression(table), seed)
    searched = GridSearchCV(model, grid_of(contestant, model, table), cv=FOLDS)
    figures = fit_and_score(searched, split(table, seed, rows))
    best = {name.rpartition("__")[2]: str(value) for name, value in searched.best_params_.items()}
    return {**figures, "best": best}


def grid_of(contestant: str, model: Any, table: str) -> dict[str, list]:
    """Return the grid, by the names of parameters inside the pipeline."""
    grid = GRIDS[contestant]
    grid = grid.get("regressor" if is_regression(table) else "classifier", grid)
    return {parameter(model, name): values for name, values in grid.items()}


def report(found: dict[Key, Figures], options: argparse.Namespace) -> list[str]:
    """Return a table of scores (accuracy, R2) and times, medians over seeds."""
    every = medians(found, options.rows, options.seeds)
    rows = []
    for contestant in (name for name in options.contestants if name in every):
        cells = [contestant]
        for table in options.tables:
            figures = every[contestant].get(table, {})
            name = "r2" if is_regression(table) else "accuracy"
            cells += [shown_as(figures, shown, options.seeds) for shown in (name, "seconds")]
        rows.append(cells)
    header = ["6 candidates, 3 folds"]
    for table in options.tables:
        header += [f"{table}, {'R2' if is_regression(table) else 'accuracy'}", "time"]
    return ["", *simple_table(header, rows)]
