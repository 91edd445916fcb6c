"""Partitions of dask's arrays and data frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ._cluster import Cluster, Partition, package


def partitions_of(cluster: Cluster, X: Any, y: Any, weight: Any) -> list[Partition]:
    """Return the partitions of X with those of targets and weights; workers begin to read them.

    Parameters
    ----------
    cluster : Cluster
    X : dask array or data frame
    y, weight : dask array, data frame or series, array-like or None
        With the rows of X; what is not dask's is cut as X is.

    Raises
    ------
    TypeError
        If X is not dask's.
    ValueError
        If they have not as many partitions.
    """
    owner = cluster.owner
    if not package("dask").is_dask_collection(X):
        raise TypeError(
            f"{owner}: X is {type(X).__name__}, where a dask array or data frame is needed, as"
            " dask.array.from_array(X, chunks=(100_000, -1)) gives"
        )
    X = _whole_rows(X)
    y = _as_partitions(y, X, f"{owner}: y")
    weight = _as_partitions(weight, X, f"{owner}: sample_weight")
    given = [part for part in (X, y, weight) if part is not None]
    kept = iter(_read(cluster, given))
    X, y, weight = [None if part is None else next(kept) for part in (X, y, weight)]
    for name, parts in (("y", y), ("sample_weight", weight)):
        if parts is not None and len(parts) != len(X):
            raise ValueError(
                f"{owner}: {name} has {len(parts)} partitions, X has {len(X)}; rechunk or"
                " repartition one of them"
            )
    none = [None] * len(X)
    triples = zip(X, y or none, weight or none, strict=True)
    return [Partition(number, *triple) for number, triple in enumerate(triples)]


def _whole_rows(X):
    """Return an array whose blocks have whole samples; a data frame's always do."""
    if not hasattr(X, "chunks"):
        return X
    cut = {axis: -1 for axis in range(1, X.ndim) if len(X.chunks[axis]) > 1}
    return X.rechunk(cut) if cut else X


def _as_partitions(values, X, what):
    if values is None:
        return None
    rows = X.chunks[0] if hasattr(X, "chunks") else None
    known = rows is not None and not np.isnan(rows).any()
    if package("dask").is_dask_collection(values):
        if known and hasattr(values, "chunks") and values.chunks[0] != rows:
            _check_length(values.shape[0], sum(rows), what)
            values = values.rechunk({0: rows})
        return _whole_rows(values)
    if not known:
        raise TypeError(
            f"{what} is {type(values).__name__}, but X has partitions of unknown lengths; pass"
            " a dask collection with as many partitions"
        )
    values = np.asarray(values)
    _check_length(len(values), sum(rows), what)
    chunks = (rows, *((size,) for size in values.shape[1:]))
    return package("dask.array").from_array(values, chunks=chunks)


def _check_length(n_rows, needed, what):
    if not np.isnan(n_rows) and n_rows != needed:
        raise ValueError(f"{what} has {n_rows} rows, X has {needed}")


def _read(cluster: Cluster, collections: Sequence[Any]) -> list[list[Any]]:
    """Return futures of the partitions of each collection, in their order."""
    parts = [list(np.ravel(collection.to_delayed())) for collection in collections]
    futures = iter(cluster.client.compute([part for each in parts for part in each]))
    return [[next(futures) for _ in each] for each in parts]
