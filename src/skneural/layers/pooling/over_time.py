"""Pooling of sequences of unequal lengths: over the steps that are their own."""

from ...engine.compile.jit import kernel
from ...engine.primitives import ITEMSIZE, ROWS, RUN_FIELDS, integers, real
from ...engine.shares import share_begin, share_end
from ...engine.tiles import LANES
from .kernels import clear, leave, write_largest, write_mean, write_share, write_to_first

visit, clear_rest = write_largest, leave


@kernel
def max_over_time(row, run):
    """Visit the steps of X (rows, most, n) that are a sequence's own, this thread's rows."""
    f = integers(row, 11)
    n_rows, channels, most = integers(run, RUN_FIELDS)[ROWS], f[6], f[7]
    lengths = integers(f[8], n_rows)
    step, whole = channels * ITEMSIZE, channels // LANES * LANES
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        x, y = f[2] + i * f[3] * ITEMSIZE, f[4] + i * f[5] * ITEMSIZE
        result, length = f[9] + i * f[10] * ITEMSIZE, lengths[i]
        portion = real(1.0) / real(length)
        for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
            visit(x + c, y + c, result + c, 1, length, 0, step, portion, LANES)
        if whole < channels:
            c = whole * ITEMSIZE
            visit(x + c, y + c, result + c, 1, length, 0, step, portion, channels - whole)
        clear_rest(result + length * step, 1, 0, (most - length) * channels)


average_over_time = max_over_time.using(visit=write_mean)
max_over_time_backward = max_over_time.using(visit=write_to_first, clear_rest=clear)
average_over_time_backward = max_over_time.using(visit=write_share, clear_rest=clear)
