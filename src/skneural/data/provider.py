"""Data that an estimator cannot read as one array: what `fit` is given in place of X."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any


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
