"""One fit: its processor time on one thread, and what the model says of the test rows."""

from __future__ import annotations

import time
from typing import Any

from sklearn.base import is_regressor
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error
from threadpoolctl import threadpool_limits

from asv_benchmarks.accuracy.tables.sets import Split


def fit_and_score(model: Any, split: Split) -> dict[str, float]:
    """Fit and score a model.

    Returns
    -------
    dict
        `seconds` of the processor for the fit; `accuracy` and, with probabilities, `log_loss`; or
        `rmse` and `r2`.
    """
    with threadpool_limits(1):
        begun = time.process_time()
        model.fit(split.X, split.y)
        seconds = time.process_time() - begun
        return {"seconds": round(seconds, 2), **scores(model, split)}


def scores(model: Any, split: Split) -> dict[str, float]:
    """Return the figures of the test rows."""
    y = split.y_test
    predicted = model.predict(split.X_test)
    if is_regressor(model):
        rmse, r2 = root_mean_squared_error(y, predicted), r2_score(y, predicted)
        return {"rmse": figures(rmse), "r2": figures(r2)}
    found = {"accuracy": figures(accuracy_score(y, predicted))}
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(split.X_test)
        found["log_loss"] = figures(log_loss(y, probabilities, labels=model.classes_))
    return found


def figures(number: float) -> float:
    return float(f"{number:.6g}")
