"""How y is read where it has a target for each step of a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.utils import check_array

from .checks import named
from .numbers import check_numbers
from .series import is_list
from .sources import Sequences
from .step_targets import StepLabels, StepNumbers, check_lengths
from .target_rules import ClassRules, NumberRules, Shape, Weighted


class StepReader:
    """Reads targets of steps: an array, or an array for each series.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    what : str
        What y is to have: "a label" or "a number".
    n_steps : callable
        ``n_steps(X)`` returns the steps of checked X, all as long.
    """

    def __init__(self, owner: str, what: str, n_steps: Callable[[Any], int]):
        self._owner = owner
        self._what = what
        self._n_steps = n_steps
        self._series: list[np.ndarray] | None = None

    def flatten(self, y: Any) -> Any:
        """Return y as an array for scikit-learn's checks, zeros if each series has its own."""
        self._series = None
        if is_list(y) and len({np.shape(each) for each in y}) > 1:
            self._series = [self._checked(each, place) for place, each in enumerate(y)]
            return np.zeros(len(self._series))
        if np.ndim(y) < 2:
            raise ValueError(
                f"{self._owner}: y has shape {np.shape(y)}, where pooling=None needs {self._what}"
                f" for each step, (n_samples, time); for {self._what} a series choose another"
                " pooling"
            )
        return y

    def _checked(self, series: Any, place: int) -> np.ndarray:
        what = f"{self._owner}: y[{place}]"
        numeric = self._what == "a number"
        if numeric:
            check_numbers(series, what)
        with named(what):
            return check_array(
                series, dtype="numeric" if numeric else None, ensure_2d=False, input_name="y"
            )

    def restore(self, X: Any, y: Any) -> Any:
        """Return the targets, in a masked array if series of X are of unequal lengths."""
        if not isinstance(X, Sequences):
            steps = self._n_steps(X)
            if self._series is None and y.shape[1] == steps:
                return y
            if self._series is None:
                raise ValueError(
                    f"{self._owner}: y has {y.shape[1]} targets a series, X has {steps} steps; with"
                    " pooling=None there is one for each step"
                )
            check_lengths(self._series, [steps] * len(y), self._owner)
        elif self._series is not None:
            check_lengths(self._series, X.lengths, self._owner)
            return _filled(self._series, X)
        if y.shape[1] < X.lengths.max():
            check_lengths(y, X.lengths, self._owner)
        return _filled([row[:n] for row, n in zip(y, X.lengths, strict=True)], X)


def _filled(series: Sequence[np.ndarray], X: Sequences) -> np.ma.MaskedArray:
    """Return targets of steps as long as the longest series, behind their ends masked."""
    whole = np.concatenate(series)
    filled = np.ma.masked_all((len(series), X.longest, *whole.shape[1:]), whole.dtype)
    for row, each in zip(filled, series, strict=True):
        row[: len(each)] = each
    return filled


class StepLabelRules(ClassRules):
    """A label for each step: y of shape (n_samples, time), or a (time_i,) for each series.

    Parameters
    ----------
    owner, class_weight, warm_start
        As in `ClassRules`.
    n_steps : callable
        As in `StepReader`.
    """

    def __init__(
        self, owner: str, class_weight: Any, warm_start: bool, n_steps: Callable[[Any], int]
    ):
        super().__init__(owner, class_weight, warm_start)
        self._reader = StepReader(owner, "a label", n_steps)

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        y = self._reader.flatten(y)
        return y, None

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        return self._reader.restore(X, y)

    def _kind(self, y: Any) -> type[StepLabels]:
        return StepLabels

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets, and the weight of each series: by its steps, which count alike."""
        targets, weight = super().weigh(targets, y, weight, training)
        if not np.ma.isMaskedArray(y):
            return targets, weight
        lengths = y.count(axis=1)
        return targets, lengths / np.average(lengths, weights=weight) * (
            1.0 if weight is None else weight
        )


class StepNumberRules(NumberRules):
    """Numbers for each step: y of shape (n_samples, time) or (n_samples, time, outputs), or lists.

    Parameters
    ----------
    owner : str
        The estimator's name, for errors.
    n_steps : callable
        As in `StepReader`.
    """

    def __init__(self, owner: str, n_steps: Callable[[Any], int]):
        super().__init__(owner, shaped=True)
        self._reader = StepReader(owner, "a number", n_steps)

    def flatten(self, y: Any) -> tuple[Any, Shape | None]:
        y = self._reader.flatten(y)
        return super().flatten(y) if np.ndim(y) > 2 else (y, None)

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        """Return y, NaN behind the ends of series."""
        if shape is not None:
            y = y.reshape(len(y), *shape)
        y = self._reader.restore(X, y)
        self._shape = y.shape[1:]
        if not np.ma.isMaskedArray(y):
            return y
        return np.ma.filled(y.astype(np.result_type(y, np.float32)), np.nan)

    def learn(
        self, y: Any, known: Any, first: bool, incremental: bool, classes: Any = None
    ) -> StepNumbers:
        if not first:
            known.check_shape(self._shape, self.owner)
            return known
        return StepNumbers.of(y)
