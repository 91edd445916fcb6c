"""Kernels of pooling: one loop over windows, and what is done with each.

Windows are visited in order, a vector of channels at a time. Where windows do not overlap, the
backward pass writes each number of the input's gradient once; where they do, it clears and adds.
What is written and not added may run over the channels' end, where the next position's numbers
follow and are written later: whole vectors take a fraction of a masked one's time.
"""

from ...engine.compile.jit import helper
from ...engine.fields import RowAddress
from ...engine.kernels import row_kernel
from ...engine.lanes import larger, load, plus, spread, store, times, where_less
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.tiles import LANES
from .._windows import Windows


@helper
def largest(x, n_rows, n_columns, row_bytes, column_bytes, n):
    """Return the largest numbers of a window."""
    value = load(x, n)
    if n_rows == 2 and n_columns == 2:  # by far the most frequent, and faster without loops
        value = larger(value, load(x + column_bytes, n))
        value = larger(value, load(x + row_bytes, n))
        return larger(value, load(x + row_bytes + column_bytes, n))
    for i in range(n_rows):
        for j in range(n_columns):
            value = larger(value, load(x + i * row_bytes + j * column_bytes, n))
    return value


@helper
def write_largest(x, y, result, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Y = max of a window of X."""
    store(y, largest(x, n_rows, n_columns, row_bytes, column_bytes, n), n)


@helper
def write_mean(x, y, result, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Y = mean of a window of X."""
    if n_rows == 2 and n_columns == 2:
        total = plus(load(x, n), load(x + column_bytes, n))
        total = plus(total, load(x + row_bytes, n))
        total = plus(total, load(x + row_bytes + column_bytes, n))
        store(y, times(total, spread(portion)), n)
        return
    total = spread(real(0.0))
    for i in range(n_rows):
        for j in range(n_columns):
            total = plus(total, load(x + i * row_bytes + j * column_bytes, n))
    store(y, times(total, spread(portion)), n)


@helper
def write_to_first(x, dy, dx, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Give dY to the first of a window that is the largest, and zero to the others."""
    most = largest(x, n_rows, n_columns, row_bytes, column_bytes, n)
    left, zero = load(dy, n), spread(real(0.0))
    if n_rows == 2 and n_columns == 2:
        below = row_bytes + column_bytes
        a, b, c = load(x, n), load(x + column_bytes, n), load(x + row_bytes, n)
        after_a = where_less(a, most, left, zero)
        after_b = where_less(b, most, after_a, zero)
        store(dx, where_less(a, most, zero, left), n)
        store(dx + column_bytes, where_less(b, most, zero, after_a), n)
        store(dx + row_bytes, where_less(c, most, zero, after_b), n)
        store(dx + below, where_less(c, most, after_b, zero), n)
        return
    for i in range(n_rows):
        for j in range(n_columns):
            place = i * row_bytes + j * column_bytes
            value = load(x + place, n)
            store(dx + place, where_less(value, most, zero, left), n)
            left = where_less(value, most, left, zero)


@helper
def add_to_first(x, dy, dx, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Add dY to the first of a window that is the largest."""
    most = largest(x, n_rows, n_columns, row_bytes, column_bytes, n)
    left, zero = load(dy, n), spread(real(0.0))
    for i in range(n_rows):
        for j in range(n_columns):
            place = i * row_bytes + j * column_bytes
            value = load(x + place, n)
            given = where_less(value, most, zero, left)
            store(dx + place, plus(load(dx + place, n), given), n)
            left = where_less(value, most, left, zero)


@helper
def write_share(x, dy, dx, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Give each of a window its share of dY."""
    part = times(load(dy, n), spread(portion))
    for i in range(n_rows):
        for j in range(n_columns):
            store(dx + i * row_bytes + j * column_bytes, part, n)


@helper
def add_share(x, dy, dx, n_rows, n_columns, row_bytes, column_bytes, portion, n):
    """Add to each of a window its share of dY."""
    part = times(load(dy, n), spread(portion))
    for i in range(n_rows):
        for j in range(n_columns):
            place = dx + i * row_bytes + j * column_bytes
            store(place, plus(load(place, n), part), n)


@helper
def clear(address, n_rows, row_bytes, size):
    """Write zeros to so many numbers of some rows."""
    for i in range(n_rows):
        numbers = reals(address + i * row_bytes, size)
        for j in range(size):
            numbers[j] = real(0.0)


@helper
def leave(address, n_rows, row_bytes, size):
    """Leave memory as it is."""


@helper
def window_begin(number, stride, before):
    """Return the first position of a window that is within the input."""
    return max(number * stride - before, 0)


@helper
def window_end(number, stride, before, size, length):
    """Return the position after a window's last within the input."""
    return min(number * stride - before + size, length)


@helper
def writes():
    """Return whether a visit writes, in the order of memory."""
    return True


@helper
def adds():
    """Return whether a visit writes: it adds to what is there."""
    return False


visit, clear_sample, clear_gap, may_run_over = write_largest, leave, leave, writes


@row_kernel
def max_pool(x: RowAddress, y: RowAddress, windows: Windows, result: RowAddress) -> None:
    """Visit the windows of X (height, width, n)."""
    channels, (height, width) = windows.channels, windows.image
    (size_rows, size_columns), (step_rows, step_columns) = windows.size, windows.strides
    (before_rows, before_columns), (n_down, n_across) = windows.before, windows.counts
    pixel, line = channels * ITEMSIZE, width * channels * ITEMSIZE
    whole, count, portion = channels // LANES * LANES, 0, real(0.0)
    vector = (whole + LANES) * ITEMSIZE  # to the end of a position's last vector
    to, to_end = y, y + n_down * n_across * pixel
    clear_sample(result, 1, line, height * width * channels)
    for p in range(n_down):
        top = window_begin(p, step_rows, before_rows)
        rows = window_end(p, step_rows, before_rows, size_rows, height) - top
        for q in range(n_across):
            left = window_begin(q, step_columns, before_columns)
            right = window_end(q, step_columns, before_columns, size_columns, width)
            columns, at = right - left, top * line + left * pixel
            if rows * columns != count:
                count = rows * columns
                portion = real(1.0) / real(count)
            if whole < channels:
                c = whole * ITEMSIZE
                inside = (right - 1) * pixel + vector <= line and to + vector <= to_end
                if may_run_over() and inside:  # not by a variable, which would be a mask
                    visit(x + at + c, to + c, result + at + c, rows, columns, line, pixel, portion,
                          LANES)
                else:
                    visit(x + at + c, to + c, result + at + c, rows, columns, line, pixel, portion,
                          channels - whole)
            for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
                visit(x + at + c, to + c, result + at + c, rows, columns, line, pixel, portion,
                      LANES)
            to += pixel
            following = window_begin(q + 1, step_columns, before_columns)
            following = width if q + 1 == n_across else following
            clear_gap(result + top * line + right * pixel, rows, line,
                      (following - right) * channels)
        following = window_begin(p + 1, step_rows, before_rows)
        following = height if p + 1 == n_down else following
        clear_gap(result + (top + rows) * line, following - top - rows, line, width * channels)


average_pool = max_pool.using(visit=write_mean)
max_pool_backward = max_pool.using(visit=add_to_first, clear_sample=clear, may_run_over=adds)
max_pool_backward_apart = max_pool.using(visit=write_to_first, clear_gap=clear)
average_pool_backward = max_pool.using(visit=add_share, clear_sample=clear, may_run_over=adds)
average_pool_backward_apart = max_pool.using(visit=write_share, clear_gap=clear)
