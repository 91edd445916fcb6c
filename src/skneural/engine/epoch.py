"""The loop that runs a plan over the batches of an epoch, and the barrier of its threads."""

import numpy as np

from .compile.jit import helper, kernel
from .primitives import (
    BARRIER,
    BATCH,
    BATCH_BEGIN,
    BATCH_END,
    BATCH_SIZE,
    EVEN_BATCHES,
    EVERY_THREAD,
    FIRST,
    GENERATION,
    N_SAMPLES,
    N_THREADS,
    OWNER,
    PART,
    PREPARE,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    STEP,
    STEP_BEGIN,
    STEP_END,
    THREAD,
    atomic_add,
    atomic_load,
    call,
    integers,
    yield_thread,
)

ARRIVED, PASSED, ABANDONED = 0, 8, 9  # what is written often a cache line from what is read
LEFT = 16  # threads that found no units left
BARRIER_FIELDS = 24  # then the counters of units
SPINS = 2000  # about a microsecond or two before a waiting thread offers its core


@helper
def _run_steps(plan, begin, end, run):
    """Run the rows of a plan that are this thread's."""
    r = integers(run, RUN_FIELDS)
    for step in range(begin, end):
        row = plan + step * ROW_FIELDS * 8
        head = integers(row, 2)
        owner = head[OWNER]
        mine = owner >= 0 and owner % r[N_THREADS] == r[THREAD] and r[PART] == 0
        if mine or owner == EVERY_THREAD:
            call(head[0], row, run)


@helper
def _batch_begin(batch, run):
    """Return where a batch begins among the samples."""
    r = integers(run, RUN_FIELDS)
    if r[EVEN_BATCHES] > 0:
        return batch * r[N_SAMPLES] // r[EVEN_BATCHES]
    return min(batch * r[BATCH_SIZE], r[N_SAMPLES])


@kernel
def run_batches(plan, run):
    """Run a plan for every batch of the slice."""
    r = integers(run, RUN_FIELDS)
    first_step = r[STEP]
    _run_steps(plan, 0, r[PREPARE], run)
    for batch in range(r[BATCH_BEGIN], r[BATCH_END]):
        r[BATCH] = batch
        r[STEP] = first_step + batch
        r[FIRST] = _batch_begin(batch, run)
        r[ROWS] = _batch_begin(batch + 1, run) - r[FIRST]
        _run_steps(plan, r[STEP_BEGIN], r[STEP_END], run)
    r[STEP] = first_step


@helper
def wait_for(counters, number, least):
    """Wait until a counter has come to some number, or the fit is abandoned."""
    spins = 0
    while atomic_load(counters, number) < least:
        spins += 1
        if spins > SPINS:
            if atomic_load(counters, ABANDONED) > 0:
                break
            yield_thread()


@kernel
def barrier(row, run):
    """Wait until every thread of the fit has come here."""
    r = integers(run, RUN_FIELDS)
    n_threads = r[N_THREADS]
    if n_threads > 1:
        generation = r[GENERATION] + 1
        r[GENERATION] = generation
        state = integers(r[BARRIER], BARRIER_FIELDS)
        if atomic_add(state, ARRIVED, np.int64(1)) == n_threads * generation - 1:
            atomic_add(state, PASSED, np.int64(1))
        else:
            wait_for(state, PASSED, generation)
