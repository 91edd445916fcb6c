"""Targets of the steps of series, which may be of unequal lengths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.metrics import r2_score
from sklearn.utils.multiclass import check_classification_targets

from ..losses import Loss
from .checks import check_weights, named
from .known_classes import check_known
from .mask_targets import MaskTargets
from .numeric_targets import NumericTargets
from .rows import Rows
from .scores import r2
from .series import is_list
from .sources import Sequences


@dataclass
class StepLabels(MaskTargets):
    """Labels of steps; of unequal lengths in a masked array.

    They are masks of one row of pixels, the class behind the last one standing for none.

    Parameters
    ----------
    n_steps : float or None, default=None
        Of a series on average, where they are of unequal lengths.
    """

    n_steps: float | None = None

    @classmethod
    def learn(cls, y: np.ndarray, owner: str) -> StepLabels:
        """Find the classes of the steps of `y`, ndarray of shape (n_samples, time)."""
        present = _present(y)
        with named(f"{owner}: y has labels of steps"):
            check_classification_targets(present)
        return cls(np.unique(present), y.shape[1:])

    def of(self, y: np.ndarray, weight: np.ndarray | None) -> StepLabels:
        """Return the same classes for other data."""
        n_steps = None
        if np.ma.isMaskedArray(y):
            n_steps = float(np.average(np.ma.count(y, axis=1), weights=weight))
        return replace(self, shape=y.shape[1:], n_steps=n_steps)

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives: each step counts the same."""
        loss = super().loss(given, smoothing, owner)
        return loss if self.n_steps is None else loss.set_params(n_counted=self.n_steps)

    def encode(self, y: np.ndarray, dtype: np.dtype) -> np.ndarray:
        """Return class numbers of shape (n_samples, time); ``n_classes`` behind a series."""
        n_classes = len(self.classes)
        targets = np.full(y.shape, n_classes, np.uint8 if n_classes < 1 << 8 else dtype)
        here = ~np.ma.getmaskarray(y)
        targets[here] = np.searchsorted(self.classes, np.ma.getdata(y)[here])
        return targets

    def check(self, y: Any, owner: str, all_of_them: bool = False) -> None:
        """Raise a ValueError unless `y` fits the classes known from an earlier fit."""
        check_known(_present(y), self.classes, all_of_them, owner)

    def codes(self, raw: np.ndarray) -> np.ndarray:
        """Return the predicted class numbers, (n_samples, time), from raw outputs."""
        return self.decisions(raw).argmax(axis=2)

    def decode(self, raw: np.ndarray) -> np.ndarray:
        """Return the predicted labels from raw outputs, (n_samples, time)."""
        return self.classes[self.codes(raw)]

    def decisions(self, raw: np.ndarray) -> np.ndarray:
        """Return the raw outputs, shape (n_samples, time, n_classes)."""
        return raw.reshape(len(raw), -1, len(self.classes))

    def accuracy(
        self, raw: np.ndarray, expected: np.ndarray, weight: np.ndarray | None
    ) -> float:
        """Return the share of correct steps, from raw outputs."""
        here = expected < len(self.classes)
        weights = here if weight is None else here * weight[:, None]
        return float(np.average(self.codes(raw) == expected, weights=weights))

    def score_of(self, y: Any, predicted: Any, sample_weight: Any, owner: str) -> float:
        """Return the share of correct steps."""
        expected, lengths = _all_steps(y, predicted, owner)
        right = expected == np.concatenate(list(predicted))
        return float(np.average(right, weights=_by_steps(sample_weight, lengths, owner)))


@dataclass(frozen=True)
class StepNumbers(NumericTargets):
    """Numbers of steps; those of unequal lengths are NaN behind the ends.

    Parameters
    ----------
    share : float, default=1.0
        How much of the array is not NaN.
    """

    share: float = 1.0

    @classmethod
    def of(cls, y: np.ndarray) -> StepNumbers:
        """Return the targets of y, (n_samples, time) or (n_samples, time, n_outputs)."""
        return cls(y.shape[1:], True, 1 - float(np.isnan(y).mean()))

    def loss(self, given: Any, smoothing: float, owner: str) -> Loss:
        """Return the loss that a parameter gives; steps behind the ends do not count."""
        loss = super().loss(given, smoothing, owner)
        if self.share == 1 and not loss.skips_missing:
            return loss
        with named(f"{owner}: loss={given!r}"):
            return loss.for_missing(self.share)

    def check_shape(self, shape: tuple[int, ...], owner: str) -> None:
        """Raise a ValueError for steps with other numbers than the fitted ones."""
        if shape[1:] != self.shape[1:]:
            raise ValueError(
                f"{owner}: y has steps of shape {shape[1:]}, fitted with {self.shape[1:]}"
            )

    def decode(self, outputs: np.ndarray) -> np.ndarray:
        """Return predictions of shape (n_samples, time) or (n_samples, time, n_outputs)."""
        return outputs.reshape(len(outputs), -1, *self.shape[1:])

    def score(self, network: Any, rows: Rows, n_jobs: int | None) -> float:
        """Return R2 of all steps, as the method `score` but faster."""
        columns = int(np.prod(self.shape[1:]))
        values = network.predict(rows.X, n_jobs=n_jobs).reshape(-1, columns)
        expected = rows.y.reshape(-1, columns)
        here, weight = ~np.isnan(expected[:, 0]), rows.sample_weight
        if weight is not None:
            weight = np.repeat(weight, len(expected) // len(weight))[here]
        return r2(values[here], expected[here], weight, pooled=True)

    def score_of(self, y: Any, predicted: Any, sample_weight: Any, owner: str) -> float:
        """Return R2 of all steps."""
        expected, lengths = _all_steps(y, predicted, owner)
        return r2_score(
            expected, np.concatenate(list(predicted)), multioutput="variance_weighted",
            sample_weight=_by_steps(sample_weight, lengths, owner),
        )


def of_series(decoded: Any, targets: Any, rows: Any) -> Any:
    """Return predictions of steps without those behind the ends of series, as a list of arrays.

    Predictions of all other targets are returned as they are.
    """
    if not isinstance(targets, StepLabels | StepNumbers) or not isinstance(rows, Sequences):
        return decoded
    return [each[:length] for each, length in zip(decoded, rows.lengths, strict=True)]


def _present(y: Any) -> np.ndarray:
    """Return the targets of all steps within their series, one after another."""
    return y.compressed() if np.ma.isMaskedArray(y) else np.ravel(y)


def _all_steps(y: Any, predicted: Sequence, owner: str) -> tuple[np.ndarray, list[int]]:
    """Return the targets of all steps that are predicted, and how many each series has.

    Raises
    ------
    ValueError
        Where a series of y has other steps. What an array has behind a series' end is left out.
    """
    if len(y) != len(predicted) or not all(map(np.ndim, y)):
        raise ValueError(
            f"{owner}: y has shape {np.shape(y)}; with pooling=None there is a target for each step"
            f" of the {len(predicted)} series of X"
        )
    lengths = [len(each) for each in predicted]
    series = [np.asarray(each) for each in y]
    if not is_list(y):
        series = [each[:length] for each, length in zip(series, lengths, strict=True)]
    check_lengths(series, lengths, owner)
    return np.concatenate(series), lengths


def check_lengths(series: Any, lengths: Iterable[int], owner: str) -> None:
    """Raise a ValueError for targets of other lengths than the series of X."""
    for place, (each, length) in enumerate(zip(series, lengths, strict=True)):
        if len(each) != length:
            raise ValueError(
                f"{owner}: y[{place}] has {len(each)} targets, X[{place}] has {length} steps; with"
                " pooling=None there is one for each step"
            )


def _by_steps(weight: Any, lengths: list[int], owner: str) -> np.ndarray | None:
    """Return the weight of each step, those of its series."""
    weight = check_weights(owner, "sample_weight", weight, len(lengths))
    return None if weight is None else np.repeat(weight, lengths)
