"""The exogenous columns of a forecaster: what a fit has seen, and checks of later ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._series import names_of, read_exog
from ._times import check_same_times
from ._windows import check_exog_length, counted


@dataclass(frozen=True)
class ExogColumns:
    """Number and names of the exogenous columns of a fit."""

    n_columns: int
    names: list[str] | None
    owner: str

    @classmethod
    def of(cls, exog: Any, owner: str) -> ExogColumns:
        """Return what there is to know of columns, None for a series without."""
        if exog is None:
            return cls(0, None, owner)
        return cls(read_exog(exog, owner).shape[1], names_of(exog), owner)

    def beside(self, y: Any, exog: Any) -> np.ndarray | None:
        """Return checked columns with a row for each value of y."""
        columns = self.read(exog)
        if columns is not None:
            check_exog_length(len(columns), len(y), self.owner)
            check_same_times(y, exog, self.owner)
        return columns

    def ahead(self, exog: Any, n_past: int, n_steps: int) -> np.ndarray | None:
        """Return checked columns of `n_past` known values, if any, and of the steps after them."""
        columns = self.read(exog)
        if columns is not None and (missing := n_past + n_steps - len(columns)) > 0:
            values = f"the {counted(n_past, 'value')} of y and " if n_past else ""
            steps, needed = counted(n_steps, "step"), n_past + n_steps
            raise ValueError(
                f"{self.owner}: exog has {counted(len(columns), 'row')}, {values}the {steps} to"
                f" forecast need {needed}; {missing} are missing"
            )
        return columns

    def read(self, exog: Any) -> np.ndarray | None:
        """Return columns; raise a ValueError unless they are those of the fit."""
        if exog is None and self.n_columns == 0:
            return None
        if exog is None:
            raise ValueError(
                f"{self.owner}: fitted with {counted(self.n_columns, 'exogenous column')}; pass"
                " the rows of the steps to forecast as exog"
            )
        if self.n_columns == 0:
            raise ValueError(f"{self.owner}: fitted without exogenous columns; leave exog out")
        columns, names = read_exog(exog, self.owner), names_of(exog)
        if columns.shape[1] != self.n_columns:
            raise ValueError(
                f"{self.owner}: exog has {counted(columns.shape[1], 'column')}, fitted with"
                f" {self.n_columns}"
            )
        if None not in (names, self.names) and names != self.names:
            raise ValueError(
                f"{self.owner}: exog has the columns {names}, fitted with {self.names}; pass them"
                " in that order"
            )
        return columns
