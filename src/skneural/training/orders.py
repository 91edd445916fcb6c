"""The order of the rows in each epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

_BATCHES = 16  # among whose rows those of like length come together


class EpochOrders:
    """The order of the rows of each epoch, drawn and composed as scikit-learn does.

    Parameters
    ----------
    n_samples : int
    random_state : RandomState or None
        None keeps the order.

    Attributes
    ----------
    latest : ndarray of shape (n_samples,) or None
        Of the last epoch; None before the first, and where the order is kept.
    """

    def __init__(self, n_samples: int, random_state: np.random.RandomState | None):
        self.n_samples = n_samples
        self.random_state = random_state
        self.latest: np.ndarray | None = None

    def __iter__(self) -> Iterator[np.ndarray | None]:
        while True:
            if self.random_state is not None:
                permutation = np.arange(self.n_samples)
                self.random_state.shuffle(permutation)
                self.latest = permutation if self.latest is None else self.latest[permutation]
            yield self.latest


def by_length(
    orders: Iterable[Any],
    lengths: np.ndarray,
    batch_size: int,
    random_state: np.random.RandomState,
) -> Iterator[np.ndarray]:
    """Yield orders in which series of like length share a batch, so that few steps are padding.

    Rows are sorted by length within windows of some batches, whose order is then shuffled.

    Parameters
    ----------
    orders : iterable of ndarray of shape (n_samples,)
    lengths : ndarray of shape (n_samples,), int64
        Steps of each series.
    batch_size : int
    random_state : RandomState
    """
    window = _BATCHES * batch_size
    for order in orders:
        parts = []
        for begin in range(0, len(lengths), window):
            rows = order[begin : begin + window]
            rows = rows[np.argsort(-lengths[rows], kind="stable")]
            parts += [rows[at : at + batch_size] for at in range(0, len(rows), batch_size)]
        whole = [part for part in parts if len(part) == batch_size]
        rest = [part for part in parts if len(part) < batch_size]
        shuffled = [whole[place] for place in random_state.permutation(len(whole))]
        yield np.concatenate([*shuffled, *rest])
