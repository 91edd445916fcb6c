"""What is learned from partitions before training: run by workers, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from ..data.checks import check_weights, named
from ..data.checksums import checksum
from ..data.reader import DataReader
from ._splits import rows_kept

_HEAD = 256  # rows


@dataclass(frozen=True)
class Look:
    """A partition as it was passed.

    Parameters
    ----------
    n_rows : int
        0 where no row has a weight, too.
    kinds : dict of str to object
        What has to be the same in all partitions.
    n_targets, n_weights : int or None
        Rows of y and of the weights.
    head : tuple of X, y and weights
        Its first rows.
    """

    n_rows: int
    kinds: dict[str, Any]
    n_targets: int | None
    n_weights: int | None
    head: tuple[Any, Any, Any]


def look(X: Any, y: Any, weight: Any) -> Look:
    """Return what a partition is like."""
    n_rows = X.shape[0]
    kinds = {"type of X": type(X).__name__, **_kinds(X, "X"), **_kinds(y, "y")}
    sizes = [None if values is None else len(values) for values in (y, weight)]
    if weight is not None and not np.any(np.asarray(weight)):
        n_rows = 0
    return Look(n_rows, kinds, sizes[0], sizes[1], (X[:_HEAD], _first(y), _first(weight)))


def _first(values):
    return None if values is None else values[:_HEAD]


def _kinds(values, name):
    if hasattr(values, "columns"):
        columns = list(values.columns)
        dtypes = [str(dtype) for dtype in values.dtypes]
        return {f"columns of {name}": columns, f"dtypes of {name}": dtypes}
    if values is None:
        return {}
    dtype = values.dtype
    text = dtype.kind in "UST" if isinstance(dtype, np.dtype) else False
    kind = "text" if text else str(dtype)  # text is as long as the longest
    return {f"dtype of {name}": kind, f"shape of a row of {name}": tuple(values.shape[1:])}


def check_looks(looks: Sequence[Look], owner: str) -> list[int]:
    """Return the numbers of the partitions that have rows.

    Raises
    ------
    ValueError
        If a partition differs from the others, which names it, or none has rows.
    """
    for number, each in enumerate(looks):
        sizes = {"y": each.n_targets, "sample_weight": each.n_weights}
        for name, size in sizes.items():
            if size is not None and size != each.head[0].shape[0] and each.n_rows not in (0, size):
                raise ValueError(
                    f"{owner}, partition {number}: X has {each.n_rows} rows, {name} has {size}"
                )
    filled = [number for number, each in enumerate(looks) if each.n_rows]
    if not filled:
        raise ValueError(f"{owner}: no partition of X has rows")
    first = looks[filled[0]]
    for number in filled[1:]:
        for what, value in looks[number].kinds.items():
            if first.kinds.get(what) != value:
                raise ValueError(
                    f"{owner}, partition {number}: {what} is {value!r}, but"
                    f" {first.kinds.get(what)!r} in partition {filled[0]}"
                )
    return filled


@dataclass(frozen=True)
class Report:
    """What the checked rows of a partition are like.

    Parameters
    ----------
    low, high : float
        Least and greatest number of X among rows that have a weight.
    targets : ndarray
        Different labels; or the rows of y with the least and greatest numbers.
    counts : ndarray or None
        Weight of each label's rows; None of numbers.
    """

    low: float
    high: float
    targets: np.ndarray
    counts: np.ndarray | None


def report(estimator: Any, dtype: np.dtype, name: str, X: Any, y: Any, weight: Any) -> Report:
    """Return what a partition is like, once it is checked."""
    reader = reader_of(estimator)
    owner = reader.samples.owner
    with named(f"{owner}, {name}"):
        X, y = reader.check(X, y, dtype, first=False)
        weight = check_weights(owner, "sample_weight", weight, X.shape[0])
    weights = np.ones(len(y)) if weight is None else weight
    seen = X[np.flatnonzero(weights > 0)] if (weights <= 0).any() else X
    low, high = float(seen.min()), float(seen.max())
    if is_classifier(estimator):
        labels, places = np.unique(y, axis=None if y.ndim == 1 else 0, return_inverse=True)
        return Report(low, high, labels, np.bincount(places.ravel(), weights))
    rows = y.reshape(len(y), -1)
    extremes = np.unique([*rows.argmin(axis=0), *rows.argmax(axis=0)])
    return Report(low, high, y[extremes], None)


def reader_of(estimator: Any) -> DataReader:
    """Return what reads the data of an estimator."""
    return DataReader(estimator._samples(), estimator._target_rules())


def rows_at(
    estimator: Any, dtype: np.dtype, split: Any, places: np.ndarray, X: Any, y: Any, weight: Any
) -> Any:
    """Return some rows of X as the network reads them, by their places among those trained on."""
    kept = rows_kept(X.shape[0], split)
    chosen = places if kept is None else kept[places]
    reader = reader_of(estimator)
    return reader.check(_taken(X, chosen), _taken(y, chosen), dtype, first=False)[0]


def rows_held_back(split: Any, X: Any, y: Any, weight: Any) -> tuple[Any, Any, Any]:
    """Return the rows held back for validation, as they were passed."""
    return _taken(X, split.held), _taken(y, split.held), _taken(weight, split.held)


def _taken(values, places):
    if values is None:
        return None
    return values.iloc[places] if hasattr(values, "iloc") else values[places]


def checksum_of(X: Any, y: Any, weight: Any) -> int:
    """Return a number by which a partition is known again."""
    plain = [np.asarray(part) if hasattr(part, "iloc") else part for part in (X, y, weight)]
    return checksum(plain)
