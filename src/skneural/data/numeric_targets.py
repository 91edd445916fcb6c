"""Targets that are numbers: y of a regressor, or X itself."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.metrics import r2_score

from ..losses import LogLoss, Loss, get_loss
from ..losses._pixel_log_loss import PixelLogLoss
from .rows import Rows
from .sample_shapes import as_rows, sample_shape, stands_for
from .scores import r2
from .variance import mean_variance


class NoClasses:
    """Base of targets that are not classes.

    Attributes
    ----------
    kind : str
        The kind of targets, for losses.
    classes : None
    """

    kind = "regression"
    classes = None
    n_outputs: int

    def attributes(self) -> dict[str, Any]:
        """Return their attributes on a fitted estimator."""
        return {"n_outputs_": self.n_outputs}

    def strata(self, labels: Any, fraction: float, scored: bool) -> None:
        """Return what a validation split is stratified by: None."""

    def kinds(self, y: Any) -> tuple:
        """Return an empty sequence: there are no classes."""
        return ()

    def flat(self) -> Any:
        """Return targets as scikit-learn's scores need them: these."""
        return self

    def measured(self, rows: Rows, anew: bool) -> Any:
        """Return the same targets: nothing is learned from the training rows."""
        return self

    def tolerance_unit(self, loss: Any) -> float:
        """Return what `tol` is a multiple of."""
        return 1.0


@dataclass(frozen=True)
class NumericTargets(NoClasses):
    """What a regressor learned about y.

    Parameters
    ----------
    shape : tuple of int
        Of a sample of y, ``()`` for one number.
    shows_shape : bool, default=False
        Whether the estimator shows it as ``output_shape_``.
    """

    shape: tuple[int, ...]
    shows_shape: bool = False

    @property
    def n_outputs(self) -> int:  # type: ignore[override]
        """Output units of the network."""
        return math.prod(self.shape)

    def attributes(self) -> dict[str, Any]:
        """Return their attributes on a fitted estimator."""
        shown = {"output_shape_": self.shape} if self.shows_shape else {}
        return super().attributes() | shown

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs for a sample."""
        return self.shape or (1,)

    def flat(self) -> NumericTargets:
        """Return targets whose predictions are rows of numbers, as scikit-learn's scores need."""
        return replace(self, shape=(self.n_outputs,)) if len(self.shape) > 1 else self

    def encode(self, y: Any, dtype: np.dtype) -> np.ndarray:
        """Return the network's targets, shape (n_samples, n_outputs)."""
        return np.ascontiguousarray(y, dtype=dtype).reshape(len(y), -1)

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return predictions in the shape of y from outputs, (n_samples, n_outputs)."""
        return outputs.reshape(len(outputs), *self.shape)

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives."""
        return get_loss(given, owner, "regression").for_targets("regression")

    def check_shape(self, shape: tuple[int, ...], owner: str) -> None:
        """Raise a ValueError for samples of y that cannot have the fitted shape."""
        if not stands_for(shape or (1,), self.output_shape):
            raise ValueError(
                f"{owner}: y has samples of shape {shape}, fitted with {self.shape}"
            )

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return R2, as the method `score` but faster."""
        values = network.predict(rows.X, n_jobs=n_jobs)
        return r2(values, rows.y, rows.sample_weight, pooled=len(self.shape) > 1)

    def score_of(self, y: Any, predicted: np.ndarray, sample_weight: Any, owner: str) -> float:
        """Return scikit-learn's R2; of samples of several dimensions weighted by variance."""
        expected, shape = flat_targets(y, owner) if self.shows_shape else (y, None)
        if shape is not None:
            self.check_shape(shape, owner)
        rows = predicted if predicted.ndim == 1 else predicted.reshape(len(predicted), -1)
        average = "variance_weighted" if len(self.shape) > 1 else "uniform_average"
        return r2_score(expected, rows, sample_weight=sample_weight, multioutput=average)


@dataclass(frozen=True)
class InputTargets(NoClasses):
    """X as its own targets.

    Parameters
    ----------
    n_outputs : int
        Numbers of a sample.
    factor : float
        Factor of X before the network reads it.
    deviation : float or None, default=None
        Mean standard deviation of the features of a whole fit, as the network reads them.
    """

    n_outputs: int
    factor: float
    deviation: float | None = None

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of the outputs for a sample."""
        return (self.n_outputs,)

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives; the log loss is that of grey levels."""
        if isinstance(given, LogLoss) or (isinstance(given, str) and given == "log_loss"):
            loss = PixelLogLoss()
            loss.factor = self.factor
            return loss
        return get_loss(given, owner, "regression")

    def encode(self, y: Any, dtype: np.dtype) -> Any:
        """Return X: it is never copied."""
        return y

    def measured(self, rows: Rows, anew: bool) -> InputTargets:
        """Return targets with the standard deviation of the rows, computed in `fit` (``anew``)."""
        if not anew and self.deviation is not None:
            return self
        variance = mean_variance(rows.X, rows.weights_among_all())
        return replace(self, deviation=self.factor * math.sqrt(variance))

    def tolerance_unit(self, loss: Any) -> float:
        """Return what `tol` is a multiple of: the loss of predicting each feature's mean."""
        return loss.size_of(self.deviation or 1.0)

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return minus the mean loss."""
        return -network.evaluate(rows.X, rows.y, rows.sample_weight)


def flat_targets(y: Any, owner: str) -> tuple[Any, tuple[int, ...] | None]:
    """Return y as rows of numbers and the shape of its samples, None if it was flat."""
    shape = sample_shape(y, owner, "y")
    if shape is None:
        return y, None
    rows = as_rows(y, shape)
    return (rows[:, 0] if math.prod(shape) == 1 else rows), shape
