"""The thread that fills windows of rows, ahead of the training that reads them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import numpy as np

from ..data.rows import Rows
from ..data.sources import FarRows
from ._pieces import Windows, shuffled
from ._store import Span

_SECONDS = 0.2  # after which a waiting thread looks whether Ctrl-C was pressed
N_SLOTS = 2  # one window is trained on, the other filled


class Memory:
    """Room for two windows of rows, side by side in each array.

    Parameters
    ----------
    rows : Rows
        All rows; X is `FarRows`, and so may be y.
    n_rows : int
        Of a window.

    Attributes
    ----------
    X, y : ndarray of shape (2 * n_rows, ...)
        The same array where the targets are X.
    weight : ndarray of shape (2 * n_rows,) or None
    """

    def __init__(self, rows: Rows, n_rows: int):
        self.n_rows = n_rows
        self._rows = rows
        far, total = rows.X, N_SLOTS * n_rows
        self.X = np.zeros((total, *far.row_shape), far.dtype)
        self.y = self.X
        if rows.y is not far:
            self.y = np.zeros((total, *rows.y.shape[1:]), rows.y.dtype)
            self.y[:1] = rows.y[:1]  # a loss is tried on the first row
        self.weight = None if rows.loss_weight is None else np.ones(total)

    def place(self, slot: int, filled: int, X: np.ndarray, numbers: np.ndarray) -> None:
        """Copy rows of these numbers behind those that a slot is filled with."""
        rows = slice(slot * self.n_rows + filled, slot * self.n_rows + filled + len(X))
        self.X[rows] = X
        if self.y is not self.X:
            self.y[rows] = self._rows.y[numbers]
        if self.weight is not None:
            self.weight[rows] = self._rows.loss_weight[numbers]  # type: ignore[index]


@dataclass
class Window:
    """A window that is filled.

    Parameters
    ----------
    batches : range
        Those of the epoch that are of its rows.
    order : ndarray of shape (n_rows,), int64
        Their order, as places in the memory.
    slot : int
    """

    batches: range
    order: np.ndarray
    slot: int


class Feed:
    """Fills one window after another, in a thread of its own.

    What is read when depends on the seed and on sizes alone.

    Parameters
    ----------
    rows : Rows
        X is `FarRows`.
    groups : sequence of sequences of (int, int)
        The pieces of all rows, see `Store.groups`.
    windows : Windows
    memory : Memory
    n_epochs : int
        After so many nothing is read ahead, until a further one begins.

    Attributes
    ----------
    seed : int or None
        Of the orders of the epochs; None for that of the file. To be set before the first epoch.
    first_epoch : int
        Number of the epoch that is read first. To be set before it.
    """

    def __init__(
        self, rows: Rows, groups: Sequence[Sequence[Span]], windows: Windows, memory: Memory,
        n_epochs: int,
    ):  # fmt: skip
        self.windows, self.memory = windows, memory
        self.seed: int | None = None
        self.first_epoch = 0
        self._far: FarRows = rows.X
        self._groups = groups
        self._chosen = None
        if rows.among is not None:
            self._chosen = np.zeros(self._far.n_samples, bool)
            self._chosen[rows.among] = True
        self._n_epochs, self._n_begun = n_epochs, 0
        self._epochs = threading.Semaphore(n_epochs)
        self._free = threading.Semaphore(N_SLOTS)
        self._filled: SimpleQueue[Window | BaseException] = SimpleQueue()
        self._ended = False
        self._thread: threading.Thread | None = None

    def epoch(self) -> Iterator[Window]:
        """Yield the windows of the next epoch; each is overwritten when the next is asked for."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._fill, name="skneural-reading", daemon=True)
            self._thread.start()
        self._n_begun += 1
        if self._n_begun > self._n_epochs:
            self._epochs.release()
        for _ in range(len(self.windows)):
            yield self._next()
            self._free.release()

    def close(self) -> None:
        """End the thread, after the piece that it reads."""
        self._ended = True
        self._epochs.release()
        self._free.release()
        if self._thread is not None:
            self._thread.join()

    def _next(self) -> Window:
        while True:
            try:
                found = self._filled.get(timeout=_SECONDS)
            except Empty:
                continue
            if isinstance(found, BaseException):
                raise found
            return found

    def _fill(self) -> None:
        """Fill windows until the end: what the thread does."""
        epoch, slot = self.first_epoch, 0
        try:
            while True:
                self._epochs.acquire()
                parts: Any = self._parts(epoch)
                held = next(parts)
                for number in range(len(self.windows)):
                    self._free.acquire()
                    if self._ended:
                        return
                    held = self._fill_slot(slot, self.windows.n_rows(number), held, parts)
                    self._filled.put(self._window(epoch, number, slot))
                    slot = (slot + 1) % N_SLOTS
                epoch += 1
        except _Ended:
            return
        except BaseException as error:
            self._filled.put(error)

    def _parts(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the rows of an epoch, piece by piece, and their numbers."""
        if self.seed is None:
            pieces = [piece for group in self._groups for piece in group]
        else:
            pieces = shuffled(self._groups, np.random.RandomState([self.seed, epoch]))
        for begin, end in pieces:
            if self._ended:
                raise _Ended
            numbers = np.arange(begin, end)
            if self._chosen is not None:
                numbers = numbers[self._chosen[begin:end]]
            if len(numbers):
                X = self._far.read(begin, end)
                yield (X if len(numbers) == end - begin else X[numbers - begin]), numbers

    def _fill_slot(self, slot, n_rows, held, parts):
        """Copy the next rows to a slot; return those of the last piece that are left over."""
        filled = 0
        while True:
            X, numbers = held
            n_taken = min(n_rows - filled, len(X))
            self.memory.place(slot, filled, X[:n_taken], numbers[:n_taken])
            filled, held = filled + n_taken, (X[n_taken:], numbers[n_taken:])
            if filled == n_rows:
                return held
            held = next(parts)

    def _window(self, epoch: int, number: int, slot: int) -> Window:
        n_rows = self.windows.n_rows(number)
        order = np.arange(n_rows)
        if self.seed is not None:
            np.random.RandomState([self.seed, epoch, number]).shuffle(order)
        order += slot * self.memory.n_rows
        return Window(self.windows.batches(number), order, slot)


class _Ended(Exception):
    """Ends the reading of an epoch in the middle."""
