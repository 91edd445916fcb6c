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
    def refuse(X: Any, owner: str) -> None:
        """Raise a TypeError if X is provided in parts, for an estimator that needs it whole."""
        if isinstance(X, Provider):
            raise TypeError(
                f"{owner}: X is {type(X).__name__}, which is read in parts, but {owner} needs all"
                " rows in memory; pass an array of as many rows as fit, such as a random sample"
            )

    def truth(self, owner: str) -> tuple[Any, Any]:
        """Return y and the weights of the rows, None without; ``owner`` is an estimator's name."""
        raise TypeError(f"{owner}: {type(self).__name__} can only be passed to fit")
