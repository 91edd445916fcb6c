"""Pooling of sequences of unequal lengths: over the steps that are their own."""

from ...engine.fields import Count, RowAddress, RowInteger
from ...engine.kernels import row_kernel
from ...engine.primitives import ITEMSIZE, real
from ...engine.tiles import LANES
from .kernels import clear, leave, write_largest, write_mean, write_share, write_to_first

visit, clear_rest = write_largest, leave


@row_kernel
def max_over_time(
    x: RowAddress, y: RowAddress, channels: Count, most: Count, length: RowInteger,
    result: RowAddress,
) -> None:
    """Visit the steps of X (most, n) that are a sequence's own."""
    own, step, whole = length[0], channels * ITEMSIZE, channels // LANES * LANES
    portion = real(1.0) / real(own)
    for c in range(0, whole * ITEMSIZE, LANES * ITEMSIZE):
        visit(x + c, y + c, result + c, 1, own, 0, step, portion, LANES)
    if whole < channels:
        c = whole * ITEMSIZE
        visit(x + c, y + c, result + c, 1, own, 0, step, portion, channels - whole)
    clear_rest(result + own * step, 1, 0, (most - own) * channels)


average_over_time = max_over_time.using(visit=write_mean)
max_over_time_backward = max_over_time.using(visit=write_to_first, clear_rest=clear)
average_over_time_backward = max_over_time.using(visit=write_share, clear_rest=clear)
