"""The threads of one fit, and how fits at the same time share the cores.

Workers are Python threads that wait in Python between slices of an epoch and run the same plan
without the interpreter's lock during one. The caller is the first of them. A slice is short, so
that Ctrl-C takes effect soon. The number of threads may change between slices; it never changes a
result.
"""

import os
import sys
import threading
import time

import numpy as np

from .buffers import address_of
from .compile.calls import call_address, is_interpreted
from .compile.interrupts import late_interrupt
from .cores import available_cores, n_threads
from .epoch import ABANDONED, run_batches
from .primitives import (
    BARRIER,
    BATCH_BEGIN,
    BATCH_END,
    BATCH_SIZE,
    CHUNK_BEGIN,
    CHUNK_END,
    EVERY_THREAD,
    GENERATION,
    N_PARTS,
    N_SAMPLES,
    N_THREADS,
    OWNER,
    PART,
    PREPARE,
    RUN_FIELDS,
    SCRATCH,
    SHARED,
    SHARED_FIELDS,
    STEP_BEGIN,
    THREAD,
)
from .shares import ROW_SHARE
from .timings import SLICE_SECONDS, Timings, UntimedSteps, n_parts
from .units import counters_of

_WORTH_THREADS = 2e-4  # seconds that a slice takes at least if threads share it
_GROWTH = 8  # how much larger a slice may be than the one before, which took how long it may take


class _Cores:
    """The cores of the process, shared by the fits that run at the same time."""

    def __init__(self):
        self.lock = threading.Lock()
        self.busy = 0

    def take(self, wanted, limit):
        with self.lock:
            taken = max(1, min(wanted, limit - self.busy))
            self.busy += taken
            return taken

    def give_back(self, taken):
        with self.lock:
            self.busy -= taken


_cores = _Cores()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_cores.__init__)


class Team:
    """Runs plans on several threads.

    Parameters
    ----------
    n_jobs : int or None
        Threads to use: exactly so many, or, if None or negative, what `n_threads` says and no more
        than are free.
    useful : int
        Most threads that gain anything.
    scratch_bytes : int
        Memory of its own that each thread needs.
    """

    def __init__(self, n_jobs: int | None, useful: int, scratch_bytes: int):
        self.size = n_threads(n_jobs, useful)
        is_free = self.size == 1 or (n_jobs is not None and n_jobs > 0)
        self.limit = sys.maxsize if is_free else available_cores()  # with fits at the same time
        self.wanted = self.size  # of the next run; fewer where there is little to do
        self.states = np.zeros((self.size, RUN_FIELDS), np.int64)
        self._scratch = np.zeros(self.size * (scratch_bytes + 64), np.uint8)
        self.shared = np.zeros(SHARED_FIELDS)
        self._barrier = np.zeros(counters_of(self.size), np.int64)
        start = -self._scratch.ctypes.data % 64 + self._scratch.ctypes.data
        stride = scratch_bytes // 64 * 64
        self.states[:, THREAD] = np.arange(self.size)
        self.states[:, SCRATCH] = start + stride * np.arange(self.size)
        self.states[:, SHARED] = self.shared.ctypes.data
        self.states[:, BARRIER] = self._barrier.ctypes.data
        self._base = address_of(self.states)
        self._workers: list[_Worker] = []
        self.timings = Timings()  # of the plan to be run
        self.n_batches_done = 0

    def run(
        self, rows: np.ndarray, n_prepare: int, dtype, n_batches: int, seconds_guess: float,
        first: int = 0,
    ) -> None:  # fmt: skip
        """Run a plan for batches ``first`` to ``n_batches``, in slices.

        Parameters
        ----------
        rows : ndarray of shape (n_steps, ROW_FIELDS), int64
        n_prepare : int
            How many of the rows run once, before batch 0.
        dtype : numpy.dtype
        n_batches : int
        seconds_guess : float
            What a batch may take, until it has been measured.
        first : int, default=0
            The batch to begin with.
        """
        loop, timings = run_batches.address(dtype), self.timings
        batch = self.n_batches_done = first
        while batch < n_batches:
            end = min(n_batches, batch + timings.n_batches(seconds_guess))
            begun = time.perf_counter()
            is_long = timings.is_long(seconds_guess)
            alone = is_interpreted(loop) or (is_long and not timings.steps)
            taken = _cores.take(1 if alone else self.wanted, self.limit)
            try:
                self._prepare_slice(taken, batch, end, n_prepare if batch == 0 else 0)
                if not is_long:
                    self._slice(taken, loop, rows, n_prepare, len(rows))
                elif timings.steps:
                    self._run_piecemeal(taken, loop, rows)
                else:
                    self._time_steps(loop, rows, n_prepare, timings.batch or seconds_guess)
            finally:
                _cores.give_back(taken)
            timings.batch = max(1e-7, (time.perf_counter() - begun) / (end - batch))
            batch = self.n_batches_done = end

    def _run_piecemeal(self, taken, loop, rows):
        """Run a long batch in pieces: several short steps, or some rows of a long one."""
        begun = time.perf_counter()
        for piece in self.timings.pieces(rows[:, OWNER], int(self.states[0, BATCH_SIZE])):
            self._run_parts(taken, loop, rows, *piece)
        self.timings.correct(time.perf_counter() - begun)

    def _run_parts(self, taken, loop, rows, step, end, n_parts):
        for part in range(n_parts):
            self.states[:taken, PART : N_PARTS + 1] = part, n_parts
            self._slice(taken, loop, rows, step, end)
            self.states[:taken, PREPARE] = 0

    def _time_steps(self, loop, rows, n_prepare, seconds):
        """Run a long batch for the first time, on one thread, and measure its steps."""
        untimed = UntimedSteps(rows, n_prepare)
        parts = n_parts(seconds, int(self.states[0, BATCH_SIZE]))
        while group := untimed.next_group():
            first, begun = group[0], time.perf_counter()
            shared = rows[first, OWNER] == EVERY_THREAD
            self._run_parts(1, loop, rows, first, group[-1] + 1, parts if shared else 1)
            untimed.note(group, time.perf_counter() - begun)
        self.timings.steps = untimed.seconds  # all of them, or none where Ctrl-C came between

    def run_rows(self, plan: np.ndarray, dtype, n_rows: int) -> None:
        """Run a plan of one step that goes by rows, in slices of as many as may be run at a time.

        Parameters
        ----------
        plan : ndarray of shape (1, ROW_FIELDS), int64
        dtype : numpy.dtype
        n_rows : int
        """
        loop = run_batches.address(dtype)
        self.states[:, N_SAMPLES] = self.states[:, BATCH_SIZE] = n_rows
        begin, n_together, seconds_a_row = 0, ROW_SHARE, 0.0
        while begin < n_rows:
            end = min(n_rows, begin + n_together)
            is_short = seconds_a_row * (end - begin) < _WORTH_THREADS
            taken = _cores.take(1 if is_short or is_interpreted(loop) else self.size, self.limit)
            begun = time.perf_counter()
            try:
                self._prepare_slice(taken, 0, 1, 0)
                bounds = np.linspace(begin, end, taken + 1).astype(np.int64)
                self.states[:taken, CHUNK_BEGIN], self.states[:taken, CHUNK_END] = (
                    bounds[:-1], bounds[1:]
                )
                self._slice(taken, loop, plan, 0, 1)
            finally:
                _cores.give_back(taken)
            seconds_a_row = max(1e-10, (time.perf_counter() - begun) / (end - begin))
            begin, fitting = end, int(SLICE_SECONDS / seconds_a_row)
            n_together = max(ROW_SHARE, min(_GROWTH * n_together, fitting))

    def _prepare_slice(self, taken, batch, end, prepare):
        states = self.states[:taken]
        states[:, BATCH_BEGIN : BATCH_END + 1] = batch, end
        states[:, PREPARE : N_PARTS + 1] = prepare, 0, 1
        states[:, N_THREADS] = taken

    def _slice(self, taken, loop, rows, step, step_end):
        """Run some steps for the batches of a slice."""
        self.states[:taken, STEP_BEGIN : GENERATION + 1] = step, step_end, 0
        if taken == 1:
            call_address(loop, address_of(rows), self._base)
            return
        self._barrier[:] = 0
        with late_interrupt():
            self._run_together(loop, address_of(rows), taken)

    def _run_together(self, loop, plan, taken):
        base, n_missing = self._base, taken - 1 - len(self._workers)
        self._workers += [_Worker() for _ in range(n_missing)]
        workers = self._workers[: taken - 1]
        try:
            for number, worker in enumerate(workers, start=1):
                worker.begin(loop, plan, base + number * RUN_FIELDS * 8)
            call_address(loop, plan, base)
        except BaseException:
            self._barrier[ABANDONED] = 1  # or the workers would wait for this thread for ever
            raise
        finally:
            for worker in workers:
                worker.wait()

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.end()
        self._workers = []


class _Worker:
    """A thread that runs what it is given and then waits for more."""

    def __init__(self):
        self._work = threading.Semaphore(0)
        self._done = threading.Event()
        self._task = None
        self._thread = threading.Thread(target=self._loop, name="skneural", daemon=True)
        self._thread.start()

    def begin(self, loop, plan, state):
        self._done.clear()
        self._task = (loop, plan, state)
        self._work.release()

    def wait(self):
        self._done.wait()

    def end(self):
        self._task = None
        self._work.release()
        self._thread.join()

    def _loop(self):
        while True:
            self._work.acquire()
            if self._task is None:
                return
            try:
                call_address(*self._task)
            finally:
                self._done.set()
