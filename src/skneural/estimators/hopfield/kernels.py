"""Kernels of Hopfield networks: rows that are recalled, each by itself, and Storkey's rule.

Fields and overlaps of two-valued units are sums without rounding, so that they stay what they are
when units flip one by one.
"""

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Count, Doubles, Indices, Integers, Reals, Row, RowInteger, Scalar
from ...engine.kernels import row_kernel
from ...engine.math import exp
from ...engine.primitives import real


@row_kernel
def add_by_storkey(
    weights: Row, pattern: Reals, field: Reals, grid: Scalar, columns: Count, i: int
) -> None:
    """W (i, n) += (X X - X F - F X + 2 W) (i, n) / n, to multiples of 1 / grid: F = W X."""
    share = real(1.0) / real(columns)
    for j in range(columns):
        change = pattern[i] * pattern[j] - (pattern[i] * field[j] + field[i] * pattern[j])
        change += real(2.0) * weights[j]
        weights[j] = np.floor((weights[j] + share * change) * grid + real(0.5)) / grid
    weights[i] = real(0.0)


@helper
def flip(state, field, weights, unit, columns):
    """Flip a unit of S, and bring F = S W up to date."""
    state[unit] = -state[unit]
    twice = real(2.0) * state[unit]
    for j in range(columns):
        field[j] += twice * weights[unit * columns + j]


@row_kernel
def settle_in_turn(
    state: Row, field: Row, weights: Reals, orders: Integers, rests: RowInteger, columns: Count,
    n_sweeps: Count,
) -> None:
    """Flip the units of S (n) that are against their field, sweep by sweep, until none is."""
    sweep = 0
    while sweep < n_sweeps and rests[0] == 0:
        n_flips = 0
        for place in range(sweep * columns, (sweep + 1) * columns):
            unit = orders[place]
            if state[unit] * field[unit] < real(0.0):
                flip(state, field, weights, unit, columns)
                n_flips += 1
        if n_flips == 0:
            rests[0] = 1
        sweep += 1


@row_kernel
def settle_at_once(
    state: Row, field: Row, flipped: Row, n_flipped: RowInteger, weights: Reals,
    rests: RowInteger, columns: Count, first: Count, n_sweeps: Count,
) -> None:
    """Flip all units of S (n) that are against their field, until none is or all flip back.

    ``flipped`` (n), -1 at first, has the sweep that flipped a unit last, ``n_flipped`` how many
    units the sweep before the ``first`` one flipped.
    """
    sweep, n_before = first, n_flipped[0]
    while sweep < first + n_sweeps and rests[0] == 0:
        n_flips, n_back = 0, 0
        for unit in range(columns):
            if state[unit] * field[unit] < real(0.0):
                if flipped[unit] == real(sweep - 1):
                    n_back += 1
                flipped[unit] = real(sweep)
                n_flips += 1
        if n_flips == 0:
            rests[0] = 1
        elif n_flips == n_before and n_flips == n_back:
            rests[0] = -1
        else:
            for unit in range(columns):
                if flipped[unit] == real(sweep):
                    flip(state, field, weights, unit, columns)
        n_before = n_flips
        sweep += 1
    n_flipped[0] = n_before


@helper
def middle_of(overlap, n_patterns, columns, base, is_relative):
    """Return where ``gains`` have an overlap of 0: at n, or the greatest one's at 2 n + 1."""
    if is_relative == 0:
        return columns
    most = overlap[base]
    for p in range(1, n_patterns):
        most = max(most, overlap[base + p])
    return 2 * columns + 1 - most


@helper
def drive(overlap, patterns, gains, unit, on, n_patterns, middle, base):
    """Return what a unit gains by being on: ``gains`` by the overlaps of all others."""
    total = 0.0
    at = unit * n_patterns
    for p in range(n_patterns):
        own = patterns[at + p]
        total += own * gains[overlap[base + p] - own * on + middle]
    return total


@helper
def turn(overlap, patterns, unit, on, n_patterns, base):
    """Bring overlaps up to date for a unit that is on, 1, or off, -1, now."""
    at = unit * n_patterns
    for p in range(n_patterns):
        overlap[base + p] += 2 * on * patterns[at + p]


@row_kernel
def settle_densely_in_turn(
    state: Row, overlap: Integers, patterns: Indices, gains: Doubles, orders: Integers,
    rests: RowInteger, n_patterns: Count, columns: Count, is_relative: Count, n_sweeps: Count,
    i: int,
) -> None:
    """As `settle_in_turn`, by overlaps (n_patterns) with the patterns (n, n_patterns)."""
    sweep, base = 0, i * n_patterns
    middle = middle_of(overlap, n_patterns, columns, base, is_relative)
    while sweep < n_sweeps and rests[0] == 0:
        n_flips = 0
        for place in range(sweep * columns, (sweep + 1) * columns):
            unit = orders[place]
            on = 1 if state[unit] > real(0.0) else -1
            if on * drive(overlap, patterns, gains, unit, on, n_patterns, middle, base) < 0.0:
                state[unit] = -state[unit]
                turn(overlap, patterns, unit, -on, n_patterns, base)
                middle = middle_of(overlap, n_patterns, columns, base, is_relative)
                n_flips += 1
        if n_flips == 0:
            rests[0] = 1
        sweep += 1


@row_kernel
def settle_densely_at_once(
    state: Row, overlap: Integers, flipped: Row, n_flipped: RowInteger, patterns: Indices,
    gains: Doubles, rests: RowInteger, n_patterns: Count, columns: Count, is_relative: Count,
    first: Count, n_sweeps: Count, i: int,
) -> None:
    """As `settle_at_once`, by overlaps (n_patterns) with the patterns (n, n_patterns)."""
    sweep, n_before, base = first, n_flipped[0], i * n_patterns
    while sweep < first + n_sweeps and rests[0] == 0:
        n_flips, n_back = 0, 0
        middle = middle_of(overlap, n_patterns, columns, base, is_relative)
        for unit in range(columns):
            on = 1 if state[unit] > real(0.0) else -1
            if on * drive(overlap, patterns, gains, unit, on, n_patterns, middle, base) < 0.0:
                if flipped[unit] == real(sweep - 1):
                    n_back += 1
                flipped[unit] = real(sweep)
                n_flips += 1
        if n_flips == 0:
            rests[0] = 1
        elif n_flips == n_before and n_flips == n_back:
            rests[0] = -1
        else:
            for unit in range(columns):
                if flipped[unit] == real(sweep):
                    state[unit] = -state[unit]
                    on = 1 if state[unit] > real(0.0) else -1
                    turn(overlap, patterns, unit, on, n_patterns, base)
        n_before = n_flips
        sweep += 1
    n_flipped[0] = n_before


@helper(summing=True)
def attend(state, shares, patterns, beta, n_patterns, columns):
    """Shares (n_patterns) = softmax of beta X S; return the largest exponent and the exps' sum."""
    most = real(0.0)
    for p in range(n_patterns):
        total = real(0.0)
        for j in range(columns):
            total += state[j] * patterns[p * columns + j]
        shares[p] = beta * total
        if p == 0 or shares[p] > most:
            most = shares[p]
    total = real(0.0)
    for p in range(n_patterns):
        shares[p] = exp(shares[p] - most)
        total += shares[p]
    for p in range(n_patterns):
        shares[p] /= total
    return most, total


@row_kernel(summing=True)
def settle_by_attention(
    state: Row, mean: Row, shares: Row, patterns: Reals, rests: RowInteger, beta: Scalar,
    tol: Scalar, n_patterns: Count, columns: Count, n_sweeps: Count,
) -> None:
    """S (n) = shares of the patterns (n_patterns, n) by their products with S, until at rest."""
    sweep = 0
    while sweep < n_sweeps and rests[0] == 0:
        attend(state, shares, patterns, beta, n_patterns, columns)
        for j in range(columns):
            mean[j] = real(0.0)
        for p in range(n_patterns):
            for j in range(columns):
                mean[j] += shares[p] * patterns[p * columns + j]
        change = real(0.0)
        for j in range(columns):
            change = max(change, abs(mean[j] - state[j]))
            state[j] = mean[j]
        if change <= tol:
            rests[0] = 1
        sweep += 1


@row_kernel(summing=True)
def sum_exponentials(
    state: Row, shares: Row, sums: Row, patterns: Reals, beta: Scalar, n_patterns: Count,
    columns: Count,
) -> None:
    """Largest exponent and sum of exps of beta X S (n), then the square of S."""
    sums[0], sums[1] = attend(state, shares, patterns, beta, n_patterns, columns)
    square = real(0.0)
    for j in range(columns):
        square += state[j] * state[j]
    sums[2] = square
