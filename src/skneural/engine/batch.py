"""What happens to a batch besides its layers: gathering rows, weights, sums, clipping."""

import numpy as np

from .compile.jit import kernel
from .primitives import (
    CLIP_FACTOR,
    FIRST,
    ITEMSIZE,
    LOSS_SUM,
    ORDER,
    PENALTY_SUM,
    ROWS,
    RUN_FIELDS,
    SHARED,
    SHARED_FIELDS,
    WEIGHT_SUM,
    bytes_,
    call,
    doubles,
    indices,
    integers,
    real,
    reals,
)
from .shares import sample_at, share_begin, share_end


@kernel
def gather(row, run):
    """Copy the batch's rows of X (samples, n) to a buffer (rows, n)."""
    field = integers(row, 6)
    r = integers(run, RUN_FIELDS)
    n_rows, columns, stride = r[ROWS], field[3], field[5]
    buffer = reals(field[4], n_rows * stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        sample = sample_at(i, run)
        source = reals(field[2] + sample * columns * ITEMSIZE, columns)
        for j in range(columns):
            buffer[i * stride + j] = source[j]


@kernel
def gather_times(row, run):
    """Copy the batch's rows of X (samples, n) to a buffer (rows, n), times a factor."""
    field = integers(row, 7)
    r = integers(run, RUN_FIELDS)
    n_rows, columns, stride = r[ROWS], field[3], field[5]
    buffer, factor = reals(field[4], n_rows * stride), real(doubles(field[6], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        source = reals(field[2] + sample_at(i, run) * columns * ITEMSIZE, columns)
        for j in range(columns):
            buffer[i * stride + j] = source[j] * factor


@kernel
def gather_bytes(row, run):
    """Copy the batch's rows of X (samples, n), uint8, to a buffer (rows, n), times a factor."""
    field = integers(row, 7)
    r = integers(run, RUN_FIELDS)
    n_rows, columns, stride = r[ROWS], field[3], field[5]
    buffer, factor = reals(field[4], n_rows * stride), real(doubles(field[6], 1)[0])
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        source = bytes_(field[2] + sample_at(i, run) * columns, columns)
        for j in range(columns):
            buffer[i * stride + j] = real(source[j]) * factor


@kernel
def gather_sparse(row, run):
    """Copy the batch's rows of X (samples, n), compressed by rows, to a buffer (rows, n)."""
    field = integers(row, 8)
    r = integers(run, RUN_FIELDS)
    n_rows, columns, stride = r[ROWS], field[5], field[7]
    buffer = reals(field[6], n_rows * stride)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        span = integers(field[4] + sample_at(i, run) * 8, 2)
        count = span[1] - span[0]
        values = reals(field[2] + span[0] * ITEMSIZE, count)
        places = indices(field[3] + span[0] * 4, count)
        for j in range(columns):
            buffer[i * stride + j] = real(0.0)
        for entry in range(count):
            buffer[i * stride + places[entry]] += values[entry]


@kernel
def on_batch(row, run):
    """Run one row of another plan on the batch, as if the batch were all the data.

    Its samples are then those of the batch, as are their weights, copied here if there are any.
    """
    field = integers(row, 6)
    r = integers(run, RUN_FIELDS)
    n_rows, first, order = r[ROWS], r[FIRST], r[ORDER]
    if field[4] != 0:
        gathered = doubles(field[5], n_rows)
        for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
            gathered[i] = doubles(field[4] + sample_at(i, run) * 8, 1)[0]
    r[FIRST] = r[ORDER] = 0
    call(field[2], field[3], run)
    r[FIRST], r[ORDER] = first, order


@kernel
def weigh_batch(row, run):
    """Sum the weights of the batch's rows, and gather them if they are wanted."""
    field = integers(row, 4)
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    total = 0.0
    if field[2] == 0:
        total = float(n_rows)
    else:
        gathered = reals(field[3], n_rows)
        for i in range(n_rows):
            weight = doubles(field[2] + sample_at(i, run) * 8, 1)[0]
            total += weight
            gathered[i] = real(weight)
    doubles(r[SHARED], SHARED_FIELDS)[WEIGHT_SUM] = total


@kernel
def sum_losses(row, run):
    """Add the batch's mean loss, times its rows, to the epoch's sum."""
    field = integers(row, 3)
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    losses, shared = doubles(field[2], n_rows), doubles(r[SHARED], SHARED_FIELDS)
    total = 0.0
    for i in range(n_rows):
        total += losses[i]
    if shared[WEIGHT_SUM] > 0.0:
        shared[LOSS_SUM] += total / shared[WEIGHT_SUM] * n_rows


@kernel
def add_losses(row, run):
    """Add the batch's losses to the sum over all batches."""
    field = integers(row, 3)
    r = integers(run, RUN_FIELDS)
    n_rows = r[ROWS]
    losses, shared = doubles(field[2], n_rows), doubles(r[SHARED], SHARED_FIELDS)
    for i in range(n_rows):
        shared[LOSS_SUM] += losses[i]


@kernel
def keep_losses(row, run):
    """Copy the batch's losses to its rows of the losses of all samples."""
    field = integers(row, 4)
    r = integers(run, RUN_FIELDS)
    n_rows, first = r[ROWS], r[FIRST]
    losses, kept = doubles(field[2], n_rows), doubles(field[3], first + n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        kept[first + i] = losses[i]


@kernel
def add_row_penalties(row, run):
    """Add a penalty of each row, times the row's weight, to its loss."""
    field = integers(row, 5)
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    losses, penalties = doubles(field[2], n_rows), doubles(field[3], n_rows)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        weight = 1.0
        if field[4] != 0:
            sample = sample_at(i, run)
            weight = doubles(field[4], sample + 1)[sample]
        losses[i] += weight * penalties[i]


@kernel
def sum_penalties(row, run):
    """Add the batch's penalty on weights, times its rows, to the epoch's sum."""
    field = integers(row, 5)
    r = integers(run, RUN_FIELDS)
    squares, shared = doubles(field[2], field[3]), doubles(r[SHARED], SHARED_FIELDS)
    alpha = doubles(field[4], 1)[0]
    total = 0.0
    for block in range(field[3]):
        total += squares[block]
    if shared[WEIGHT_SUM] > 0.0:
        shared[PENALTY_SUM] += 0.5 * alpha * total / shared[WEIGHT_SUM] * r[ROWS]


@kernel
def square_gradient(row, run):
    """Sum the squares of a block's gradient, as the update will see it before clipping."""
    field = integers(row, 7)
    size = field[4]
    w, g = reals(field[2], size), reals(field[3], size)
    alpha = doubles(field[5], 1)[0]
    total = 0.0
    for i in range(size):
        total += (g[i] + alpha * w[i]) ** 2
    doubles(field[6], 1)[0] = total


@kernel
def do_not_clip(row, run):
    """Reset the clipping factor to one, after a phase that clipped its gradients."""
    doubles(integers(run, RUN_FIELDS)[SHARED], SHARED_FIELDS)[CLIP_FACTOR] = 1.0


@kernel
def clip_gradient(row, run):
    """Find the factor that brings the gradient's norm down to its limit."""
    field = integers(row, 5)
    r = integers(run, RUN_FIELDS)
    squares, shared = doubles(field[2], field[3]), doubles(r[SHARED], SHARED_FIELDS)
    limit = doubles(field[4], 1)[0]
    total = 0.0
    for block in range(field[3]):
        total += squares[block]
    if shared[WEIGHT_SUM] > 0.0:
        norm = np.sqrt(total) / shared[WEIGHT_SUM]
        shared[CLIP_FACTOR] = limit / norm if norm > limit else 1.0
