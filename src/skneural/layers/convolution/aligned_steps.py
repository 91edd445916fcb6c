"""Sequences amid zeros, so that windows lie as the length of each says."""

from ...engine.compile.jit import helper
from ...engine.fields import Count, Row, RowInteger
from ...engine.kernels import row_kernel
from ...engine.primitives import real


@helper
def _steps_before(length, reach, stride):
    """Return how many zeros come first, of those that give a window for each stride."""
    n_windows = (length + stride - 1) // stride
    return max(0, (n_windows - 1) * stride + reach - length) // 2


@row_kernel
def pad_steps(
    x: Row, padded: Row, length: RowInteger, most: Count, most_padded: Count, channels: Count,
    reach: Count, stride: Count,
) -> None:
    """P (most padded, n) = the own steps of X (most, n), amid zeros."""
    before = _steps_before(length[0], reach, stride)
    begin, end = before * channels, min(before + length[0], most_padded) * channels
    for j in range(begin):
        padded[j] = real(0.0)
    for j in range(begin, end):
        padded[j] = x[j - begin]
    for j in range(end, most_padded * channels):
        padded[j] = real(0.0)


@row_kernel
def crop_steps(
    x: Row, padded: Row, length: RowInteger, most: Count, most_padded: Count, channels: Count,
    reach: Count, stride: Count,
) -> None:
    """dX (most, n) = what of dP (most padded, n) is of own steps, zeros behind."""
    before = _steps_before(length[0], reach, stride)
    begin, end = before * channels, min(before + length[0], most_padded) * channels
    for j in range(begin, end):
        x[j - begin] = padded[j]
    for j in range(end - begin, most * channels):
        x[j] = real(0.0)
