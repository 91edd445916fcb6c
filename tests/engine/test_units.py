"""Units of a batch: each is run once, in a chain after what it builds on, by whoever is free."""

import contextlib

import numpy as np
import pytest

from _helpers import team_of
from skneural.engine import timings
from skneural.engine.compile import jit
from skneural.engine.compile.jit import kernel
from skneural.engine.epoch import ABANDONED, BARRIER_FIELDS, barrier
from skneural.engine.primitives import (
    BARRIER,
    BATCH,
    BATCH_SIZE,
    EVERY_THREAD,
    IN_CHUNKS,
    N_PARTS,
    N_SAMPLES,
    N_THREADS,
    PART,
    ROWS,
    RUN_FIELDS,
    THREAD,
    atomic_add,
    integers,
    yield_thread,
)
from skneural.engine.rows import rows_of
from skneural.engine.shares import share_begin, share_end
from skneural.engine.steps import Step
from skneural.engine.units import counters_of, in_chunks

FLOAT64 = np.dtype(np.float64)
pytestmark = pytest.mark.usefixtures("no_leaked_threads")


@kernel
def mark_after(row, run):
    """Mark each row, and count those whose mark was not that of the group before.

    Every other batch the last of the threads takes long about it.
    """
    field, r = integers(row, 5), integers(run, RUN_FIELDS)
    marks, link, wrong = integers(field[2], r[ROWS]), field[3], integers(field[4], 1)
    slow = r[BATCH] % 2 == 1 and r[THREAD] == r[N_THREADS] - 1
    for i in range(share_begin(r[ROWS], run), share_end(r[ROWS], run)):
        if marks[i] % 8 != link:
            atomic_add(wrong, 0, np.int64(1))
        for _ in range(50 if slow else 0):
            yield_thread()
        marks[i] += 1


@kernel
def start_anew(row, run):
    """Set the marks of the batch to 0."""
    field, r = integers(row, 3), integers(run, RUN_FIELDS)
    marks = integers(field[2], r[ROWS])
    for i in range(share_begin(r[ROWS], run), share_end(r[ROWS], run)):
        marks[i] = 0


@kernel
def mark_threads(row, run):
    """Write the thread that has each row; the last of the threads takes long about it."""
    r = integers(run, RUN_FIELDS)
    marks = integers(integers(row, 3)[2], r[ROWS])
    for i in range(share_begin(r[ROWS], run), share_end(r[ROWS], run)):
        marks[i] = r[THREAD]
        for _ in range(20000 if r[THREAD] == r[N_THREADS] - 1 else 0):
            yield_thread()


def chain_of(groups, marks, wrong):
    """A plan of one step a group, (rows of a chunk, spans that share a sum) each."""
    wait = Step(barrier, (), EVERY_THREAD)
    steps = [wait, Step(start_anew, (marks.ctypes.data,), EVERY_THREAD), wait]
    for link, (n_rows, together) in enumerate(groups):
        since, last = 2 * (link > 0), link == len(groups) - 1
        steps.append(Step(in_chunks, (1, n_rows, together, link, since, last), EVERY_THREAD))
        fields = marks.ctypes.data, link, wrong.ctypes.data
        steps.append(Step(mark_after, fields, IN_CHUNKS))
    return rows_of([*steps, wait], FLOAT64)


@contextlib.contextmanager
def team_for(n_threads, n_rows, n_batches=1):
    with team_of(n_threads) as team:
        team.states[:, BATCH_SIZE], team.states[:, N_SAMPLES] = n_rows, n_batches * n_rows
        yield team


GROUPS = [
    [(2, 0)],
    [(7, 4)],
    [(8, 0), (3, 0), (40, 0)],
    [(10, 4), (9, 1)],
    [(2, 1), (40, 4), (3, 0), (1, 1), (5, 4)],
]


@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("n_threads", [1, 2, 3, 5])
@pytest.mark.parametrize("n_rows", [1, 7, 40])
def test_each_row_goes_through_the_groups_in_their_order(n_rows, n_threads, groups):
    """Batch after batch: what is taken and done is counted anew for each."""
    n_batches, marks, wrong = 200, np.zeros(n_rows, np.int64), np.zeros(1, np.int64)
    with team_for(n_threads, n_rows, n_batches) as team:
        team.run(chain_of(groups, marks, wrong), 0, FLOAT64, n_batches, 1e-5)
    assert wrong[0] == 0 and (marks == len(groups)).all()


@pytest.mark.parametrize("n_threads", [1, 3])
def test_a_chain_may_be_cut_by_slices(n_threads, monkeypatch):
    """A long batch runs group by group, and each group a part of the rows at a time."""
    n_rows, n_batches = 100, 3
    marks, wrong = np.zeros(n_rows, np.int64), np.zeros(1, np.int64)
    monkeypatch.setattr(timings, "SLICE_SECONDS", 1e-9)
    with team_for(n_threads, n_rows, n_batches) as team:
        team.run(chain_of(GROUPS[-1], marks, wrong), 0, FLOAT64, n_batches, 1.0)
        assert team.states[0, PART] > 0
    assert wrong[0] == 0 and (marks == len(GROUPS[-1])).all()


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
def test_a_slow_threads_rows_are_taken_by_others():
    marks = np.full(64, -1)
    rows = chain_of([(2, 0)], marks, np.zeros(1, np.int64))[3:]
    rows[1] = rows_of([Step(mark_threads, (marks.ctypes.data,), IN_CHUNKS)], FLOAT64)[0]
    with team_for(2, len(marks)) as team:
        team.run(rows, 0, FLOAT64, 1, 1e-5)
    assert set(marks) <= {0, 1} and np.sum(marks == 0) > 40
    assert (marks[:32] == 0).all()  # its own come first


def test_nobody_waits_for_rows_of_an_abandoned_fit():
    """A thread comes to the second group while another's unit of the first is not done."""
    marks, wrong, counters = (np.zeros(n, np.int64) for n in (40, 1, counters_of(2)))
    counters[[ABANDONED, BARRIER_FIELDS]] = 1  # it took a unit of the first group itself
    row, run = chain_of([(20, 0), (20, 0)], marks, wrong)[5:], np.zeros(RUN_FIELDS, np.int64)
    run[[N_THREADS, N_PARTS, ROWS]], run[BARRIER] = (2, 1, len(marks)), counters.ctypes.data
    jit.call_address(in_chunks.address(FLOAT64), row.ctypes.data, run.ctypes.data)
    assert wrong[0] == 40  # all taken by it, none waited for
