"""Running statistics: averages over the batches of training, each counted by its positions."""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.primitives import ROWS, RUN_FIELDS, integers, real, reals

NOTED = 2  # numbers remembered beside an average: batches so far, and the weight they count as


@helper
def rows_that_count(weights, run):
    """Return the number of rows of the batch that have a weight."""
    n_rows = integers(run, RUN_FIELDS)[ROWS]
    if weights == 0:
        return n_rows
    values, count = reals(weights, n_rows), 0
    for i in range(n_rows):
        if values[i] > 0.0:
            count += 1
    return count


@helper
def own_positions(lengths, i, positions):
    """Return how many positions of a row are its own: a sequence's steps, or all."""
    return integers(lengths, i + 1)[i] if lengths != 0 else positions


@helper
def positions_that_count(weights, lengths, positions, run):
    """Return the number of own positions of the rows that have a weight."""
    if lengths == 0:
        return rows_that_count(weights, run) * positions
    n_rows, count = integers(run, RUN_FIELDS)[ROWS], 0
    for i in range(n_rows):
        if weights == 0 or reals(weights, n_rows)[i] > 0.0:
            count += own_positions(lengths, i, positions)
    return count


@helper
def share_of_batch(noted, at, weight, momentum):
    """Note a batch that has a weight; return its share of the averages.

    What is known of the batches before are the `NOTED` numbers that begin at a place.
    The first batches are averaged evenly. From 1 / (1 - momentum) batches on, each takes the
    share 1 - momentum off what was there before, if all are as large.
    """
    batches, before = noted[at], noted[at + 1]
    if batches > 0.0:
        longest = 1.0 / (1.0 - momentum)
        before *= (min(batches + 1.0, longest) - 1.0) / min(batches, longest)
    noted[at], noted[at + 1] = batches + 1.0, before + weight
    return weight / (before + weight)


@helper
def unbiasing(count):
    """Return what a variance about the mean of so many numbers is multiplied by."""
    return count / (count - 1.0)


@helper
def update_running(average, values, begin, end, share, factor):
    """Average running numbers, from begin to end, with those of a batch times a factor."""
    for c in range(begin, end):
        average[c] = real((1.0 - share) * average[c] + share * factor * values[c])
