"""Pooling of sequences of unequal lengths: over the steps that are their own."""

from ...engine.fields import Count, Flag, RowAddress, RowInteger
from ...engine.kernels import row_kernel
from ...engine.primitives import ITEMSIZE, real
from ...engine.tiles import LANES
from .._windows import Windows
from .kernels import (
    add_share,
    add_to_first,
    adds,
    clear,
    leave,
    window_begin,
    window_end,
    write_largest,
    write_mean,
    write_share,
    write_to_first,
    writes,
)

visit, clear_rest, clear_sample, clear_gap = write_largest, leave, leave, leave
clear_outputs, may_run_over = clear, writes


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


@row_kernel
def max_pool_of_steps(
    x: RowAddress, y: RowAddress, windows: Windows, same: Flag, length: RowInteger,
    behind: RowInteger, result: RowAddress,
) -> None:
    """Visit the windows over the own steps of X (most, n), as if there were no others."""
    own, n_windows, most = length[0], behind[0], windows.image[1]
    size, step, before = windows.size[1], windows.strides[1], windows.before[1]
    if same:
        before = max(0, (n_windows - 1) * step + size - own) // 2
    channels, pixel = windows.channels, windows.channels * ITEMSIZE
    whole = channels // LANES * LANES
    vector, rest = (whole + LANES) * ITEMSIZE, whole * ITEMSIZE
    to, to_end = y, y + n_windows * pixel
    clear_sample(result, 1, 0, most * channels)
    for q in range(n_windows):
        left, right = window_begin(q, step, before), window_end(q, step, before, size, own)
        count, source, target = right - left, x + left * pixel, result + left * pixel
        portion = real(1.0) / real(count)
        if whole < channels:
            inside = (right - 1) * pixel + vector <= own * pixel and to + vector <= to_end
            if may_run_over() and inside:
                visit(source + rest, to + rest, target + rest, 1, count, 0, pixel, portion, LANES)
            else:
                visit(source + rest, to + rest, target + rest, 1, count, 0, pixel, portion,
                      channels - whole)
        for c in range(0, rest, LANES * ITEMSIZE):
            visit(source + c, to + c, target + c, 1, count, 0, pixel, portion, LANES)
        to += pixel
        following = most if q + 1 == n_windows else window_begin(q + 1, step, before)
        clear_gap(result + right * pixel, 1, 0, (following - right) * channels)
    clear_outputs(to_end, 1, 0, (windows.counts[1] - n_windows) * channels)


average_pool_of_steps = max_pool_of_steps.using(visit=write_mean)
max_pool_of_steps_backward = max_pool_of_steps.using(
    visit=add_to_first, clear_sample=clear, clear_outputs=leave, may_run_over=adds
)
max_pool_of_steps_backward_apart = max_pool_of_steps.using(
    visit=write_to_first, clear_gap=clear, clear_outputs=leave
)
average_pool_of_steps_backward = max_pool_of_steps_backward.using(visit=add_share)
average_pool_of_steps_backward_apart = max_pool_of_steps_backward_apart.using(visit=write_share)
