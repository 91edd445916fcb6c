"""Sequences of unequal lengths in a batch that is padded to one length."""

from .compile.jit import kernel
from .fields import Count, RowInteger
from .kernels import row_kernel
from .primitives import ROWS, RUN_FIELDS, integers, real, reals
from .shares import share_begin, share_end


@row_kernel
def find_lengths(
    before: RowInteger, behind: RowInteger, times: Count, added: Count, stride: Count
) -> None:
    """Length of a sequence behind a layer: (times * length + added) // stride."""
    behind[0] = (times * before[0] + added) // stride


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
