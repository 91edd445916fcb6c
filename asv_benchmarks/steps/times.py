"""The time of each step of a training plan, run as in an epoch, on one thread."""

from __future__ import annotations

import time

import numpy as np

from skneural.engine.compile import jit
from skneural.engine.epoch import barrier, run_batches
from skneural.engine.primitives import (
    BATCH_BEGIN,
    BATCH_END,
    CHUNK_BEGIN,
    CHUNK_END,
    COEFFICIENTS,
    EVERY_THREAD,
    FIELDS,
    IN_CHUNKS,
    N_PARTS,
    N_SAMPLES,
    N_THREADS,
    OWNER,
    PART,
    PREPARE,
    STEP_BEGIN,
    STEP_END,
)
from skneural.engine.units import in_chunks
from skneural.network.session import TrainingSession

RATE = 1e-6  # so small that the weights stay as they are


class StepTimer:
    """Runs the first batch of a session step by step, in the plan's order and chunks.

    Parameters
    ----------
    session : TrainingSession
        Trained for an epoch before, and with one thread.
    """

    def __init__(self, session: TrainingSession):
        runner = session._runner
        dtype = runner.dtype
        self.rows, self.n_prepare = runner.rows.copy(), runner.n_prepare
        self.batch_size, self.session = runner.plan.batch_size, session
        self.loop, self.barrier = run_batches.address(dtype), barrier.address(dtype)
        self.in_chunks = in_chunks.address(dtype)
        self.state = runner.states[:1]
        rates, progress = np.full(session.n_batches, RATE), session._schedule(None)
        self.coefficients = session._coefficients(rates, progress, first=0)
        self.state[0, [N_THREADS, N_PARTS, BATCH_END]] = 1
        self.state[0, [BATCH_BEGIN, PART, PREPARE]] = 0
        self.state[0, N_SAMPLES] = session.n_samples
        self.state[0, COEFFICIENTS] = self.coefficients.ctypes.data

    def batch(self) -> float:
        """Seconds of the whole batch in one call."""
        return self._seconds(self.n_prepare, len(self.rows))

    def steps(self) -> np.ndarray:
        """Seconds of each step of one batch, those of chunks added up, without the calls' cost."""
        times = np.zeros(len(self.rows))
        place = self.n_prepare
        while place < len(self.rows):
            if self.rows[place, 0] != self.in_chunks:
                times[place] = self._alone(place)
                place += 1
                continue
            n_steps, n_rows = self.rows[place, FIELDS : FIELDS + 2]
            for begin in range(0, self.batch_size, n_rows):
                end = min(self.batch_size, begin + n_rows)
                self.state[0, [CHUNK_BEGIN, CHUNK_END]] = begin, end
                for step in range(place + 1, place + 1 + n_steps):
                    times[step] += self._alone(step)
            self.state[0, [CHUNK_BEGIN, CHUNK_END]] = 0
            place += 1 + n_steps
        return times

    def call_cost(self) -> float:
        """Seconds of running a step that does nothing, to be taken from every step."""
        nothing = np.flatnonzero(self.rows[:, 0] == self.barrier)[-1]
        return min(self._seconds(nothing, nothing + 1) for _ in range(1000))

    def _alone(self, step: int) -> float:
        owner = self.rows[step, OWNER]
        if owner == IN_CHUNKS:
            self.rows[step, OWNER] = EVERY_THREAD
        seconds = self._seconds(step, step + 1)
        self.rows[step, OWNER] = owner
        return max(0.0, seconds - getattr(self, "cost", 0.0))

    def _seconds(self, begin: int, end: int) -> float:
        self.state[0, [STEP_BEGIN, STEP_END]] = begin, end
        start = time.perf_counter()
        jit.call_address(self.loop, self.rows.ctypes.data, self.state.ctypes.data)
        return time.perf_counter() - start


def measure(session: TrainingSession, repeats: int) -> tuple[np.ndarray, float]:
    """Least seconds of each step over some batches, and of the batch as a whole."""
    timer = StepTimer(session)
    timer.cost = timer.call_cost()
    steps, batch = timer.steps(), timer.batch()
    for _ in range(repeats):
        steps = np.minimum(steps, timer.steps())
        batch = min(batch, timer.batch())
    return steps, batch
