"""What is forecast in place of a series: changes of its levels, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Changes:
    """Logarithms, seasonal and ordinary differences of a series; their inverse is exact.

    The *levels* are the series or its logarithms, the *changes* the differences of the levels.

    Parameters
    ----------
    log : bool
        Whether levels are logarithms.
    differences : int
        Order of the differences of successive values.
    seasonality : int or None
        Period of the seasonal difference, which is taken first.
    """

    log: bool
    differences: int
    seasonality: int | None

    @property
    def needed(self) -> dict[str, int]:
        """Numbers of levels before the first change, by what needs them."""
        return {"differences": self.differences, "seasonality": self.seasonality or 0}

    @property
    def memory(self) -> int:
        """Number of levels before the first change."""
        return sum(self.needed.values())

    def levels(self, y: np.ndarray, owner: str) -> np.ndarray:
        """Return the levels of a series; raise a ValueError for one without logarithms."""
        if not self.log:
            return y
        if (y <= 0).any():
            place = int(np.argmax(y <= 0))
            raise ValueError(
                f"{owner}: log=True needs positive values, y[{place}] is {y[place]:g}; set"
                " log=False, or add a constant to y"
            )
        return np.log(y)

    def values(self, levels: np.ndarray) -> np.ndarray:
        """Return what has these levels."""
        return np.exp(levels) if self.log else levels

    def changes(self, levels: np.ndarray) -> np.ndarray:
        """Return the changes of n levels, (n - memory,)."""
        if self.seasonality is not None:
            levels = levels[self.seasonality :] - levels[: -self.seasonality]
        return np.diff(levels, self.differences)

    def continued(self, changes: np.ndarray, past: np.ndarray) -> np.ndarray:
        """Return the levels that have these changes.

        Parameters
        ----------
        changes : ndarray of shape (n, horizon)
        past : ndarray of shape (n, memory)
            The levels before the first change.

        Returns
        -------
        ndarray of shape (n, horizon)
        """
        coefficients = self._coefficients()
        lags = np.flatnonzero(coefficients)[1:]
        levels = np.concatenate([past, changes], axis=1)
        for step in range(self.memory, levels.shape[1]):
            levels[:, step] -= levels[:, step - lags] @ coefficients[lags]
        return levels[:, self.memory :]

    def _coefficients(self) -> np.ndarray:
        """Return what lags 0, 1, ... of a level are multiplied by in a change."""
        coefficients = np.ones(1)
        if self.seasonality is not None:
            seasonal = np.zeros(self.seasonality + 1)
            seasonal[[0, -1]] = 1, -1
            coefficients = seasonal
        for _ in range(self.differences):
            coefficients = np.convolve(coefficients, [1, -1])
        return coefficients


@dataclass(frozen=True)
class Scale:
    """Mean and standard deviation of columns that are standardised."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, standardize: bool) -> Scale:
        """Return the scale of values (n, ...), 1 for a column of equal values."""
        shape = values.shape[1:]
        if not standardize:
            return cls(np.zeros(shape), np.ones(shape))
        constant = values.max(axis=0) == values.min(axis=0)
        return cls(values.mean(axis=0), np.where(constant, 1.0, values.std(axis=0)))

    def standardized(self, values: np.ndarray) -> np.ndarray:
        return (values - self.mean) / self.deviation

    def restored(self, values: np.ndarray) -> np.ndarray:
        return values * self.deviation + self.mean
