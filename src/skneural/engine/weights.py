"""What the samples of a batch count."""

from .compile.jit import helper
from .primitives import ROWS, RUN_FIELDS, SHARED, WEIGHT_SUM, doubles, integers, reals


@helper
def sample_weight(weights, sample):
    """Return a sample's weight, 1 if the address of the weights is 0."""
    if weights == 0:
        return 1.0
    return doubles(weights, sample + 1)[sample]


@helper
def row_weight(weights, i, run):
    """Return the gathered weight of a row of the batch, 1 if the address of the weights is 0."""
    r = integers(run, RUN_FIELDS)
    if weights == 0 or doubles(r[SHARED], 3)[WEIGHT_SUM] <= 0.0:
        return 1.0
    return float(reals(weights, r[ROWS])[i])
