"""What of a batch is whose: shares of its rows and columns, parts, spans, units and chunks."""

import numpy as np

from .epoch import BARRIER_FIELDS, LEFT
from .jit import helper, kernel
from .primitives import (
    BARRIER,
    BY_SPANS,
    CHUNK_BEGIN,
    CHUNK_END,
    FIRST,
    N_PARTS,
    N_THREADS,
    ORDER,
    PART,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    THREAD,
    atomic_add,
    call,
    integers,
)
from .tiles import LANES

ROW_SHARE = 8  # threads get whole multiples of this many rows
SPANS = 16  # of a batch, where gradients are summed over each apart


@helper
def part_begin(total, run):
    """Return the first row of the part of the rows to be run."""
    r = integers(run, RUN_FIELDS)
    part = (total + r[N_PARTS] * ROW_SHARE - 1) // (r[N_PARTS] * ROW_SHARE) * ROW_SHARE
    return min(total, r[PART] * part)


@helper
def part_end(total, run):
    """Return the row after the part of the rows to be run."""
    r = integers(run, RUN_FIELDS)
    part = (total + r[N_PARTS] * ROW_SHARE - 1) // (r[N_PARTS] * ROW_SHARE) * ROW_SHARE
    return min(total, (r[PART] + 1) * part)


@helper
def _share(begin, end, run, number, unit):
    """Return where the share of a thread begins, in whole units."""
    chunks = integers(run, RUN_FIELDS)[N_THREADS] * unit
    chunk = (end - begin + chunks - 1) // chunks * unit
    return min(end, begin + number * chunk)


@helper
def span_begin(span, total):
    """Return the first row of a span of the batch."""
    return span * total // SPANS


@helper
def span_of(row, total):
    """Return the span of the batch that a row lies in."""
    return ((row + 1) * SPANS - 1) // total


@helper
def _boundary(total, run, number):
    """Return where the share of a thread begins: between spans, if gradients go by them."""
    begin, end = part_begin(total, run), part_end(total, run)
    r = integers(run, RUN_FIELDS)
    if r[BY_SPANS] == 0 or begin == end:
        return _share(begin, end, run, number, ROW_SHARE)
    if number == 0 or number == r[N_THREADS]:
        return begin if number == 0 else end  # a part may end within spans that have one sum
    first, last = span_of(begin, total), span_of(end - 1, total) + 1
    span = first + number * (last - first) // r[N_THREADS]
    span = span // r[BY_SPANS] * r[BY_SPANS]
    return min(end, max(begin, span_begin(span, total)))


@helper
def share_begin(total, run):
    """Return the first row that is this thread's now."""
    r = integers(run, RUN_FIELDS)
    return r[CHUNK_BEGIN] if r[CHUNK_END] > 0 else _boundary(total, run, r[THREAD])


@helper
def share_end(total, run):
    """Return the row after this thread's last one now."""
    r = integers(run, RUN_FIELDS)
    return r[CHUNK_END] if r[CHUNK_END] > 0 else _boundary(total, run, r[THREAD] + 1)


@helper
def n_units(n_rows, together, run):
    """Return in how many units the part of the batch is handed out."""
    total = integers(run, RUN_FIELDS)[ROWS]
    begin, end = part_begin(total, run), part_end(total, run)
    if together == 0 or begin == end:
        return (end - begin + n_rows - 1) // n_rows
    return span_of(end - 1, total) // together - span_of(begin, total) // together + 1


@helper
def unit_begin(unit, n_rows, together, run):
    """Return where a unit of the part begins: at so many rows, or where a sum over spans does."""
    total = integers(run, RUN_FIELDS)[ROWS]
    begin, end = part_begin(total, run), part_end(total, run)
    if together == 0 or begin == end:
        return min(end, begin + unit * n_rows)
    first = span_begin((span_of(begin, total) // together + unit) * together, total)
    return min(end, max(begin, first))


@helper
def _run_chunks(row, run, begin, end):
    """Run the rows of the plan that follow on chunk after chunk of some rows of the batch."""
    field, r = integers(row, 4), integers(run, RUN_FIELDS)
    n_steps, n_rows = field[2], field[3]
    for first in range(begin, end, n_rows):
        r[CHUNK_BEGIN], r[CHUNK_END] = first, min(end, first + n_rows)
        for step in range(1, n_steps + 1):
            address = row + step * ROW_FIELDS * 8
            call(integers(address, 1)[0], address, run)
    r[CHUNK_BEGIN] = r[CHUNK_END] = 0


@helper
def _take(counters, units, thread, n_threads):
    """Return a unit that nobody has taken: of this thread's own, or else of another's; or -1."""
    for turn in range(n_threads):
        owner = (thread + turn) % n_threads
        begin, end = owner * units // n_threads, (owner + 1) * units // n_threads
        unit = begin + atomic_add(counters, BARRIER_FIELDS + owner, np.int64(1))
        if unit < end:
            return unit
    return -1


@kernel
def in_chunks(row, run):
    """Run the rows of the plan that follow, chunk by chunk of the batch.

    A thread that is through with its units helps with those of others, because cores are not
    always equally fast. All pass a barrier before and after.
    """
    field, r = integers(row, 5), integers(run, RUN_FIELDS)
    n_rows, together, n_threads = field[3], field[4], r[N_THREADS]
    if n_threads == 1:
        _run_chunks(row, run, part_begin(r[ROWS], run), part_end(r[ROWS], run))
        return
    units = n_units(n_rows, together, run)
    counters = integers(r[BARRIER], BARRIER_FIELDS + n_threads)
    unit = _take(counters, units, r[THREAD], n_threads)
    while unit >= 0:
        begin = unit_begin(unit, n_rows, together, run)
        _run_chunks(row, run, begin, unit_begin(unit + 1, n_rows, together, run))
        unit = _take(counters, units, r[THREAD], n_threads)
    if atomic_add(counters, LEFT, np.int64(1)) == n_threads - 1:
        counters[LEFT] = 0  # for the next rows that run in chunks
        for thread in range(n_threads):
            counters[BARRIER_FIELDS + thread] = 0


@helper
def column_begin(total, run):
    """Return the first column that is this thread's, where threads share columns."""
    return _share(0, total, run, integers(run, RUN_FIELDS)[THREAD], LANES)


@helper
def column_end(total, run):
    """Return the column after this thread's last."""
    return _share(0, total, run, integers(run, RUN_FIELDS)[THREAD] + 1, LANES)


@helper
def sample_at(position, run):
    """Return the index of a row of the present batch within the data."""
    r = integers(run, RUN_FIELDS)
    place = r[FIRST] + position
    if r[ORDER] != 0:
        return integers(r[ORDER], place + 1)[place]
    return place
