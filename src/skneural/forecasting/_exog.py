"""The exogenous columns of a forecaster: what a fit has seen, and checks of later ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ._series import check_same_times, names_of, read_exog
from ._windows import check_exog_length


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
            values = f"the {n_past} values of y and " if n_past else ""
            raise ValueError(
                f"{self.owner}: exog has {len(columns)} rows, {values}the {n_steps} steps to"
                f" forecast need {n_past + n_steps}; {missing} are missing"
            )
        return columns

    def read(self, exog: Any) -> np.ndarray | None:
        """Return columns; raise a ValueError unless they are those of the fit."""
        if exog is None and self.n_columns == 0:
            return None
        if exog is None:
            raise ValueError(
                f"{self.owner}: fitted with {self.n_columns} exogenous columns; pass theirs as exog"
            )
        if self.n_columns == 0:
            raise ValueError(f"{self.owner}: fitted without exogenous columns; leave exog out")
        columns, names = read_exog(exog, self.owner), names_of(exog)
        if columns.shape[1] != self.n_columns:
            raise ValueError(
                f"{self.owner}: exog has {columns.shape[1]} columns, fitted with {self.n_columns}"
            )
        if None not in (names, self.names) and names != self.names:
            raise ValueError(
                f"{self.owner}: exog has the columns {names}, fitted with {self.names}; pass them"
                " in that order"
            )
        return columns
