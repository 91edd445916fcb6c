"""Which thread works on which part of a batch: shares of its rows and columns, parts, spans."""

from .compile.jit import helper
from .primitives import (
    BY_SPANS,
    CHUNK_BEGIN,
    CHUNK_END,
    FIRST,
    N_PARTS,
    N_SAMPLES,
    N_THREADS,
    ORDER,
    PART,
    RUN_FIELDS,
    THREAD,
    integers,
)
from .tiles import LANES

ROW_SHARE = 8  # threads get whole multiples of this many rows
SPANS = 16  # of a batch: gradients are summed over each span first


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


@helper
def sample_after(position, shift, run):
    """Return the index of a row so many rows after one of the batch, in the epoch's order."""
    r = integers(run, RUN_FIELDS)
    place = (r[FIRST] + position + shift) % r[N_SAMPLES]
    if r[ORDER] != 0:
        return integers(r[ORDER], place + 1)[place]
    return place
