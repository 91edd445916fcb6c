"""Numeric targets on a scale of their own: standardised, with predictions within their range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.preprocessing import StandardScaler

from .numeric_targets import NumericTargets
from .rows import Rows
from .scores import r2

_LARGEST = 1e30  # of a target: predictions may be float32


@dataclass(frozen=True, eq=False)
class ScaledTargets(NumericTargets):
    """Numbers that the network sees standardised, and predictions that stay in their range.

    Mean, deviation and range are those of the rows trained on, with their weights, never of
    validation rows. The first call of `fit` or `partial_fit` learns mean and deviation; later ones
    that continue it keep them, and widen the range. Losses are those of the standardised targets.

    Parameters
    ----------
    shape, shows_shape
        As in `NumericTargets`.
    standardizes : bool, default=True
        Whether the network's targets have mean 0 and deviation 1.
    clips : bool, default=True
        Whether predictions below the least target in training are that one, and those above the
        greatest likewise, for each output.
    divides : bool, default=False
        Whether the network's targets have mean 1, for losses that predict through the exponential.
    mean, scale : ndarray of shape (n_outputs,), float64, or None
        The scale is the standard deviation, 1 for an output that is constant.
    bounds : ndarray of shape (2, n_outputs), float64, or None
        The least and the greatest target.
    """

    standardizes: bool = True
    clips: bool = True
    divides: bool = False
    mean: np.ndarray | None = None
    scale: np.ndarray | None = None
    bounds: np.ndarray | None = None

    def encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        """Return y as rows, shape (n_samples, n_outputs), in float64 until it is `scaled`."""
        return super().encode(y, np.dtype(np.float64))

    def measured(self, rows: Rows, anew: bool) -> ScaledTargets:
        """Return targets with what is known of the rows trained on, those of earlier calls too."""
        weights = rows.weights_among_all()
        y = rows.y
        if weights is not None:
            y, weights = y[weights > 0], weights[weights > 0]
        changed: dict[str, np.ndarray] = {}
        if self.divides and self.mean is None:
            mean = np.average(y, axis=0, weights=weights)
            changed |= {"mean": np.zeros_like(mean), "scale": np.where(mean > 0, mean, 1.0)}
        elif self.standardizes and self.mean is None:
            scaler = StandardScaler().fit(y, sample_weight=weights)
            changed |= {"mean": scaler.mean_, "scale": scaler.scale_}
        if self.clips:
            known = [] if self.bounds is None else [self.bounds]
            seen = np.concatenate([y, *known])
            changed["bounds"] = np.array([seen.min(axis=0), seen.max(axis=0)])
        return replace(self, **changed)  # type: ignore[arg-type]

    def scaled(self, rows: Rows, dtype: np.dtype) -> Rows:
        """Return rows with the network's targets in place of those `encode` gave."""
        y = rows.y if self.mean is None else (rows.y - self.mean) / self.scale
        return replace(rows, y=np.ascontiguousarray(y, dtype))

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return predictions in the shape of y from outputs, (n_samples, n_outputs)."""
        numbers = outputs.astype(np.float64)
        if self.mean is not None and self.scale is not None:
            numbers = numbers * self.scale + self.mean
        if self.bounds is not None:
            numbers = np.clip(numbers, *self.bounds)
        return super().decode(numbers.astype(outputs.dtype))

    def slopes(self, outputs: np.ndarray) -> np.ndarray:
        """Return the derivative of each prediction by its output, float64; 0 beyond the range."""
        scale = 1.0 if self.mean is None or self.scale is None else self.scale
        slopes = np.broadcast_to(scale, outputs.shape).astype(np.float64)
        if self.bounds is not None:
            numbers = outputs.astype(np.float64) * scale + (0 if self.mean is None else self.mean)
            slopes *= (numbers > self.bounds[0]) & (numbers < self.bounds[1])
        return slopes

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return R2 of the predictions for scaled rows."""
        values, pooled = network.predict(rows.X, n_jobs=n_jobs), len(self.shape) > 1
        if self.bounds is not None:
            bounds = self.bounds
            if self.mean is not None:
                bounds = (bounds - self.mean) / self.scale
            values = np.clip(values, *bounds.astype(values.dtype))
        return r2(values, rows.y, rows.sample_weight, pooled=pooled)


def check_size(y: np.ndarray, owner: str) -> None:
    """Raise a ValueError for targets that are too large to predict in float32."""
    largest = max(abs(float(y.max(initial=0))), abs(float(y.min(initial=0))))
    if largest > _LARGEST:
        raise ValueError(
            f"{owner}: y has numbers of up to {largest:g}; divide it so that none is beyond"
            f" {_LARGEST:g}"
        )
