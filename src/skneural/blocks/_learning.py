"""What is learned of rows that are read in parts, before they are trained on."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.utils import get_tags

from ..data.checks import check_y
from ..data.reader import DataReader, Dataset
from ..data.rows import Rows
from ..data.series_scale import SeriesScale
from ..data.sources import FarRows
from ..network.network import Network
from ..training.settings import Settings
from ._cells import naming_cells
from ._session import WindowedSession
from ._store import Store, in_rows

_HEAD = 64  # rows that features are learned from


def learn_in_windows(
    blocks: Any, store: Store, reader: DataReader, y: Any, weight: Any, n_bytes: int, *,
    validation: tuple[Any, Any, Any], known: Any, fitted: Any, incremental: bool, classes: Any,
) -> Dataset:  # fmt: skip
    """Return data whose rows are in memory a window at a time; y is as a whole.

    Parameters
    ----------
    blocks : Blocks
    store : Store
        Opened; it is closed with the session.
    reader : DataReader
    y, weight : array-like or None
    n_bytes : int
        To read at a time where all rows are read in order.
    validation, known, fitted, incremental, classes
        Those of `DataReader.learn`.
    """
    samples, rules, first = reader.samples, reader.rules, known is None
    estimator, owner = samples.estimator, samples.owner
    if y is None and get_tags(estimator).target_tags.required:
        store.close()
        raise ValueError(
            f"{owner}: the blocks have no y; pass it as the second argument of fit, or to"
            f" {type(blocks).__name__}"
        )
    flat, shape = rules.flatten(y)
    flat = check_y(estimator, flat, store.n_samples)
    dtypes = samples.accepted_dtypes() if first else fitted
    n_head = min(store.n_samples, _HEAD)
    with in_rows(owner, store, (0, n_head)) as note:
        head_y = None if flat is None else flat[:n_head]
        table = store.table(0, n_head)
        with naming_cells(table, store.names, 0, note):
            head, _ = samples.check_with_targets(table, head_y, dtypes, first)
    _check_is_plain(samples, head)
    rows = checked_rows(store, estimator, head, blocks.buffer, n_bytes)
    if first:
        vars(estimator).pop("_value_range", None)  # learned of all blocks, not of the last fit
    if first and vars(estimator).pop("feature_scale_", None) is not None:
        estimator.feature_scale_ = SeriesScale.of_parts((part for _, part in rows.parts()),
                                                        samples.shape[1])
    data = reader.learn_from(
        rows, rules.restore(rows, flat, shape), weight, (blocks, y, weight),
        validation=validation, known=known, fitted=fitted, incremental=incremental,
        classes=classes,
    )

    def open_session(
        network: Network, rows: Rows, settings: Settings, seed: int
    ) -> WindowedSession:
        n_epochs = 1 if incremental else settings.max_iter
        if settings.is_lbfgs:
            n_epochs = settings.max_fun
        return WindowedSession(network, rows, store, settings, seed, blocks.buffer, n_epochs)

    return replace(data, open_session=open_session)


def checked_rows(
    store: Store, estimator: Any, head: np.ndarray, buffer: int, n_bytes: int
) -> FarRows:
    """Return the rows of a store, checked while they are read.

    Parameters
    ----------
    store : Store
    estimator : estimator
        That knows its features.
    head : ndarray of shape (n_rows, ...)
        The first rows, as its network reads them.
    buffer : int
        Bytes that may be taken at a time.
    n_bytes : int
        To read at a time where all rows are read in order.
    """
    owner, shape, dtype = type(estimator).__name__, head.shape[1:], head.dtype
    n_rows = max(1, n_bytes // _bytes_a_row(store))
    spans = [span for group in store.groups(n_rows) for span in group]

    def read(begin: int, end: int) -> np.ndarray:
        with in_rows(owner, store, (begin, end)) as note:
            rows = store.read(begin, end)
            judge = copy.copy(estimator)
            vars(judge).pop("feature_names_in_", None)  # blocks have those of the store
            with naming_cells(rows, store.names, begin, note):
                checked = judge._samples().check(rows, dtype)
            if checked.shape[1:] != shape:
                raise ValueError(f"has samples of shape {checked.shape[1:]}, the first {shape}")
            return checked

    return FarRows(read, spans, shape, dtype, buffer)


def _bytes_a_row(store: Store) -> int:
    return max(1, store.dtype.itemsize * math.prod(store.shape))


def _check_is_plain(samples: Any, head: Any) -> None:
    """Raise a ValueError for rows that cannot be read in windows."""
    owner = samples.owner
    if not isinstance(head, np.ndarray):
        raise ValueError(
            f"{owner}: X takes more memory than the buffer of its blocks, and only samples of equal"
            " lengths can be read in windows; give blocks a larger buffer"
        )
