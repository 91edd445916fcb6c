"""Numbers of the channels, repeated to a length that vectorises.

A sample is one run of numbers, its channels next to each other at each position. A loop over the
few channels of one position alone would be all overhead; over a pattern of many positions it is
as fast as memory. Patterns lie in the thread's own memory.
"""

from __future__ import annotations

import math

from ..engine.compile.jit import helper
from ..engine.plan import Plan
from ..engine.primitives import ITEMSIZE, real, reals
from ..engine.scratch import block_gradient

_LENGTH = 256  # numbers, about


def pattern_size(plan: Plan, shape: tuple[int, ...], n_patterns: int) -> int:
    """Return the size of a pattern for samples of a shape, and make room for some."""
    channels, positions = shape[-1], math.prod(shape[:-1])
    size = channels * min(positions, -(-_LENGTH // channels))
    plan.scratch_bytes = max(plan.scratch_bytes, n_patterns * size * plan.dtype.itemsize)
    return size


@helper
def pattern(number, size, run):
    """Return the thread's memory for a pattern, a number of them after the first."""
    return reals(block_gradient(0, run) + number * size * ITEMSIZE, size)


@helper
def fill(target, size, value):
    """Write one value all over a pattern."""
    for j in range(size):
        target[j] = value


@helper
def repeat(target, size, channels):
    """Repeat the first numbers of a pattern to its end."""
    for begin in range(channels, size, channels):
        for c in range(channels):
            target[begin + c] = target[c]


@helper
def spread(target, size, source, channels):
    """Write the numbers of the channels at each position of a pattern."""
    for c in range(channels):
        target[c] = real(source[c])
    repeat(target, size, channels)


@helper
def add_to_channels(total, sums, size, channels, weight):
    """Add a pattern of sums, times a weight, to the totals of its channels, and empty it."""
    for begin in range(0, size, channels):
        for c in range(channels):
            total[c] += weight * sums[begin + c]
    fill(sums, size, real(0.0))
