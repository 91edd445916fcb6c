"""A finished plan with the threads that run it."""

from __future__ import annotations

import numpy as np

from ..engine.epoch import run_batches
from ..engine.plan import Plan
from ..engine.primitives import (
    BATCH_SIZE,
    BY_SPANS,
    CLIP_FACTOR,
    EVEN_BATCHES,
    FAILED,
    N_SAMPLES,
    ORDER,
    SEED,
    STEP,
)
from ..engine.rows import rows_of
from ..engine.scratch import scratch_bytes
from ..engine.steps import Step
from ..engine.threads import Team
from ..engine.timings import timings_of

_FLOPS_PER_SECOND = 2e9  # a careful guess, until a batch has been timed
_FLOPS_PER_THREAD = 4e6  # less work than this in a batch does not repay another thread


def useful_threads(plan: Plan) -> int:
    """Return the most threads that gain anything."""
    return max(1, int(plan.flops / _FLOPS_PER_THREAD))


def batch_begin(batch: int, n_samples: int, batch_size: int, even: bool) -> int:
    """Return the first row of a batch of an epoch, in the epoch's order."""
    if even:
        return batch * n_samples // -(-n_samples // batch_size)
    return min(batch * batch_size, n_samples)


class UserFunctionError(RuntimeError):
    """A user's function, of a loss, raised an exception in compiled code."""


class Runner:
    """A finished plan with the threads that run it.

    ``even`` says whether rows are spread evenly over the batches, or all but the last are full.
    """

    def __init__(
        self, plan: Plan, steps: list[Step], n_jobs: int | None, prepare=(), even: bool = False
    ):
        self.plan, self.even = plan, even
        self.dtype = plan.dtype
        prepare = list(prepare)
        self.n_prepare = len(prepare)
        self.rows = rows_of([*prepare, *steps], plan.dtype, [run_batches, *plan.needed_kernels])
        block = -(-plan.scratch_bytes // 8)
        self.team = Team(n_jobs, useful_threads(plan), scratch_bytes(block, 8))
        self.states = self.team.states
        self.states[:, BATCH_SIZE] = plan.batch_size
        self.states[:, BY_SPANS] = plan.by_spans
        self.seconds_guess = plan.flops / _FLOPS_PER_SECOND + 1e-5
        size = plan.batch_size, int(plan.flops).bit_length(), self.team.size
        self.team.timings = timings_of(self.rows, self.n_prepare, plan.dtype, *size)

    def run(
        self, n_samples: int, order: np.ndarray | None = None, batches: range | None = None
    ) -> None:
        """Run over the batches of some samples, in an order.

        ``batches`` are those of an epoch that are run, None for all; ``order`` is then that of
        their rows alone.
        """
        states = self.states
        n_batches = -(-n_samples // self.plan.batch_size)
        batches = range(n_batches) if batches is None else batches
        states[:, N_SAMPLES] = n_samples
        states[:, EVEN_BATCHES] = n_batches if self.even else 0
        states[:, ORDER] = 0
        if order is not None:
            begin = batch_begin(batches.start, n_samples, self.plan.batch_size, self.even)
            states[:, ORDER] = order.ctypes.data - order.itemsize * begin
        self.team.shared[CLIP_FACTOR] = 1.0
        self.team.run(
            self.rows, self.n_prepare, self.dtype, batches.stop, self.seconds_guess, batches.start
        )
        if np.count_nonzero(states[:, FAILED]):
            states[:, FAILED] = 0
            raise UserFunctionError(
                "a user's function raised an exception in compiled code, such as for an index out"
                " of bounds; with NUMBA_DISABLE_JIT=1 the exception itself is raised"
            )

    def key_noise(self, seed: int, n_updates: int) -> None:
        """Set the keys of random numbers."""
        self.states[:, SEED] = seed
        self.states[:, STEP] = n_updates
