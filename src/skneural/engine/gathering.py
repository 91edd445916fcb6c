"""Gathering of sequences, of codes of categories, and of rows on another scale."""

from .compile.jit import kernel
from .fields import Bytes, Count, Double, Flag, Reals, ResultRow, Row, SampleRow
from .kernels import row_kernel
from .primitives import ITEMSIZE, ROWS, RUN_FIELDS, doubles, indices, integers, real, reals
from .shares import sample_after, sample_at, share_begin, share_end


@kernel
def gather_sequences(row, run):
    """Copy the batch's sequences (time, n) to a buffer (rows, most, n), times a factor.

    X has one sequence behind the other; zeros follow them, and their lengths are noted.
    """
    field = integers(row, 10)
    r = integers(run, RUN_FIELDS)
    n_rows, features, stride, size = r[ROWS], field[4], field[6], field[4] * field[7]
    buffer, factor = reals(field[5], n_rows * stride), real(doubles(field[9], 1)[0])
    lengths = integers(field[8], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        span = integers(field[3] + sample_at(i, run) * 8, 2)
        lengths[i] = span[1] - span[0]
        filled = lengths[i] * features
        source = reals(field[2] + span[0] * features * ITEMSIZE, filled)
        for j in range(filled):
            buffer[i * stride + j] = source[j] * factor
        for j in range(filled, size):
            buffer[i * stride + j] = real(0.0)


@kernel
def gather_codes(row, run):
    """Copy the batch's rows of codes (samples, n), int32, to a buffer (rows, n)."""
    field = integers(row, 5)
    n_rows, columns = integers(run, RUN_FIELDS)[ROWS], field[3]
    buffer = indices(field[4], n_rows * columns)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        source = indices(field[2] + sample_at(i, run) * columns * 4, columns)
        for j in range(columns):
            buffer[i * columns + j] = source[j]


@row_kernel
def gather_line(
    x: Reals, y: Row, factor: Double, offset: Double, columns: Count, shift: Count, i: int,
    run: int,
) -> None:
    """Y (n) = a row of X (samples, n), times a factor, plus an offset."""
    begin, scale, lift = sample_after(i, shift, run) * columns, real(factor), real(offset)
    for j in range(columns):
        y[j] = x[begin + j] * scale + lift


@row_kernel
def gather_line_of_bytes(
    x: Bytes, y: Row, factor: Double, offset: Double, columns: Count, shift: Count, i: int,
    run: int,
) -> None:
    """Y (n) = a row of X (samples, n), uint8, times a factor, plus an offset."""
    begin, scale, lift = sample_after(i, shift, run) * columns, real(factor), real(offset)
    for j in range(columns):
        y[j] = real(x[begin + j]) * scale + lift


@row_kernel
def gather_gradient(
    source: SampleRow, gradient: Row, columns: Count, adds: Flag
) -> None:
    """G (n) (+)= a row of gradients (samples, n)."""
    for j in range(columns):
        gradient[j] = (gradient[j] if adds else real(0.0)) + source[j]


@row_kernel
def keep_rows(x: Row, result: ResultRow, columns: Count, factor: Double) -> None:
    """Write X (n), times a factor, to this batch's rows of the result (samples, n)."""
    scale = real(factor)
    for j in range(columns):
        result[j] = x[j] * scale
