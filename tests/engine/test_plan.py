"""Plans: who gets which rows, where memory lies, and the order of steps."""

import numpy as np
import pytest

from skneural.engine import chunks
from skneural.engine.batch import gather, sum_losses
from skneural.engine.epoch import barrier
from skneural.engine.plan import FIELDS, Plan, aligned, rows_of
from skneural.engine.primitives import (
    BY_SPANS,
    EVERY_THREAD,
    N_PARTS,
    N_THREADS,
    OWNER,
    PART,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    THREAD,
)
from skneural.engine.shares import ROW_SHARE, share_begin, share_end, span_begin
from skneural.engine.steps import BARRIER, Step
from skneural.engine.units import in_chunks, n_units, unit_begin, unit_of

FLOAT32 = np.dtype(np.float32)


@pytest.mark.parametrize("n_parts", [1, 2, 5])
@pytest.mark.parametrize("n_threads", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("total", [0, 1, 7, 8, 9, 31, 200, 1001])
def test_threads_share_all_rows_in_whole_eights(total, n_threads, n_parts):
    """Whatever the number of threads and of the parts that a long batch runs in."""
    run, shares = aligned(RUN_FIELDS, np.int64), []
    run[N_THREADS], run[N_PARTS] = n_threads, n_parts
    for part in range(n_parts):
        for thread in range(n_threads):
            run[THREAD], run[PART] = thread, part
            address = run.ctypes.data
            shares.append((int(share_begin(total, address)), int(share_end(total, address))))
    assert [row for begin, end in shares for row in range(begin, end)] == list(range(total))
    assert all(begin % ROW_SHARE == 0 or begin == total for begin, _ in shares)


@pytest.mark.parametrize("by_spans", [1, 4])
@pytest.mark.parametrize("n_parts", [1, 2, 5, 64])
@pytest.mark.parametrize("n_threads", [1, 2, 3, 7])
@pytest.mark.parametrize("total", [1, 7, 16, 100, 1001])
def test_threads_share_all_rows_by_spans(total, n_threads, n_parts, by_spans):
    """A thread's rows begin where a sum does, or where a part does."""
    run = aligned(RUN_FIELDS, np.int64)
    run[N_THREADS], run[N_PARTS], run[BY_SPANS] = n_threads, n_parts, by_spans
    sums, rows = {span_begin(span, total) for span in range(0, 16, by_spans)}, []
    for part in range(n_parts):
        in_part = len(rows)
        for thread in range(n_threads):
            run[THREAD], run[PART] = thread, part
            begin = int(share_begin(total, run.ctypes.data))
            end = int(share_end(total, run.ctypes.data))
            rows += range(begin, end)
            assert begin >= end or begin == in_part or begin in sums
    assert rows == list(range(total))


@pytest.mark.parametrize("together", [0, 1, 4])
@pytest.mark.parametrize("n_parts", [1, 2, 5, 64])
@pytest.mark.parametrize("total", [1, 7, 16, 100, 1001])
def test_units_are_all_rows_and_begin_with_sums(total, n_parts, together):
    run = aligned(RUN_FIELDS, np.int64)
    run[ROWS], run[N_PARTS], n_rows = total, n_parts, 3
    sums, rows = {span_begin(span, total) for span in range(0, 16, together or 1)}, []
    for part in range(n_parts):
        run[PART], in_part, address = part, len(rows), run.ctypes.data
        for unit in range(int(n_units(n_rows, together, address))):
            begin = int(unit_begin(unit, n_rows, together, address))
            end = int(unit_begin(unit + 1, n_rows, together, address))
            rows += range(begin, end)
            of_rows = [unit_of(row, n_rows, together, address) for row in range(begin, end)]
            assert of_rows == [unit] * len(of_rows)
            assert together or begin < end <= begin + n_rows
            assert not together or begin in sums or begin == in_part
    assert rows == list(range(total))


def test_steps_are_grouped_so_that_chunks_are_large_enough(monkeypatch):
    """A step that would leave a chunk fewer than eight rows begins another group."""
    monkeypatch.setattr(chunks, "CHUNK_BYTES", 16 * 4 * 128)
    plan = Plan(FLOAT32, batch_size=100)
    wide, narrow, other = plan.buffer((512,)), plan.buffer((16,)), plan.buffer((16,))
    for buffers in ((narrow, other), (other, narrow), (narrow, wide), (wide, wide)):
        plan.by_rows(gather, *(buffer.address for buffer in buffers))
    fields = [step.fields for step in plan.all_steps() if step.kernel is in_chunks]
    assert fields == [(2, 64, 0, 0, 0, 0), (2, 3, 0, 1, 3, 1)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("n_numbers", [1, 17, 1000])
def test_aligned_memory_is_zero_and_begins_at_a_cache_line(n_numbers, dtype):
    for _ in range(5):
        memory = aligned(n_numbers, dtype)
        assert memory.shape == (n_numbers,) and memory.dtype == dtype
        assert memory.ctypes.data % 64 == 0 and not memory.any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("columns", [1, 15, 16, 17, 100, 128, 512, 1024])
def test_rows_of_a_buffer_begin_at_cache_lines(columns, dtype):
    dtype = np.dtype(dtype)
    buffer = Plan(dtype, batch_size=5).buffer((columns,))
    assert buffer.columns == columns <= buffer.stride
    assert buffer.address % 64 == 0 and buffer.stride * dtype.itemsize % 64 == 0
    assert buffer.array.size >= 5 * buffer.stride
    lines = buffer.stride * dtype.itemsize // 64
    assert lines < 8 or lines % 2 == 1, "rows a power of two apart fall on the same cache sets"


def test_steps_of_rows_columns_and_blocks_stand_between_barriers():
    plan = Plan(FLOAT32, batch_size=4, training=True)
    plan.by_rows(gather, 1)
    plan.by_columns(gather, 70, 2)
    plan.by_columns(gather, 5, 3)
    plan.gradient(0, [(0, 10)], lambda begin, end, adds: Step(gather, (4,)))
    plan.follow(0, lambda begin, end: [Step(gather, (5,))])
    plan.gradient(16, [(0, 20)], lambda begin, end, adds: Step(gather, (6,)))
    within, after = [Step(sum_losses, (), 0)], [Step(sum_losses, (9,), 0)]
    steps = plan.all_steps(within, after)
    shown = ["barrier" if step is BARRIER else (step.fields, step.owner) for step in steps]
    assert shown == [
        ((1,), -1), "barrier",
        ((0, 32, 2), 0), ((32, 64, 2), 1), ((64, 70, 2), 2), "barrier",
        ((0, 5, 3), 0), "barrier",
        ((), 0), ((4,), 0), ((5,), 0), ((6,), 1), "barrier",
        ((9,), 0),
    ]
    assert plan.scratch_bytes == 20 * 4


def test_updates_follow_their_gradient():
    plan = Plan(FLOAT32, batch_size=4, training=True)
    plan.gradient(32, [(0, 10)], lambda begin, end, adds: Step(gather, (4,)))
    plan.follow(32, lambda begin, end: [Step(gather, (5,))])
    plan.end_phase([
        (block, (*block.gradient, Step(sum_losses, (block.offset, block.size))))
        for block in plan.blocks()
    ])
    steps = plan.all_steps()
    fields = [step.fields for step in steps if step is not BARRIER]
    assert fields == [(4,), (32, 10), (5,)]


def test_prediction_has_no_blocks():
    plan = Plan(FLOAT32, batch_size=4)
    plan.by_rows(gather, 1)
    assert [step.kernel for step in plan.all_steps([Step(sum_losses, ())])] == [gather, barrier]


def test_rows_of_steps():
    rows = rows_of([Step(barrier, ()), Step(barrier, (5, 6), 3)], FLOAT32)
    assert rows.shape == (2, ROW_FIELDS) and rows.dtype == np.int64
    assert (rows[:, 0] == barrier.address(FLOAT32)).all()
    assert rows[:, OWNER].tolist() == [EVERY_THREAD, 3]
    assert rows[1, FIELDS : FIELDS + 2].tolist() == [5, 6] and not rows[1, FIELDS + 2 :].any()
