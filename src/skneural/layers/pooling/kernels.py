"""Kernels of pooling: one loop over windows, and what is done with each.

Windows are visited in order, a vector of channels at a time. Where windows do not overlap, the
backward pass writes each number of the input's gradient once; where they do, it clears and adds.
What is written and not added may run over the channels' end, where the next position's numbers
follow and are written later: whole vectors take a fraction of a masked one's time.
"""

from ...engine.compile.jit import helper, kernel
from ...engine.lanes import larger, load, plus, spread, store, times, where_less
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real, reals
from ...engine.shares import share_begin, share_end
from ...engine.tiles import LANES

_FIELDS = 19
(
    _X, _X_STRIDE, _Y, _Y_STRIDE, _CHANNELS, _HEIGHT, _WIDTH, _SIZE_ROWS, _SIZE_COLUMNS,
    _STRIDE_ROWS, _STRIDE_COLUMNS, _BEFORE_ROWS, _BEFORE_COLUMNS, _COUNT_ROWS, _COUNT_COLUMNS,
    _RESULT, _RESULT_STRIDE,
) = range(2, _FIELDS)


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
def _begin(number, stride, before):
    """Return the first position of a window that is within the input."""
    return max(number * stride - before, 0)


@helper
def _end(number, stride, before, size, length):
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


@kernel
def max_pool(row, run):
    """Visit the windows of X (rows, height, width, n), this thread's rows."""
    f = integers(row, _FIELDS)
    n_rows, channels, height, width = integers(run, RUN_FIELDS)[ROWS], f[6], f[7], f[8]
    pixel, line = channels * ITEMSIZE, width * channels * ITEMSIZE
    whole, count, portion = channels // LANES * LANES, 0, real(0.0)
    vector = (whole + LANES) * ITEMSIZE  # to the end of a position's last vector
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x, y = f[_X] + i * f[_X_STRIDE] * ITEMSIZE, f[_Y] + i * f[_Y_STRIDE] * ITEMSIZE
        y_end = y + f[_COUNT_ROWS] * f[_COUNT_COLUMNS] * pixel
        result = f[_RESULT] + i * f[_RESULT_STRIDE] * ITEMSIZE
        clear_sample(result, 1, line, height * width * channels)
        for p in range(f[_COUNT_ROWS]):
            top = _begin(p, f[_STRIDE_ROWS], f[_BEFORE_ROWS])
            rows = _end(p, f[_STRIDE_ROWS], f[_BEFORE_ROWS], f[_SIZE_ROWS], height) - top
            for q in range(f[_COUNT_COLUMNS]):
                left = _begin(q, f[_STRIDE_COLUMNS], f[_BEFORE_COLUMNS])
                right = _end(q, f[_STRIDE_COLUMNS], f[_BEFORE_COLUMNS], f[_SIZE_COLUMNS], width)
                columns, at = right - left, top * line + left * pixel
                if rows * columns != count:
                    count = rows * columns
                    portion = real(1.0) / real(count)
                if whole < channels:
                    c = whole * ITEMSIZE
                    inside = (right - 1) * pixel + vector <= line and y + vector <= y_end
                    if may_run_over() and inside:  # not by a variable, which would be a mask
                        visit(x + at + c, y + c, result + at + c, rows, columns, line, pixel,
                              portion, LANES)
                    else:
                        visit(x + at + c, y + c, result + at + c, rows, columns, line, pixel,
                              portion, channels - whole)
                for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
                    visit(x + at + c, y + c, result + at + c, rows, columns, line, pixel, portion,
                          LANES)
                y += pixel
                following = _begin(q + 1, f[_STRIDE_COLUMNS], f[_BEFORE_COLUMNS])
                following = width if q + 1 == f[_COUNT_COLUMNS] else following
                clear_gap(result + top * line + right * pixel, rows, line,
                          (following - right) * channels)
            following = _begin(p + 1, f[_STRIDE_ROWS], f[_BEFORE_ROWS])
            following = height if p + 1 == f[_COUNT_ROWS] else following
            clear_gap(result + (top + rows) * line, following - top - rows, line,
                      width * channels)


average_pool = max_pool.using(visit=write_mean)
max_pool_backward = max_pool.using(visit=add_to_first, clear_sample=clear, may_run_over=adds)
max_pool_backward_apart = max_pool.using(visit=write_to_first, clear_gap=clear)
average_pool_backward = max_pool.using(visit=add_share, clear_sample=clear, may_run_over=adds)
average_pool_backward_apart = max_pool.using(visit=write_share, clear_gap=clear)
