"""Sequences of unequal lengths in a batch: filled up to one length, which steps behind it keep."""

from .compile.jit import kernel
from .primitives import ITEMSIZE, ROWS, RUN_FIELDS, doubles, integers, real, reals
from .shares import sample_at, share_begin, share_end


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
def lengths_behind(row, run):
    """Lengths of sequences behind a layer: (length + added) // stride."""
    field = integers(row, 6)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    before, behind = integers(field[2], n_rows), integers(field[3], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        behind[i] = (before[i] + field[4]) // field[5]


@kernel
def clear_behind(row, run):
    """Write zeros behind the sequences of a buffer (rows, most, n)."""
    field = integers(row, 7)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    stride, features, size = field[3], field[4], field[4] * field[5]
    buffer, lengths = reals(field[2], n_rows * stride), integers(field[6], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for j in range(lengths[i] * features, size):
            buffer[i * stride + j] = real(0.0)
