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
        """Return y as an array for scikit-learn's checks, zeros if each series has its own.

        NaN may fill an array up behind the ends of series.
        """
        self._series = None
        series = y if is_list(y) and len({np.shape(each) for each in y}) > 1 else None
        if series is None and np.ndim(y) < 2:
            raise ValueError(
                f"{self._owner}: y has shape {np.shape(y)}, where pooling=None needs {self._what}"
                f" for each step, (n_samples, time); for {self._what} a series choose another"
                " pooling"
            )
        if series is None and _is_filled(y):
            series = [_without_end(row) for row in np.asarray(y)]
        if series is None and np.shape(y)[1] == 1:  # which scikit-learn takes for a column
            series = list(np.asarray(y))
        if series is None:
            return y
        self._series = [self._checked(each, place) for place, each in enumerate(series)]
        return np.zeros(len(self._series))

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
        ragged = isinstance(X, Sequences)
        lengths = X.lengths if ragged else np.full(len(y), self._n_steps(X))
        series = y if self._series is None else self._series
        if self._series is None and ragged and y.shape[1] >= lengths.max():
            series = [row[:length] for row, length in zip(y, lengths, strict=True)]
        check_lengths(series, lengths, self._owner)
        if len({np.shape(each)[1:] for each in series}) > 1:
            raise ValueError(f"{self._owner}: y has series of different numbers of targets a step")
        return _filled(series, X) if ragged else np.asarray(series)


def _is_filled(y: Any) -> bool:
    """Whether y is an array of numbers with NaN in it."""
    return getattr(getattr(y, "dtype", None), "kind", "") == "f" and bool(np.isnan(y).any())


def _without_end(series: np.ndarray) -> np.ndarray:
    """Return a series of numbers up to the last that is not NaN."""
    here = ~np.isnan(series).reshape(len(series), -1).all(axis=1)
    return series[: int(np.flatnonzero(here)[-1]) + 1 if here.any() else 0]


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
        self._check_one_label(np.shape(y))
        return y, None

    def restore(self, X: Any, y: Any, shape: Shape | None) -> Any:
        y = self._reader.restore(X, y)
        self._check_one_label(y.shape)
        return y

    def _check_one_label(self, shape: Shape) -> None:
        if len(shape) > 2:
            raise ValueError(
                f"{self.owner}: y has {shape[2:]} labels a step, where a step has one label"
            )

    def _kind(self, y: Any) -> type[StepLabels]:
        return StepLabels

    def weigh(self, targets: Any, y: Any, weight: np.ndarray | None, training: bool) -> Weighted:
        """Return the targets with class weights and lengths, and the weight of each series."""
        targets, weights = super().weigh(targets, y, weight, training)
        return (targets.of(y, weight) if training else targets), weights


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
        return StepNumbers.of(y)
