"""What of a batch is whose: shares of its rows and columns, parts, spans and chunks."""

from .jit import helper, kernel
from .primitives import (
    BY_SPANS,
    CHUNK,
    CHUNK_ROWS,
    FIRST,
    N_PARTS,
    N_THREADS,
    ORDER,
    PART,
    ROW_FIELDS,
    ROWS,
    RUN_FIELDS,
    THREAD,
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
    """Return the first row that is this thread's, of the present chunk."""
    r = integers(run, RUN_FIELDS)
    begin = _boundary(total, run, r[THREAD]) + r[CHUNK] * r[CHUNK_ROWS]
    return min(begin, _boundary(total, run, r[THREAD] + 1))


@helper
def share_end(total, run):
    """Return the row after this thread's last, of the present chunk."""
    r = integers(run, RUN_FIELDS)
    end = _boundary(total, run, r[THREAD] + 1)
    if r[CHUNK_ROWS] == 0:
        return end
    begin = _boundary(total, run, r[THREAD])
    return min(end, begin + (r[CHUNK] + 1) * r[CHUNK_ROWS])


@kernel
def in_chunks(row, run):
    """Run the rows of the plan that follow on a chunk of the thread's share after the other."""
    field, r = integers(row, 4), integers(run, RUN_FIELDS)
    begin, end = share_begin(r[ROWS], run), share_end(r[ROWS], run)
    n_steps, n_rows = field[2], field[3]
    r[CHUNK_ROWS] = n_rows
    for chunk in range((end - begin + n_rows - 1) // n_rows):
        r[CHUNK] = chunk
        for step in range(1, n_steps + 1):
            address = row + step * ROW_FIELDS * 8
            call(integers(address, 1)[0], address, run)
    r[CHUNK] = r[CHUNK_ROWS] = 0


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
