"""A training session on rows that are in memory a window at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ..data.checks import named
from ..data.checksums import checksum
from ..data.rows import Rows
from ..engine.primitives import LOSS_SUM
from ..engine.workspace import rows_within
from ..network.network import Network
from ..network.session import TrainingSession, add_penalty
from ..training.settings import Settings, make_optimizer
from ..training.train import loss_scale
from ._pieces import PIECES_A_WINDOW, Windows
from ._reading import Feed, Memory
from ._store import Span, Store

_ROWS_OF_LBFGS = 8192  # whose gradients are computed at a time


class Unchanging:
    """The orders of the epochs, which the session draws itself from one seed.

    Attributes
    ----------
    latest : None
        What a snapshot has to keep of them.
    """

    latest: Any = None

    def __iter__(self) -> Iterator[None]:
        while True:
            yield None


class WindowedSession(TrainingSession):
    """Trains on one window of rows after another, which a thread reads ahead.

    Batches are numbered through an epoch and none crosses two windows, so that rates and random
    numbers are those of all rows in memory.

    Parameters
    ----------
    network : Network
    rows : Rows
        X is `FarRows`.
    store : Store
        That they are read from.
    settings : Settings
    seed : int
        Of the random numbers that layers and augmentations draw.
    buffer : int
        Bytes of a window.
    n_epochs : int
        After which nothing is read ahead.

    Attributes
    ----------
    plan : int
        Checksum of what the order of rows depends on besides the seed.
    """

    def __init__(
        self, network: Network, rows: Rows, store: Store, settings: Settings, seed: int,
        buffer: int, n_epochs: int,
    ):  # fmt: skip
        size = settings.rows_of_a_batch(rows.n_samples)
        if settings.is_lbfgs:
            size = min(size, _ROWS_OF_LBFGS, rows_within(network.output_bytes))
        most_rows = max(size, min(rows.n_samples, buffer // _bytes_a_row(rows)))
        memory = Memory(rows, most_rows)
        scale = loss_scale(network) if settings.is_lbfgs else 1
        with named(f"{settings.owner}: loss={settings.loss!r}"):
            super().__init__(
                network, memory.X, memory.y, memory.weight, size, make_optimizer(settings),
                settings.alpha * scale, settings.weight_decay, settings.max_grad_norm,
                settings.n_jobs, seed, settings.augmentation, settings.even,
                bounded=settings.even, n_samples=rows.n_samples,
            )
        windows = Windows(rows.n_samples, self.batch_size, settings.even, most_rows)
        self._total = _sum_of_weights(rows)
        self._memory, self._store = memory, store
        groups = store.groups(max(1, most_rows // PIECES_A_WINDOW))
        self._feed = Feed(rows, groups, windows, memory, n_epochs)
        self._is_begun = False
        mixes = settings.shuffle and not settings.is_lbfgs
        self.plan = _plan(rows.X.spans, groups if mixes else [], windows if mixes else None)

    def epoch_orders(
        self, n_samples: int, random_state: np.random.RandomState | None
    ) -> Unchanging:
        """Draw the seed of the orders of all epochs; None keeps the order of the rows."""
        if random_state is not None:
            self._feed.seed = int(random_state.randint(np.iinfo(np.int32).max))
        return Unchanging()

    def _windows(self) -> Iterator[Any]:
        if not self._is_begun:
            self._feed.first_epoch = self.n_updates // self.n_batches
            self._is_begun = True
        return self._feed.epoch()

    def _run(self, rows: np.ndarray | None, n_rows: int) -> None:
        self._runner.team.n_batches_done = 0
        for window in self._windows():
            self._runner.run(n_rows, window.order, window.batches)

    def loss_and_gradient(self) -> tuple[float, np.ndarray]:
        """Return the mean loss over all rows, penalty included, and its gradient.

        Both are summed batch by batch, in float64.
        """
        self._runner.key_noise(self.seed, self.n_updates)
        self.layer_state = np.zeros_like(self.layer_state)
        found: Any = self.gradient
        loss, gradient = 0.0, np.zeros(len(found))
        for window in self._windows():
            for batch in window.batches:
                loss += self._loss_of(window, batch)
                gradient += found
        loss += add_penalty(gradient, self.network, self.updates[0].alpha)
        return loss / self._total, gradient / self._total

    def _loss_of(self, window: Any, batch: int) -> float:
        """Run a batch; return the sum of its losses."""
        first = self._feed.windows.begin(window.batches.start)
        rows = slice(*(self._feed.windows.begin(at) - first for at in (batch, batch + 1)))
        order, shared = window.order[rows], self._runner.team.shared
        shared[LOSS_SUM] = 0.0
        self._runner.run(self.n_samples, order, range(batch, batch + 1))
        weight = self._memory.weight
        total = len(order) if weight is None else float(weight[order].sum())
        return float(shared[LOSS_SUM]) / len(order) * total

    def close(self) -> None:
        """End all threads, and close the files."""
        self._feed.close()
        self._store.close()
        super().close()


def _plan(
    spans: Sequence[Span], groups: Sequence[Sequence[Span]], windows: Windows | None
) -> int:
    """Return a checksum, which is not 0, of what the order of rows depends on besides the seed.

    Parameters
    ----------
    spans : sequence of (int, int)
        In which all rows are read in order.
    groups : sequence of sequences of (int, int)
        The pieces; empty where rows keep the order of the file.
    windows : Windows or None
        None where rows keep the order of the file.
    """
    pieces = [(number, *span) for number, group in enumerate(groups) for span in group]
    sizes = [] if windows is None else [windows.n_rows(number) for number in range(len(windows))]
    return 1 + checksum([np.array(part, np.int64) for part in (spans, pieces, sizes)])


def _bytes_a_row(rows: Rows) -> int:
    """Return the memory of a row of a window."""
    n_bytes = rows.X.bytes_a_row
    if rows.y is not rows.X:
        n_bytes += rows.y[:1].nbytes
    return n_bytes + 8 * (rows.loss_weight is not None)


def _sum_of_weights(rows: Rows) -> float:
    if rows.loss_weight is None:
        return rows.n_samples
    chosen = slice(None) if rows.among is None else rows.among
    return float(rows.loss_weight[chosen].sum())
