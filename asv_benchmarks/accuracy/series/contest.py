"""A task, the networks that take part in it, and what the best of them must reach."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

TRAINING: dict[str, Any] = {"n_iter_no_change": np.inf, "tol": 0.0, "n_jobs": 1}

Trial = Callable[[int], tuple[float, float]]


@dataclass(frozen=True)
class Contest:
    """A task.

    Parameters
    ----------
    name : str
    trials : dict of str to function of a seed
        Of each model the score and the seconds of its fit.
    must : float
        What the best of this library's models has to reach.
    aim : float or None
        What it should reach.
    peers : dict of str to function of a seed
        Models of others, in the same table.
    """

    name: str
    trials: dict[str, Trial]
    must: float
    aim: float | None = None
    peers: dict[str, Trial] | None = None

    def verdict(self, score: float) -> str:
        """Return what the best mean says."""
        found = "met" if score >= self.must else "MISSED"
        text = f"best {score:.4f}, must {self.must:g}: {found}"
        if self.aim is None:
            return text
        return f"{text}, aim {self.aim:g}: {'met' if score >= self.aim else 'not met'}"


def fit_and_score(model: Any, X: Any, y: Any, X_test: Any, y_test: Any) -> tuple[float, float]:
    """Return the score on the test part, and the seconds of the fit."""
    begun = time.perf_counter()
    model.fit(X, y)
    seconds = time.perf_counter() - begun
    return model.score(X_test, y_test), seconds
