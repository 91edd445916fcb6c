"""The end of a fitted series, and the reading of data to forecast from or to compare with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._changes import Changes
from ._exog import ExogColumns
from ._series import read_series
from ._times import Clock, check_same_times, index_of, warn_of_gaps
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
    clock : Clock or None
        Of the fitted series, if it had an index of times or numbers.
    """

    y: np.ndarray
    exog: np.ndarray | None
    columns: ExogColumns
    clock: Clock | None

    @property
    def owner(self) -> str:
        """The forecaster's name, for errors."""
        return self.columns.owner

    def then(self, exog: Any, n_steps: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the values, and the columns of these and of the steps after them."""
        columns = self.columns.ahead(exog, 0, n_steps)
        if self.clock is not None:
            self.clock.check_rows(exog, 0, n_steps)
        return self.y, self._followed_by(columns)

    def instead(
        self, y: Any, exog: Any, n_steps: int, window: int, changes: Changes
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the same of another series."""
        values = read_series(y, self.owner)
        check_long_enough(len(values), self.owner, window=window, **changes.needed)
        columns, clock = self.columns.ahead(exog, len(values), n_steps), Clock.of(self.owner, y)
        if clock is not None and index_of(exog) is not None:
            check_same_times(y, exog.iloc[: len(values)], self.owner)
            clock.check_rows(exog, len(values), n_steps)
        return values, columns

    def continued(self, y: Any, exog: Any, ahead: int) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the values followed by those of y, at least `ahead`, and their columns."""
        values = read_series(y, self.owner)
        check_long_enough(len(values), self.owner, horizon=ahead)
        if self.clock is not None:
            self.clock.check_later(y if index_of(y) is not None else exog)
        warn_of_gaps(y, self.owner)
        columns = self._followed_by(self.columns.beside(y, exog))
        return np.concatenate([self.y, values]), columns

    def _followed_by(self, columns: np.ndarray | None) -> np.ndarray | None:
        if columns is None or self.exog is None:
            return None
        return np.concatenate([self.exog, columns])
