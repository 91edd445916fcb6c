"""Prediction intervals from the errors of forecasts."""

from __future__ import annotations

import math

import numpy as np


def error_bounds(residuals: np.ndarray, coverage: float, owner: str) -> np.ndarray:
    """Return the lower and the upper bound of the error of each step, (horizon, 2).

    They are the order statistics of split conformal prediction: for exchangeable errors, a next
    one lies between them with at least the probability `coverage`.

    Parameters
    ----------
    residuals : ndarray of shape (n_origins, horizon)
    coverage : float
    owner : str
        The forecaster's name, for errors.

    Raises
    ------
    ValueError
        If there are too few residuals for the coverage.
    """
    n, outside = len(residuals), (1 - coverage) / 2
    below = math.floor(round((n + 1) * outside, 9))  # 20 * 0.05 is 1, not 0.9999999999999998
    if below < 1:
        needed = math.ceil(round(1 / outside, 9)) - 1
        raise ValueError(
            f"{owner}: coverage={coverage:g} needs the residuals of {needed} forecasts, there are"
            f" {n}; lower the coverage or the horizon, or fit on a longer series, with a greater"
            " calibration if it is set"
        )
    ordered = np.sort(residuals, axis=0)
    return np.stack([ordered[below - 1], ordered[n - below]], axis=1)
