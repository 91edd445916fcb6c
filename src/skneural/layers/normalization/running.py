"""Running statistics: averages over the batches of training, each counted by its rows."""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.primitives import ROWS, RUN_FIELDS, integers, real, reals

NOTED = 2  # numbers remembered beside an average: batches so far, and the rows they count as


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
def share_of_batch(noted, at, weight, momentum):
    """Note a batch that counts as ``weight`` rows; return its share of the averages.

    What is known of the batches before are the `NOTED` numbers that begin at a place.
    The first batches are averaged evenly. From 1 / (1 - momentum) batches on, each takes the
    share 1 - momentum off what was there before, if all are as large.
    """
    batches, rows = noted[at], noted[at + 1]
    if batches > 0.0:
        longest = 1.0 / (1.0 - momentum)
        rows *= (min(batches + 1.0, longest) - 1.0) / min(batches, longest)
    noted[at], noted[at + 1] = batches + 1.0, rows + weight
    return weight / (rows + weight)


@helper
def unbiasing(count):
    """Return what a variance about the mean of so many numbers is multiplied by."""
    return count / (count - 1.0)


@helper
def update_running(average, values, begin, end, share, factor):
    """Average running numbers, from begin to end, with those of a batch times a factor."""
    for c in range(begin, end):
        average[c] = real((1.0 - share) * average[c] + share * factor * values[c])
