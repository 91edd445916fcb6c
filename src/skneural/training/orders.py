"""The order of the rows in each epoch."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

_BATCHES = 16  # among whose rows those of like length come together


def epoch_orders(
    n_samples: int, random_state: np.random.RandomState | None
) -> Iterator[np.ndarray | None]:
    """Yield the order of the rows of each epoch, drawn and composed as scikit-learn does."""
    order = None
    while True:
        if random_state is not None:
            permutation = np.arange(n_samples)
            random_state.shuffle(permutation)
            order = permutation if order is None else order[permutation]
        yield order


def by_length(
    orders: Iterator[Any],
    lengths: np.ndarray,
    batch_size: int,
    random_state: np.random.RandomState,
) -> Iterator[np.ndarray]:
    """Yield orders in which series of like length share a batch, so that few steps are padding.

    Rows are sorted by length within windows of some batches, whose order is then shuffled.

    Parameters
    ----------
    orders : iterator of ndarray of shape (n_samples,)
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
