"""How long batches of a plan and their steps take, and the slices and pieces that follow from it.

Measurements are kept from one run to the next of similar plans, so that only the first of many
short fits has to measure.
"""

import itertools
import math

import numpy as np

from .primitives import EVERY_THREAD, IN_CHUNKS, OWNER
from .shares import ROW_SHARE

SLICE_SECONDS = 0.05
MOST_TOGETHER = 64  # steps of blocks that run together before it is known how long each takes
_MOST_KEPT = 32


class Timings:
    """How long the batches of a plan take, and the steps of a long one.

    Attributes
    ----------
    batch : float
        Seconds of a batch, 0 until one was measured.
    steps : dict of int to float
        Seconds of each step on one thread, by its row in the plan; empty until a long batch ran.
    """

    def __init__(self):
        self.batch = 0.0
        self.steps: dict[int, float] = {}

    def is_long(self, guess: float) -> bool:
        """Whether a batch is to run in pieces; the guess is conservative."""
        if self.batch:
            return self.batch > 2 * SLICE_SECONDS
        return guess > 8 * SLICE_SECONDS

    def n_batches(self, guess: float) -> int:
        """Return how many batches fill a slice."""
        return math.ceil(SLICE_SECONDS / (self.batch or guess))

    def pieces(self, owners: np.ndarray, batch_size: int):
        """Yield the first step of each piece, the step after its last, and in how many parts.

        Several short steps run together, a long one on some of the batch's rows at a time, if
        threads share them. ``owners`` are those of all rows of the plan.
        """
        times, n_rows = self.steps, len(owners)
        steps = [*times, n_rows]
        first, seconds = steps[0], 0.0
        for step, following in itertools.pairwise(steps):
            alone = times[step]
            if step > first and seconds + alone > SLICE_SECONDS:
                yield first, step, 1
                first, seconds = step, 0.0
            seconds += alone
            if alone > SLICE_SECONDS:
                shared = owners[step] == EVERY_THREAD
                yield step, following, n_parts(alone, batch_size) if shared else 1
                first, seconds = following, 0.0
        if first < n_rows:
            yield first, n_rows, 1

    def correct(self, seconds: float) -> None:
        """Note how long all pieces took: steps were timed on a single thread and cold caches."""
        factor = seconds / sum(self.steps.values())
        self.steps = {step: factor * alone for step, alone in self.steps.items()}


def n_parts(seconds: float, batch_size: int) -> int:
    """Return in how many parts to run a batch's rows, which take so many seconds in all."""
    return min(max(1, math.ceil(batch_size / ROW_SHARE)), math.ceil(seconds / SLICE_SECONDS))


class UntimedSteps:
    """The steps of a plan in groups to be timed together, each as large as the last one allows.

    A step that threads share is a group of its own. Steps of blocks, of which a wide network has
    thousands, run together once each of their kernels was timed.

    Parameters
    ----------
    rows : ndarray of shape (n_steps, ROW_FIELDS), int64
    n_prepare : int
        Rows at the beginning that are left out.
    """

    def __init__(self, rows: np.ndarray, n_prepare: int):
        self._steps = np.flatnonzero(rows[:, OWNER] != IN_CHUNKS)[n_prepare:].tolist()
        self._rows = rows
        self._known: set[int] = set()
        self._together = 1
        self.seconds: dict[int, float] = {}

    def next_group(self) -> list[int]:
        """Return the steps to run next, which follow one another in the plan; [] at the end."""
        begin = len(self.seconds)
        group = self._steps[begin : begin + 1]
        if not group or not self._may_join(group[0]):
            return group
        for step in self._steps[begin + 1 : begin + self._together]:
            if not self._may_join(step):
                break
            group.append(step)
        return group

    def _may_join(self, step):
        return self._rows[step, OWNER] != EVERY_THREAD and int(self._rows[step, 0]) in self._known

    def note(self, group: list[int], seconds: float) -> None:
        """Note how long a group took."""
        self.seconds.update(dict.fromkeys(group, seconds / len(group)))
        kernels = {int(kernel) for kernel in self._rows[group, 0]}
        if not kernels <= self._known:
            self._known |= kernels
            self._together = 1
            return
        if self._rows[group[0], OWNER] != EVERY_THREAD:
            fitting = SLICE_SECONDS / 4 * len(group) / max(seconds, 1e-9)
            self._together = int(max(1, min(2 * len(group), fitting, MOST_TOGETHER)))


_kept: dict[tuple, Timings] = {}  # without a lock, which a fork could find taken


def timings_of(rows: np.ndarray, *sizes) -> Timings:
    """Return what is known of plans with the kernels of some rows and with some sizes.

    Parameters
    ----------
    rows : ndarray of shape (n_steps, ROW_FIELDS), int64
    *sizes : hashable
        What else distinguishes plans that take different times.
    """
    key = (hash(rows[:, : OWNER + 1].tobytes()), len(rows), *sizes)
    timings = _kept.pop(key, None) or Timings()
    _kept[key] = timings  # the latest is last
    for oldest in list(_kept)[:-_MOST_KEPT]:
        _kept.pop(oldest, None)
    return timings
