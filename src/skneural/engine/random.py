"""Random numbers by counter: a number depends on its keys alone, not on thread or order.

The mixing of 64-bit keys is splitmix64 (Steele, Lea and Flood 2014), that of 32-bit counters the
two-round multiply-xorshift hash of Wellons 2018 ("hash prospector"), both of full avalanche.
"""

import numpy as np

from .compile.jit import helper
from .math import cosine, log_of_unit, sine
from .primitives import real


@helper
def mix(key):
    """Spread a 64-bit key over all its bits."""
    z = np.uint64(key) + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@helper
def row_key(seed, step, layer, row):
    """Return the key of one row of one layer at one update."""
    key = mix(np.uint64(seed))
    key = mix(key ^ np.uint64(step))
    key = mix(key ^ np.uint64(layer))
    return mix(key ^ np.uint64(row))


@helper
def bits(key, counter):
    """Return 32 random bits for a key and the counter within it."""
    x = np.uint32(np.uint32(counter) * np.uint32(0x9E3779B9) + np.uint32(key))
    x = np.uint32(x ^ np.uint32(x >> np.uint32(16)))
    x = np.uint32(x * np.uint32(0x7FEB352D))
    x = np.uint32(x ^ np.uint32(x >> np.uint32(15)))
    x = np.uint32(x * np.uint32(0x846CA68B))
    x = np.uint32(x ^ np.uint32(x >> np.uint32(16)))
    return np.uint32(x ^ np.uint32(key >> np.uint64(32)))


@helper
def positive_uniform(key, counter):
    """Return a number above 0 and up to 1 for a key and the counter within it."""
    return (real(bits(key, counter)) + real(0.5)) * real(2.0**-32)


@helper
def normal_pair(key, counter):
    """Return two independent standard normal numbers: Box and Muller 1958.

    The angle is drawn within a quarter of the circle, where sine and cosine are short sums, and
    which quarter by two bits more.
    """
    radius = np.sqrt(real(-2.0) * log_of_unit(positive_uniform(key, 2 * counter)))
    angle_bits = bits(key, 2 * counter + 1)
    part = real(angle_bits >> np.uint32(2)) * real(2.0**-30) - real(0.5)
    angle = part * real(1.5707963267948966)
    across, up = cosine(angle), sine(angle)
    swapped = (angle_bits & np.uint32(1)) != 0
    radius = -radius if (angle_bits & np.uint32(2)) != 0 else radius
    return radius * (up if swapped else across), radius * (across if swapped else up)


@helper
def uniform(key, counter):
    """Return a random number from 0 to 1, 1 left out."""
    return np.float64(bits(key, counter)) * 2.0**-32


@helper
def below(key, counter, end):
    """Return a random whole number from 0 to below ``end``."""
    return np.int64(bits(key, counter)) * end >> 32
