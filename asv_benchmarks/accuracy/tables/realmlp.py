"""RealMLP of pytabkit, in an interpreter that has it: one fit a process.

`python -m asv_benchmarks.accuracy.tables.realmlp adult 0 10000` prints the figures as JSON. Missing
numbers are replaced by the median of training rows, since it refuses NaN; columns of text are named
as categories.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pandas as pd
from pandas.api.types import is_numeric_dtype
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from asv_benchmarks.accuracy.tables.measure import fit_and_score
from asv_benchmarks.accuracy.tables.sets import is_regression, split


class Imputed(BaseEstimator):
    """A model of pytabkit behind medians for missing numbers."""

    def __init__(self, model: Any):
        self.model = model

    def fit(self, X: pd.DataFrame, y: Any) -> Imputed:
        categories = [name for name in X if not is_numeric_dtype(X[name])]
        self.medians_ = X.drop(columns=categories).median()
        self.model.fit(self.filled(X), y, cat_col_names=categories)
        return self

    def predict(self, X: pd.DataFrame) -> Any:
        return self.model.predict(self.filled(X))

    def filled(self, X: pd.DataFrame) -> pd.DataFrame:
        return X.fillna(self.medians_)


class ImputedRegressor(RegressorMixin, Imputed):
    """The regressor."""


class ImputedClassifier(ClassifierMixin, Imputed):
    """The classifier."""

    @property
    def classes_(self) -> Any:
        return self.model.classes_

    def predict_proba(self, X: pd.DataFrame) -> Any:
        return self.model.predict_proba(self.filled(X))


def realmlp(regression: bool, seed: int) -> Imputed:
    """Return RealMLP at its defaults."""
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    how = {"device": "cpu", "n_threads": 1, "random_state": seed}
    if regression:
        return ImputedRegressor(RealMLP_TD_Regressor(**how))
    return ImputedClassifier(RealMLP_TD_Classifier(**how))


def main(table: str, seed: str, rows: str) -> None:
    """Fit, and print the figures."""
    model = realmlp(is_regression(table), int(seed))
    print(json.dumps(fit_and_score(model, split(table, int(seed), int(rows)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
