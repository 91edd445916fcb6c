"""Rows of numbers: cleared, copied, added and multiplied."""

from __future__ import annotations

from ...engine.compile.jit import helper
from ...engine.lanes import load, plus, store, times
from ...engine.primitives import ITEMSIZE, real, reals
from ...engine.tiles import LANES


@helper
def clear(address, n):
    """Write zeros."""
    numbers = reals(address, n)
    for j in range(n):
        numbers[j] = real(0.0)


@helper
def copy(target, source, n):
    """Copy numbers."""
    for j in range(0, n, LANES):
        store(target + j * ITEMSIZE, load(source + j * ITEMSIZE, min(LANES, n - j)),
              min(LANES, n - j))


@helper
def add(target, source, n):
    """Add numbers to others."""
    for j in range(0, n, LANES):
        count, place = min(LANES, n - j), j * ITEMSIZE
        total = plus(load(target + place, count), load(source + place, count))
        store(target + place, total, count)


@helper
def multiply(target, one, other, n):
    """Write the products of numbers."""
    for j in range(0, n, LANES):
        count, place = min(LANES, n - j), j * ITEMSIZE
        store(target + place, times(load(one + place, count), load(other + place, count)), count)
