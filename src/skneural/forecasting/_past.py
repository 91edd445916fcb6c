"""The end of a fitted series, and the reading of data to forecast from or to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._changes import Changes
from ._exog import ExogColumns
from ._series import read_series, times_of
from ._windows import check_long_enough


@dataclass(frozen=True)
class Past:
    """The last values of a fitted series, which forecasts follow.

    Parameters
    ----------
    y : ndarray of shape (n_past,)
    exog : ndarray of shape (n_past, n_exog) or None
    columns : ExogColumns
        Of the fit.
    last_time : object or None
        Of the last value, if the series had times.
    """

    y: np.ndarray
    exog: np.ndarray | None
    columns: ExogColumns
    last_time: Any

    @property
    def owner(self) -> str:
        """The forecaster's name, for errors."""
        return self.columns.owner

    def then(self, exog: Any, n_steps: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the values, and the columns of these and of the steps after them."""
        return self.y, self._followed_by(self.columns.ahead(exog, 0, n_steps))

    def instead(
        self, y: Any, exog: Any, n_steps: int, window: int, changes: Changes
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the same of another series."""
        values = read_series(y, self.owner)
        check_long_enough(len(values), self.owner, window=window, **changes.needed)
        return values, self.columns.ahead(exog, len(values), n_steps)

    def continued(self, y: Any, exog: Any, ahead: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the values followed by those of y, at least `ahead`, and their columns."""
        values, times = read_series(y, self.owner), times_of(y)
        check_long_enough(len(values), self.owner, horizon=ahead)
        if times is not None and self.last_time is not None and times[0] <= self.last_time:
            raise ValueError(
                f"{self.owner}: y begins at {times[0]}, the fitted series ends at"
                f" {self.last_time}; held-out values follow it: split by a TimeSeriesSplit, or"
                " forecast from another series by predict(y=...)"
            )
        columns = self._followed_by(self.columns.beside(y, exog))
        return np.concatenate([self.y, values]), columns

    def _followed_by(self, columns: np.ndarray | None) -> np.ndarray | None:
        if columns is None or self.exog is None:
            return None
        return np.concatenate([self.exog, columns])
