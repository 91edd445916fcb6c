"""The mean and the deviation of the features of series."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler


@dataclass(frozen=True)
class SeriesScale:
    """Mean, variance and scale of each feature over all steps of all series.

    All is computed in float64: equal numbers give equal results in any container.

    Parameters
    ----------
    mean, variance, scale : ndarray of shape (n_features,), dtype float64
        The scale is the standard deviation, 1 for a feature that is constant.
    """

    mean: np.ndarray
    variance: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, series: Any, n_features: int) -> SeriesScale:
        """Return those of series.

        Parameters
        ----------
        series : list of ndarray of shape (time_i, n_features), or ndarray
            Of shape (n_samples, time, n_features), or rows of a table.
        n_features : int
        """
        listed = isinstance(series, list)
        steps = np.concatenate(series) if listed else series.reshape(-1, n_features)
        found = StandardScaler().fit(steps.astype(np.float64, copy=False))
        return cls(found.mean_, found.var_, found.scale_)

    @classmethod
    def of_parts(cls, parts: Iterable[np.ndarray], n_features: int) -> SeriesScale:
        """Return those of series that come in parts, each as `of` takes it."""
        scaler = StandardScaler()
        for series in parts:
            scaler.partial_fit(series.reshape(-1, n_features).astype(np.float64, copy=False))
        return cls(scaler.mean_, scaler.var_, scaler.scale_)

    def standardized(self, series: Any) -> Any:
        """Return series, as `of` takes them, with mean 0 and variance 1."""
        return self._each(series, lambda steps: (steps - self.mean) / self.scale)

    def restored(self, series: Any) -> Any:
        """Return series as they were before `standardized`."""
        return self._each(series, lambda steps: steps * self.scale + self.mean)

    def _each(self, series, change):
        if isinstance(series, list):
            return [change(each).astype(each.dtype) for each in series]
        steps = series.reshape(len(series), -1, len(self.mean))
        return change(steps).astype(series.dtype).reshape(series.shape)
