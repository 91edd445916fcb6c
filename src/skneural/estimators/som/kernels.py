"""Kernels of self-organizing maps: the nearest unit, distances, sums by unit, online steps."""

from dataclasses import dataclass

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import (
    Address,
    Callee,
    Count,
    Doubles,
    Integers,
    Reals,
    Row,
    RowDouble,
    RowInteger,
    SampleRow,
)
from ...engine.gemm import DESCRIPTION_BYTES, M, N
from ...engine.kernels import kernel, row_kernel
from ...engine.lanes import load, spread, store, where_less
from ...engine.primitives import ITEMSIZE, call, real, reals
from ...engine.tiles import BIAS, FROM_BIAS, K2, LANES, START
from ...layers._product import matrix_product


@dataclass(frozen=True)
class Sizes:
    """Sizes of a product of rows and units: of W its depth and stride, and numbers of a row."""

    depth: int
    stride: int
    n_units: int
    features: int


ROWS = 32  # of X at a time
VECTORS = 12  # of units at a time: a few tiles, which stay in the nearest cache


@helper
def _keep_least(products, numbers, kept, n):
    """Compare products (n) with the least ones of each lane, and keep these and their numbers."""
    line = LANES * ITEMSIZE
    least, unit = load(kept, LANES), load(kept + line, LANES)
    for j in range(0, n, LANES):
        found = load(products + j * ITEMSIZE, LANES)
        unit = where_less(found, least, load(numbers + j * ITEMSIZE, LANES), unit)
        least = where_less(found, least, found, least)
    store(kept, least, LANES)
    store(kept + line, unit, LANES)


@helper
def _first_least(kept):
    """Return the number of the least of all lanes, the lowest of equal ones."""
    values = reals(kept, 2 * LANES)
    best = 0
    for lane in range(1, LANES):
        is_lower = values[lane] == values[best] and values[LANES + lane] < values[LANES + best]
        best = lane if values[lane] < values[best] or is_lower else best
    return int(values[LANES + best])


@helper(summing=True)
def _squared_distance(x, codebook, at, columns):
    """Squared distance to a unit over what is not NaN in x, scaled to all columns."""
    total, n_seen = real(0.0), real(0.0)
    for j in range(columns):
        difference = x[j] - codebook[at + j]
        is_seen = difference == difference
        total += difference * difference if is_seen else real(0.0)
        n_seen += real(1.0) if is_seen else real(0.0)
    return total * (real(columns) / n_seen)


@kernel
def find_units(
    gemm: Callee, x: Address, w: Address, bias: Address, sizes: Sizes, numbers: Address,
    rows: Address, codebook: Reals, best: Integers, distance: Doubles, begin: int, end: int,
    scratch: int, run: int,
) -> None:
    """Unit and distance (rows), by the least of bias (m) + X (rows, k) @ W (k, m), the first one.

    The units of W are whole vectors, and its rows so far apart that `gemm` does not pack it;
    ``numbers`` counts the units. Distances are those of ``rows`` (rows, n) to the codebook (m, n).
    """
    products, line = scratch + DESCRIPTION_BYTES, LANES * ITEMSIZE
    kept, n_units, n = products + ROWS * VECTORS * line, sizes.n_units, sizes.features
    for first in range(begin, end, ROWS):
        n_rows, block = min(ROWS, end - first), x + first * sizes.depth * ITEMSIZE
        for i in range(n_rows):
            store(kept + 2 * i * line, spread(real(np.inf)), LANES)
            store(kept + (2 * i + 1) * line, spread(real(0.0)), LANES)
        for j in range(0, n_units, VECTORS * LANES):
            width, place = min(VECTORS * LANES, n_units - j), j * ITEMSIZE
            g = matrix_product(scratch, block, sizes.depth, 1, w + place, sizes.stride, products,
                               VECTORS * LANES)
            g[M], g[N], g[K2], g[START], g[BIAS] = (
                n_rows, width, sizes.depth, FROM_BIAS, bias + place
            )
            call(gemm, scratch, run)
            for i in range(n_rows):
                at = kept + 2 * i * line
                _keep_least(products + i * VECTORS * line, numbers + place, at, width)
        for i in range(n_rows):
            unit = _first_least(kept + 2 * i * line)
            row = reals(rows + (first + i) * n * ITEMSIZE, n)
            best[first + i] = unit
            distance[first + i] = np.sqrt(_squared_distance(row, codebook, unit * n, n))


@row_kernel(summing=True)
def distances_to_units(
    x: SampleRow, codebook: Reals, distances: Row, n_units: Count, columns: Count
) -> None:
    """Distances (m) of x (n) to the units of the codebook (m, n)."""
    for unit in range(n_units):
        distances[unit] = np.sqrt(_squared_distance(x, codebook, unit * columns, columns))


@row_kernel
def sum_members(
    x: Reals, order: Integers, ends: Integers, weights: Doubles, sums: Doubles, columns: Count,
    n_counts: Count, i: int,
) -> None:
    """Sums of the rows of X (rows, n) that belong to a unit, then their weight.

    ``order`` has the rows of one unit after those of another. With a count for each column, NaN is
    left out.
    """
    at, begin = i * (columns + n_counts), ends[i - 1] if i > 0 else 0
    for place in range(begin, ends[i]):
        row = order[place]
        weight = weights[row]
        for j in range(columns):
            value = float(x[row * columns + j])
            sums[at + j] += weight * value if value == value else 0.0
        if n_counts == 1:
            sums[at + columns] += weight
        else:
            for j in range(columns):
                value = x[row * columns + j]
                sums[at + columns + j] += weight if value == value else 0.0


@row_kernel(summing=True)
def learn_row(
    x: Reals, order: RowInteger, rate: RowDouble, codebook: Reals, table: Reals, n_rows: Count,
    n_columns: Count, features: Count, has_length: Count,
) -> None:
    """Move the units of a map toward a row of X (rows, n), by the neighborhood of the nearest one.

    NaN moves nothing. With ``has_length`` 1, units are brought back to the length 1. Run by one
    thread: each row reads what the one before it wrote.
    """
    at = order[0] * features
    best, least = 0, real(np.inf)
    for unit in range(n_rows * n_columns):
        total, w = real(0.0), unit * features
        for j in range(features):
            difference = x[at + j] - codebook[w + j]
            total += difference * difference if difference == difference else real(0.0)
        if total < least:
            best, least = unit, total
    row, column = best // n_columns, best % n_columns
    for r in range(n_rows):
        line = row % 2 * (2 * n_rows - 1) + r - row + n_rows - 1
        weights = line * (2 * n_columns - 1) + n_columns - 1 - column
        for c in range(n_columns):
            share = real(rate[0]) * table[weights + c]
            w = (r * n_columns + c) * features
            if share > real(0.0):
                for j in range(features):
                    difference = x[at + j] - codebook[w + j]
                    codebook[w + j] += share * difference if difference == difference else real(0.0)
                if has_length == 1:
                    total = real(0.0)
                    for j in range(features):
                        total += codebook[w + j] * codebook[w + j]
                    factor = real(1.0) / np.sqrt(max(total, real(1e-30)))
                    for j in range(features):
                        codebook[w + j] *= factor
