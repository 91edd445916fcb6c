"""Rows of a batch handed out in units, to threads as they come.

A unit is a chunk of rows, or the spans of the batch that share a sum. A thread takes its own units
first and then those of slower ones, because cores are not always equally fast. Where groups of
steps follow one another in a chain, no barrier stands between them: a unit of the second waits
only for the units of the first that have its rows.
"""

import numpy as np

from .compile.jit import helper, kernel
from .epoch import BARRIER_FIELDS, LEFT, wait_for
from .primitives import (
    BARRIER,
    CHUNK_BEGIN,
    CHUNK_END,
    N_THREADS,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    THREAD,
    atomic_add,
    call,
    integers,
)
from .shares import part_begin, part_end, span_begin, span_of

MOST_UNITS = 64  # of a group in a chain
MOST_LINKS = 8  # groups of a chain

# fields of a row of `in_chunks`: steps that follow, rows of a chunk, spans that share a sum or 0,
# the group's place in its chain, rows of the plan since the group before, whether it is the last
N_STEPS, CHUNK_ROWS, TOGETHER, LINK, SINCE, LAST = range(2, 8)


@helper
def counters_of(n_threads):
    """Return how many counters a team of threads shares."""
    return BARRIER_FIELDS + MOST_LINKS * (n_threads + MOST_UNITS)


@helper
def n_units(n_rows, together, run):
    """Return in how many units the part of the batch is handed out."""
    begin, end, total = _part(run)
    if begin == end:
        return 0
    return unit_of(end - 1, n_rows, together, run) + 1


@helper
def _part(run):
    """Return the first row of the part to be run, the row after its last, and all rows."""
    total = integers(run, RUN_FIELDS)[ROWS]
    return part_begin(total, run), part_end(total, run), total


@helper
def unit_begin(unit, n_rows, together, run):
    """Return where a unit of the part begins: at so many rows, or where a sum over spans does."""
    begin, end, total = _part(run)
    if together == 0 or begin == end:
        return min(end, begin + unit * n_rows)
    first = span_begin((span_of(begin, total) // together + unit) * together, total)
    return min(end, max(begin, first))


@helper
def unit_of(row, n_rows, together, run):
    """Return the unit of the part that a row is in."""
    begin, _, total = _part(run)
    if together == 0:
        return (row - begin) // n_rows
    return span_of(row, total) // together - span_of(begin, total) // together


@helper
def _run_chunks(row, run, begin, end):
    """Run the rows of the plan that follow on chunk after chunk of some rows of the batch."""
    field, r = integers(row, 4), integers(run, RUN_FIELDS)
    n_steps, n_rows = field[N_STEPS], field[CHUNK_ROWS]
    for first in range(begin, end, n_rows):
        r[CHUNK_BEGIN], r[CHUNK_END] = first, min(end, first + n_rows)
        for step in range(1, n_steps + 1):
            address = row + step * ROW_FIELDS * 8
            call(integers(address, 1)[0], address, run)
    r[CHUNK_BEGIN] = r[CHUNK_END] = 0


@helper
def _link(number, n_threads):
    """Return where the counters of a group begin: units taken of each thread, units done."""
    return BARRIER_FIELDS + number * (n_threads + MOST_UNITS)


@helper
def _take(counters, taken, units, thread, n_threads):
    """Return a unit that nobody has taken: of this thread's own, or else of another's; or -1."""
    for turn in range(n_threads):
        owner = (thread + turn) % n_threads
        begin, end = owner * units // n_threads, (owner + 1) * units // n_threads
        unit = begin + atomic_add(counters, taken + owner, np.int64(1))
        if unit < end:
            return unit
    return -1


@helper
def _wait_for_rows(row, run, begin, end, counters, link):
    """Wait until the group at a row has run some rows of the batch."""
    field, r = integers(row, LAST), integers(run, RUN_FIELDS)
    n_rows, together, taken = field[CHUNK_ROWS], field[TOGETHER], _link(link, r[N_THREADS])
    if counters[taken + r[THREAD]] == 0:
        return  # it ran in another slice
    first = unit_of(begin, n_rows, together, run)
    for unit in range(first, unit_of(end - 1, n_rows, together, run) + 1):
        wait_for(counters, taken + r[N_THREADS] + unit, 1)


@kernel
def in_chunks(row, run):
    """Run the rows of the plan that follow, a group of steps, chunk by chunk of the batch."""
    field, r = integers(row, LAST + 1), integers(run, RUN_FIELDS)
    n_rows, together, n_threads = field[CHUNK_ROWS], field[TOGETHER], r[N_THREADS]
    if n_threads == 1:
        begin, end, _ = _part(run)
        _run_chunks(row, run, begin, end)
        return
    units = n_units(n_rows, together, run)
    counters = integers(r[BARRIER], counters_of(n_threads))
    taken = _link(field[LINK], n_threads)
    unit = _take(counters, taken, units, r[THREAD], n_threads)
    while unit >= 0:
        begin = unit_begin(unit, n_rows, together, run)
        end = unit_begin(unit + 1, n_rows, together, run)
        if begin < end:
            if field[LINK] > 0:
                before = row - field[SINCE] * ROW_FIELDS * 8
                _wait_for_rows(before, run, begin, end, counters, field[LINK] - 1)
            _run_chunks(row, run, begin, end)
        if field[LAST] == 0:
            atomic_add(counters, taken + n_threads + unit, np.int64(1))
        unit = _take(counters, taken, units, r[THREAD], n_threads)
    if field[LAST] == 1 and atomic_add(counters, LEFT, np.int64(1)) == n_threads - 1:
        counters[LEFT] = 0
        for number in range(BARRIER_FIELDS, taken + n_threads):
            counters[number] = 0  # for the next chain
