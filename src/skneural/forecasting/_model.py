"""A fitted forecaster as data: its changes, scales and regressors, and forecasts from origins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._changes import Changes, Scale
from ._fits import Fits
from ._reduction import Reduction
from ._windows import check_long_enough


@dataclass(frozen=True)
class Model:
    """Regressors fitted on the standardised changes of a series.

    An *origin* is the place of the first value to forecast. What is known of a forecast's error
    holds for levels, which are logarithms with ``log=True``.
    """

    changes: Changes
    reduction: Reduction
    scale: Scale
    exog_scale: Scale | None
    regressors: list[Any]

    @property
    def n_past(self) -> int:
        """Values before an origin that a forecast is made from."""
        return self.reduction.window + self.changes.memory

    def n_ahead(self, exog: Any, horizon: int) -> int:
        """Return how many steps from an origin on have to be known to measure its forecasts."""
        return horizon if exog is None else self.reduction.steps_ahead(horizon)

    def levels(
        self, y: np.ndarray, exog: np.ndarray | None, origins: range, horizon: int
    ) -> np.ndarray:
        """Return forecasts of levels, (n_origins, horizon).

        Parameters
        ----------
        y : ndarray of shape (n,)
            Of which no forecast sees what is not before its origin.
        exog : ndarray of shape (m, n_exog) or None
            With a row for each step until the last one of the last forecast, at least.
        origins : range
            Successive places, from `n_past` to n at most.
        horizon : int
        """
        window, memory = self.reduction.window, self.changes.memory
        first, stop = origins.start - self.n_past, origins.stop - self.n_past
        levels = self.changes.levels(y, self.reduction.owner)
        w = self.scale.standardized(self.changes.changes(levels))
        past = sliding_window_view(w, window)[first:stop]
        beside = None
        if exog is not None and self.exog_scale is not None:
            length = window + self.reduction.steps_ahead(horizon)
            exog = self.exog_scale.standardized(exog)[memory:]
            beside = sliding_window_view(exog, length, axis=0)[first:stop].transpose(0, 2, 1)
        found = self.reduction.forecast(self.regressors, past, beside, horizon)
        before = np.empty((len(past), 0))
        if memory:
            before = sliding_window_view(levels, memory)[first + window : stop + window]
        return self.changes.continued(self.scale.restored(found), before)

    def forecasts(
        self, y: np.ndarray, exog: np.ndarray | None, origins: range, horizon: int
    ) -> np.ndarray:
        """Return forecasts of values, see `levels`."""
        return self.changes.values(self.levels(y, exog, origins, horizon))


@dataclass(frozen=True)
class Errors:
    """What the errors of forecasts are measured by: a model, and a series that goes beyond it.

    Parameters
    ----------
    model : Model
    y : ndarray of shape (n,)
    exog : ndarray of shape (n, n_exog) or None
    first : int
        The first origin; forecasts are made from each place on.
    """

    model: Model
    y: np.ndarray
    exog: np.ndarray | None
    first: int

    def residuals(self, horizon: int) -> np.ndarray:
        """Return levels minus their forecasts, (n_origins, horizon)."""
        ahead = self.model.n_ahead(self.exog, horizon)
        origins = range(self.first, len(self.y) - ahead + 1)
        if not origins:
            return np.empty((0, horizon))
        levels = self.model.changes.levels(self.y, self.model.reduction.owner)
        actual = sliding_window_view(levels[self.first :], horizon)[: len(origins)]
        return actual - self.model.levels(self.y, self.exog, origins, horizon)


@dataclass(frozen=True)
class Learner:
    """What a forecaster's parameters say of a fit."""

    regressor: Any
    changes: Changes
    reduction: Reduction
    standardize: bool

    def fit(self, y: np.ndarray, exog: np.ndarray | None, fits: Fits) -> Model:
        """Return a model of a series (n,) and its exogenous columns (n, n_exog)."""
        changes, reduction = self.changes, self.reduction
        w = changes.changes(changes.levels(y, reduction.owner))
        scale, exog_scale = Scale.of(w, self.standardize), None
        if exog is not None:
            exog_scale = Scale.of(exog, self.standardize)
            exog = exog_scale.standardized(exog)[changes.memory :]
        regressors = reduction.fit(self.regressor, scale.standardized(w), exog, fits)
        return Model(changes, reduction, scale, exog_scale, regressors)

    def fit_and_hold_out(
        self, y: np.ndarray, exog: np.ndarray | None, n_held: int
    ) -> tuple[Model, Errors]:
        """Return a model of a series, and the errors of forecasts.

        Parameters
        ----------
        y : ndarray of shape (n,)
        exog : ndarray of shape (n, n_exog) or None
        n_held : int
            Number of the last values that a model fitted on those before is measured on; 0
            measures the model of the whole series on it.
        """
        window, horizon = self.reduction.window, self.reduction.least_horizon
        check_long_enough(
            len(y), self.reduction.owner, window=window, horizon=horizon, **self.changes.needed,
            calibration=n_held,
        )
        fits = Fits(self.reduction.owner)
        model, first = self.fit(y, exog, fits), len(y) - n_held
        if not n_held:
            return model, Errors(model, y, exog, model.n_past)
        earlier = self.fit(y[:first], None if exog is None else exog[:first], fits)
        start = first - earlier.n_past
        exog = None if exog is None else exog[start:]
        return model, Errors(earlier, y[start:], exog, earlier.n_past)
