"""Sequences of unequal lengths in a batch that is padded to one length."""

from .compile.jit import kernel
from .primitives import ROWS, RUN_FIELDS, integers, real, reals
from .shares import share_begin, share_end


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
