"""Partitions in place of X: what is learned from them, and their session."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from ..data.checks import named
from ..data.provider import Provider
from ..data.reader import DataReader, Dataset
from ..data.rows import Rows, joined
from ..data.samples import Samples
from ..data.sources.base import Source
from ..network.network import Network
from ..training.settings import Settings
from ._cluster import Cluster, Partition, package
from ._sessions import RemoteSession, session_on
from ._splits import Split, split_each
from ._survey import (
    Report,
    check_looks,
    checksum_of,
    look,
    reader_of,
    report,
    rows_at,
    rows_held_back,
)

_OF_TRAINING = ("_skl_callbacks", "_record", "_solver_state", "more_networks_")


@dataclass(frozen=True)
class Method:
    """How partitions are trained on; see `skneural.distributed.fit`."""

    name: str
    local_updates: int | None


@dataclass(frozen=True)
class Pieces:
    """The partitions of a fit that have rows.

    Parameters
    ----------
    cluster : Cluster
    partitions : list of Partition
    lengths : list of int
        Rows of each.
    estimator : NetworkEstimator
        What reads them.
    targets : object
        Learned from all of them.
    dtype : dtype
        Of the network.
    n_threads : list of int
        That each may use.
    splits : list of Split or None, default=None
        Which rows are held back.
    """

    cluster: Cluster
    partitions: list[Partition]
    lengths: list[int]
    estimator: Any
    targets: Any
    dtype: np.dtype
    n_threads: list[int]
    splits: list[Split] | None = None

    @property
    def sizes(self) -> list[int]:
        """Rows of each partition to train on."""
        if self.splits is None:
            return self.lengths
        return [split.n_rows - split.n_held for split in self.splits]

    def split_of(self, place: int) -> Split | None:
        """Return the split of a partition."""
        return None if self.splits is None else self.splits[place]

    def each(self, function: Any, arguments: Sequence[tuple], places: Sequence[int]) -> list[Any]:
        """Return what a function of arguments and data gives for some partitions."""
        chosen = [self.partitions[place] for place in places]
        pairs = zip(arguments, chosen, strict=True)
        futures = [
            self.cluster.submit(function, *given, *part.data, near=part.near)
            for given, part in pairs
        ]
        return self.cluster.results(futures, [part.name for part in chosen])


class PartitionedRows(Source):
    """Rows that lie on workers; those that are asked for are fetched."""

    def __init__(self, pieces: Pieces):
        self._pieces = pieces
        self.n_samples = sum(pieces.sizes)
        self.columns = int(np.prod(pieces.estimator._samples().shape))

    def addresses(self, dtype: np.dtype, scale: float) -> tuple[int, ...]:
        """Raise a ValueError: kernels of this process cannot read them."""
        owner = self._pieces.cluster.owner
        raise ValueError(f"{owner}: what trains on all rows of X at once can't be distributed")

    def add_gathering(self, plan: Any, buffer: Any, scale: float = 1.0) -> None:
        """Raise a ValueError, as `addresses`."""
        self.addresses(plan.dtype, scale)

    def first_row(self, dtype: np.dtype) -> np.ndarray:
        """Return the numbers of the first sample, shape (columns,)."""
        return np.asarray(self.take(np.arange(1)), dtype).ravel()

    def take(self, indices: np.ndarray) -> Any:
        """Return some rows as the network reads them."""
        pieces, indices = self._pieces, np.asarray(indices)
        ends = np.cumsum(pieces.sizes)
        owners = np.searchsorted(ends, indices, side="right")
        chosen = [int(place) for place in np.unique(owners)]
        firsts = ends - pieces.sizes
        arguments = [
            (pieces.estimator, pieces.dtype, pieces.split_of(p), indices[owners == p] - firsts[p])
            for p in chosen
        ]
        found = joined(pieces.each(rows_at, arguments, chosen))
        return found[np.argsort(np.argsort(owners, kind="stable"), kind="stable")]

    def checksum(self) -> int:
        """Return a number by which the rows are known again."""
        places = range(len(self._pieces.partitions))
        sums = self._pieces.each(checksum_of, [()] * len(places), places)
        return hash((tuple(sums), tuple(self._pieces.sizes)))


@dataclass(frozen=True)
class PartitionedDataset(Dataset):
    """Data of partitions; ``rows`` has of the targets only what a loss has to know."""

    pieces: Any = None
    method: Any = None

    def hold_back(
        self, fraction: float, scored: bool, random_state: np.random.RandomState, owner: str
    ) -> Dataset:
        """Split off rows of each partition, which are fetched."""
        pieces: Pieces = self.pieces
        splits = split_each(pieces.lengths, fraction, random_state, owner)
        places = [place for place, split in enumerate(splits) if split.n_held]
        found = pieces.each(rows_held_back, [(splits[place],) for place in places], places)
        X, y, weight = (joined(parts) for parts in zip(*found, strict=True))
        held_back = reader_of(pieces.estimator).more_rows(
            X, y, weight, self.targets, self.dtype, "validation rows"
        )
        pieces = replace(pieces, splits=splits)
        return replace(
            self, pieces=pieces, held_back=held_back, open_session=opening(pieces, self.method),
            rows=replace(self.rows, X=PartitionedRows(pieces)),
        )


def opening(pieces: Pieces, method: Method) -> Any:
    """Return what opens the session on partitions."""

    def open_session(
        network: Network, rows: Rows, settings: Settings, seed: int
    ) -> RemoteSession:
        return session_on(pieces, method, network, settings, seed)

    return open_session


class Partitions(Provider):
    """The partitions of a dask array or data frame, passed to an estimator's `fit` as X.

    Parameters
    ----------
    cluster : Cluster
    partitions : list of Partition
    given : tuple of X, y and weights
        As the user passed them.
    method : Method
    """

    def __init__(
        self, cluster: Cluster, partitions: list[Partition], given: tuple, method: Method
    ):
        self._cluster, self._all = cluster, partitions
        self._given, self._method = given, method

    def dataset(
        self, reader: DataReader, y: Any, weight: Any, *, validation: tuple[Any, Any, Any],
        known: Any, fitted: Any, incremental: bool, classes: Any,
    ) -> Dataset:
        """Return what was learned from the partitions, and what opens a session on them."""
        cluster, owner = self._cluster, reader.samples.owner
        names, first = [part.name for part in self._all], known is None
        looks = cluster.results([cluster.submit(look, *part.data) for part in self._all], names)
        filled = check_looks(looks, owner)
        lengths = [looks[number].n_rows for number in filled]
        partitions, n_threads = cluster.placed([self._all[number] for number in filled], lengths)
        dtypes = reader.samples.accepted_dtypes() if first else fitted
        X, y, _ = looks[filled[0]].head
        with named(f"{owner}, {partitions[0].name}"):
            X, y = reader.check(X, y, dtypes, first)
        dtype = reader.samples.network_dtype(X, fitted)
        estimator = reader.samples.estimator
        _refuse(estimator, reader.samples, y)
        if first:
            reader.samples.learn_range(X, None)
        reading = cluster.keep(_reading(estimator))
        futures = [
            cluster.submit(report, reading, dtype, part.name, *part.data, near=part.near)
            for part in partitions
        ]
        reports = cluster.results(futures, [part.name for part in partitions])
        if first:
            extremes = [[each.low] for each in reports], [[each.high] for each in reports]
            reader.samples.learn_range(np.concatenate(extremes), None)
        targets, labels = _targets(reader, reports, known)
        pieces = Pieces(
            cluster, partitions, lengths, _reading(estimator), targets, dtype, n_threads
        )
        held_back = None
        if validation[0] is not None:
            X, y, weight = package("dask").compute(*validation)
            what = "validation data X_val and y_val"
            held_back = reader.more_rows(X, y, weight, targets, dtype, what, "sample_weight_val")
        with named(f"{owner}: y"):
            encoded = targets.encode(labels, dtype)
        return PartitionedDataset(
            Rows(PartitionedRows(pieces), encoded, None, labels, None), targets, dtype, held_back,
            [partial(_as_passed, part) for part in self._given],
            open_session=opening(pieces, self._method), pieces=pieces, method=self._method,
        )


def _as_passed(part: Any) -> Any:
    return part


def _refuse(estimator: Any, samples: Samples, y: Any) -> None:
    """Raise a ValueError where a fit needs more of all rows than partitions are asked for."""
    owner = type(estimator).__name__
    if type(samples).prepare is not Samples.prepare:
        raise ValueError(
            f"{owner} learns categories and quantiles from all rows, and can't be distributed; use"
            " an MLP on encoded columns"
        )
    if "feature_scale_" in vars(estimator):
        raise ValueError(
            f"{owner}: normalize={estimator.normalize!r} learns from all rows; use normalize=None,"
            " and standardise before"
        )
    if is_classifier(estimator) and y.ndim > 2:
        raise ValueError(f"{owner}: masks as y can't be distributed")


def _reading(estimator: Any) -> Any:
    """Return a copy that has what is needed to read data."""
    own = copy.copy(estimator)
    for name in _OF_TRAINING:
        vars(own).pop(name, None)
    own.scoring = None  # the user's function may be of this process alone
    return own


def _targets(reader: DataReader, reports: Sequence[Report], known: Any) -> tuple[Any, Any]:
    """Return the targets learned, and the labels that there are, or the extreme numbers."""
    labels, rules = np.concatenate([each.targets for each in reports]), reader.rules
    first = known is None
    if not is_classifier(reader.samples.estimator):
        return rules.learn(labels, known, first, False), labels
    several = np.concatenate([labels] * 3)  # or scikit-learn takes labels for numbers, and warns
    targets = rules.learn(several, known, first, False)
    counts = np.concatenate([each.counts for each in reports])
    with named(reader.samples.owner):
        return rules.weigh(targets, labels, counts, training=True)[0], labels
