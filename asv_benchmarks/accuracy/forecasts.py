"""Forecasts of three real series by linear models, trees and networks, in one forecaster.

`python -m asv_benchmarks.forecasts` fits each regressor on windows of the values before the last
ones, and prints the root mean squared error of one-step forecasts of these: the mean over some
seeds and the standard deviation, where a regressor draws random numbers. Persistence forecasts the
last value. The recipes of the recurrent networks were chosen on values before the last ones, but
for the differences of the sunspots, which make no difference there.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge

from asv_benchmarks.accuracy.real_data import load_images
from skneural import MLPRegressor, RecurrentRegressor
from skneural.forecasting import WindowForecaster


@dataclass(frozen=True)
class Series:
    """A series, how many of its last values are forecast, and what suits it."""

    n_test: int
    changes: dict  # parameters of every forecaster
    of_networks: dict  # parameters of the forecaster of recurrent networks
    training: dict  # and of the networks


SERIES = {
    "sunspots": Series(564, {"window": 48}, {"differences": 1}, {"max_iter": 30}),
    "min_temperatures": Series(365, {"window": 30}, {}, {"max_iter": 30}),
    "airline_passengers": Series(
        24, {"window": 24, "differences": 1, "log": True}, {"window": 12, "seasonality": 12},
        {"max_iter": 50, "learning_rate_init": 0.01},
    ),
}


def recurrent(cell: str, seed: int, training: dict) -> RecurrentRegressor:
    """Return a network that trains for all its epochs."""
    return RecurrentRegressor(
        cell, (32,), learning_rate="cosine", tol=0.0, n_iter_no_change=1000, random_state=seed,
        n_jobs=1, **training,
    )


REGRESSORS: dict[str, tuple[Callable, bool]] = {  # and whether it draws random numbers
    "Ridge": (lambda seed, training: Ridge(), False),
    "HistGradientBoosting": (
        lambda seed, training: HistGradientBoostingRegressor(random_state=seed), False
    ),
    "MLPRegressor": (
        lambda seed, training: MLPRegressor(
            hidden_layer_sizes=(32,), n_jobs=1, random_state=seed
        ), True,
    ),
    "MLPRegressor lbfgs": (
        lambda seed, training: MLPRegressor(
            hidden_layer_sizes=(32,), solver="lbfgs", alpha=1.0, max_iter=300, n_jobs=1,
            random_state=seed,
        ), True,
    ),
    "RecurrentRegressor gru": (lambda seed, training: recurrent("gru", seed, training), True),
    "RecurrentRegressor lstm": (lambda seed, training: recurrent("lstm", seed, training), True),
}


def measure(name: str, seeds: int) -> None:
    """Print a line for each regressor."""
    series, (_, y) = SERIES[name], load_images(name)
    known, later = y[: -series.n_test], y[-series.n_test :]
    persistence = np.sqrt(np.mean(np.diff(y[-series.n_test - 1 :].astype(float)) ** 2))
    print(f"{name}: {len(known)} values, one-step forecasts of {series.n_test}")
    print(f"  {'persistence':24} {persistence:8.3f}")
    for regressor, (make, is_random) in REGRESSORS.items():
        changes = dict(series.changes)
        if regressor.startswith("Recurrent"):
            changes |= series.of_networks
        start, errors = time.perf_counter(), []
        for seed in range(seeds if is_random else 1):
            forecaster = WindowForecaster(make(seed, series.training), **changes).fit(known)
            errors.append(-forecaster.score(later))
        seconds = (time.perf_counter() - start) / len(errors)
        spread = f"± {np.std(errors, ddof=1):.3f}" if len(errors) > 1 else ""
        print(f"  {regressor:24} {np.mean(errors):8.3f} {spread:8} {seconds:6.1f} s", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Measure every regressor on every series."""
    parser = argparse.ArgumentParser("python -m asv_benchmarks.forecasts", description=__doc__)
    parser.add_argument("--series", nargs="+", choices=SERIES, default=list(SERIES))
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore", ConvergenceWarning)  # epochs are fixed
    for name in options.series:
        measure(name, options.seeds)


if __name__ == "__main__":
    main()
