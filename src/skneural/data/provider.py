"""Data that an estimator cannot read as one array: what `fit` is given in place of X."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np


class Provider(ABC):
    """What makes the data of a training by itself, such as blocks of a file or of a cluster.

    It is passed to `fit` as X. The `Dataset` that it returns has an `open_session`, which trains on
    what does not lie in this process's memory.
    """

    @abstractmethod
    def dataset(
        self,
        reader: Any,
        y: Any,
        weight: Any,
        *,
        validation: tuple[Any, Any, Any],
        known: Any,
        fitted: Any,
        incremental: bool,
        classes: Any,
    ) -> Any:
        """Return the `Dataset` to train on; the parameters are those of `DataReader.learn`.

        ``reader`` is the `DataReader` of the estimator.
        """

    def rows(self, samples: Any, dtype: np.dtype) -> Any:
        """Return the rows to predict from, an array or a source, as `Samples.check` does.

        Parameters
        ----------
        samples : Samples
            Of the estimator.
        dtype : numpy.dtype
            Of the network.
        """
        raise TypeError(f"{samples.owner}: {type(self).__name__} can only be passed to fit")

    def whole(self, samples: Any) -> Any:
        """Return all rows in memory, to validate on."""
        raise TypeError(f"{samples.owner}: {type(self).__name__} can only be passed to fit as X")

    @staticmethod
    def refuse(X: Any, owner: str, name: str = "X") -> None:
        """Raise a TypeError if X is provided in parts, for an estimator that needs it whole.

        So are data frames of dask, which no estimator reads.
        """
        _check_is_computed(X, owner, name)
        if isinstance(X, Provider):
            raise TypeError(
                f"{owner}: {name} is {type(X).__name__}, which is read in parts, but {owner} needs"
                " all rows in memory; pass an array of as many rows as fit, such as a random sample"
            )

    def with_truth(self, owner: str) -> tuple[Provider, Any, Any]:
        """Return what X is read from once, and y and the weights of its rows, None without.

        ``owner`` is an estimator's name.
        """
        raise TypeError(f"{owner}: {type(self).__name__} can only be passed to fit")

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """Raise a TypeError: what asks for an array would have all rows in memory."""
        raise TypeError(
            f"{type(self).__name__} is read in parts, by estimators of skneural that train a"
            " network, and cannot be an array. Other steps of a pipeline, cross-validation and"
            " searches need all rows in memory: pass them an array, such as a random sample, and"
            f" {type(self).__name__} to fit of the estimator that was chosen"
        )


def in_memory(values: Any) -> Any:
    """Return values as they are, those of dask and zarr as an array."""
    library = type(values).__module__.partition(".")[0]
    return np.asarray(values) if library in ("dask", "dask_expr", "zarr") else values


def _check_is_computed(X: Any, owner: str, name: str) -> None:
    """Raise a TypeError for a data frame of dask, whose rows are not known yet."""
    if type(X).__module__.startswith("dask") and hasattr(X, "npartitions") and hasattr(X, "loc"):
        raise TypeError(
            f"{owner}: {name} is a data frame of dask, which is not computed yet; pass"
            f" {name}.to_dask_array(lengths=True), which is read in parts, {name}.compute() if all"
            " rows fit in memory, or fit where the partitions are by skneural.distributed.fit"
        )
