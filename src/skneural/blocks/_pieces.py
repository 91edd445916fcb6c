"""The order in which pieces are read, and the windows that they fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..network.runner import batch_begin
from ._store import Span

PIECES_A_WINDOW = 64  # of different places, so that rows mix across all data
_LANES = 8  # groups that are read at the same time


def shuffled(groups: Sequence[Sequence[Span]], random: np.random.RandomState) -> list[Span]:
    """Return all pieces in a random order, except that those of a group keep theirs.

    Pieces of some groups come by turns, so that few files need to be open at a time.
    """
    places = random.permutation(len(groups))
    if all(len(group) == 1 for group in groups):
        return [groups[place][0] for place in places]
    waiting = [list(reversed(groups[place])) for place in reversed(places)]
    lanes = [waiting.pop() for _ in range(min(_LANES, len(waiting)))]
    pieces = []
    while lanes:
        place = random.randint(len(lanes))
        pieces.append(lanes[place].pop())
        if lanes[place]:
            continue
        if waiting:
            lanes[place] = waiting.pop()
        else:
            del lanes[place]
    return pieces


@dataclass(frozen=True)
class Windows:
    """Which batches of an epoch lie in memory at a time.

    Parameters
    ----------
    n_samples : int
        Rows of an epoch.
    batch_size : int
        Of the largest batch.
    even : bool
        Whether rows are spread evenly over the batches.
    most_rows : int
        Of a window; at least ``batch_size``.
    """

    n_samples: int
    batch_size: int
    even: bool
    most_rows: int

    @property
    def n_batches(self) -> int:
        """Batches of an epoch."""
        return -(-self.n_samples // self.batch_size)

    def __len__(self) -> int:
        return -(-self.n_batches // (self.most_rows // self.batch_size))

    def batches(self, window: int) -> range:
        """Return the batches of a window; windows have as many, up to one."""
        n_batches, n_windows = self.n_batches, len(self)
        return range(window * n_batches // n_windows, (window + 1) * n_batches // n_windows)

    def n_rows(self, window: int) -> int:
        """Return the rows of a window."""
        batches = self.batches(window)
        return self.begin(batches.stop) - self.begin(batches.start)

    def begin(self, batch: int) -> int:
        """Return the first row of a batch, in the order of the epoch."""
        return batch_begin(batch, self.n_samples, self.batch_size, self.even)
