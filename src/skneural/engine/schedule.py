"""Numbers that differ from update to update, which kernels read by address."""

import numpy as np

from .compile.jit import helper
from .primitives import BATCH, RUN_FIELDS, doubles, integers


@helper
def update_number(place, run):
    """Return the number of the present update, of those whose address stands at a place."""
    batch = integers(run, RUN_FIELDS)[BATCH]
    return doubles(np.int64(integers(place, 1)[0]) + batch * 8, 1)[0]
