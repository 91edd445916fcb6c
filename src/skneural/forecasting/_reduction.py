"""The reduction of forecasting to regression: strategies for more than one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .._whole_numbers import is_whole
from ._fits import ONE_OUTPUT, Fits
from ._windows import cut, joined


@dataclass(frozen=True)
class Reduction:
    """How regressors are fitted on the windows of a series, and forecast from them.

    Exogenous columns are ahead of the values in a window by the steps to the value to forecast,
    so that the last step of a window holds that value's.

    Parameters
    ----------
    strategy : {"recursive", "direct", "multioutput"}
    window : int
    horizon : int
        Steps that "direct" and "multioutput" are fitted for.
    as_series : bool
        Whether regressors get windows (n, window, features), or rows (n, window * features).
    owner : str
        The forecaster's name, for errors.
    """

    strategy: str
    window: int
    horizon: int
    as_series: bool
    owner: str

    @property
    def least_horizon(self) -> int:
        """Values after a window that a fit needs."""
        return 1 if self.strategy == "recursive" else self.horizon

    def steps(self, horizon: int | None) -> int:
        """Return the number of steps to forecast; None is the fitted one.

        Raises
        ------
        ValueError
            If it is no positive whole number, or beyond what the regressors were fitted for.
        """
        if horizon is None:
            return self.horizon
        if not is_whole(horizon):
            raise ValueError(
                f"{self.owner}: horizon={horizon!r} must be a whole number of steps, at least 1;"
                " pass another series to forecast from as y"
            )
        if horizon > self.horizon and self.strategy != "recursive":
            raise ValueError(
                f"{self.owner}: horizon={horizon}, but strategy={self.strategy!r} was fitted for"
                f" {self.horizon}; fit again with horizon={horizon}, or with strategy='recursive'"
            )
        return int(horizon)

    def steps_ahead(self, horizon: int) -> int:
        """Return how many future rows of exogenous columns a forecast needs."""
        return self.horizon if self.strategy == "multioutput" else horizon

    def fit(
        self, regressor: Any, y: np.ndarray, exog: np.ndarray | None, fits: Fits
    ) -> list[Any]:
        """Return fitted clones of a regressor: one for each step if direct, else one."""
        if self.strategy == "direct":
            leads, first = range(1, self.horizon + 1), -1  # each step by itself
        else:
            leads, first = range(self.least_horizon, self.least_horizon + 1), 0
        fitted = []
        for lead in leads:
            X, targets = cut(y, exog, self.window, lead, ahead=lead)
            targets = targets[:, first:]
            targets = targets[:, 0] if targets.shape[1] == 1 else targets
            fitted.append(fits.fit(regressor, self._rows(X), targets))
        return fitted

    def forecast(
        self, regressors: list[Any], past: np.ndarray, exog: np.ndarray | None, horizon: int
    ) -> np.ndarray:
        """Return the next values after each of n windows, (n, horizon).

        Parameters
        ----------
        regressors : list
            What `fit` returned.
        past : ndarray of shape (n, window)
        exog : ndarray of shape (n, window + steps ahead, n_exog) or None
            The exogenous columns of the windows' steps and of the steps after them.
        horizon : int
        """
        if self.strategy == "multioutput":
            return self._predict(regressors[0], past, exog, self.horizon)[:, :horizon]
        found = []
        for step in range(horizon):
            regressor = regressors[step if self.strategy == "direct" else 0]
            found.append(self._predict(regressor, past, exog, step + 1))
            if self.strategy == "recursive":
                past = np.concatenate([past[:, 1:], found[-1]], axis=1)
        return np.concatenate(found, axis=1)

    def _predict(
        self, regressor: Any, past: np.ndarray, exog: np.ndarray | None, lead: int
    ) -> np.ndarray:
        beside = None if exog is None else exog[:, lead : lead + self.window]
        X = self._rows(joined(past, beside))
        found = np.asarray(regressor.predict(X), dtype=np.float64).reshape(len(X), -1)
        wanted = self.horizon if self.strategy == "multioutput" else 1
        if found.shape[1] != wanted:
            raise ValueError(
                f"{self.owner}: {type(regressor).__name__} predicts {found.shape[1]} numbers for a"
                f" window where strategy={self.strategy!r} needs {wanted}"
                + (f"; {ONE_OUTPUT}" if wanted > 1 else "")
            )
        return found

    def _rows(self, X: np.ndarray) -> np.ndarray:
        X = X if self.as_series else X.reshape(len(X), -1)
        return np.ascontiguousarray(X)
