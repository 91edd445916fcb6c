"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .jit import kernel, helper
from .primitives import ITEMSIZE, SCRATCH, RUN_FIELDS, integers, reals
from .tiles import (
    FROM_C, K1, K2, LANES, SB2, START, TILE_FIELDS, TILE_ROWS, TILE_VECTORS, tile, BIAS, LDC, RSA, SA2,
)

# fields of a contraction: those of its tiles, then
M, N, A, B, C = range(TILE_FIELDS, TILE_FIELDS + 5)
GEMM_FIELDS = TILE_FIELDS + 5

PACKED_DEPTH = 128  # rows of B packed at a time
PACKING_ROWS = 24  # fewer rows of A do not repay the packing
# bytes at the start of a thread's scratch: descriptions of contraction and tile, then packed B
DESCRIPTION_BYTES = 512
PACKED_BYTES = PACKED_DEPTH * 64 * 3


@helper
def _tile_row(vectors, rows, description, a, b, c, columns):
    """Run one tile of any size up to the largest."""
    if vectors == 3:
        if rows == 8:
            tile(8, 3, description, a, b, c, columns)
        elif rows == 4:
            tile(4, 3, description, a, b, c, columns)
        elif rows == 2:
            tile(2, 3, description, a, b, c, columns)
        else:
            tile(1, 3, description, a, b, c, columns)
    elif vectors == 2:
        if rows == 8:
            tile(8, 2, description, a, b, c, columns)
        elif rows == 4:
            tile(4, 2, description, a, b, c, columns)
        elif rows == 2:
            tile(2, 2, description, a, b, c, columns)
        else:
            tile(1, 2, description, a, b, c, columns)
    else:
        if rows == 8:
            tile(8, 1, description, a, b, c, columns)
        elif rows == 4:
            tile(4, 1, description, a, b, c, columns)
        elif rows == 2:
            tile(2, 1, description, a, b, c, columns)
        else:
            tile(1, 1, description, a, b, c, columns)


@helper
def _strip(vectors, n_rows, description, a, b, c, columns):
    """Run the tiles below one another in a strip of C."""
    f = integers(description, TILE_FIELDS)
    step_a, step_c = f[RSA] * ITEMSIZE, f[LDC] * ITEMSIZE
    i = 0
    while i < n_rows:
        left = n_rows - i
        rows = TILE_ROWS
        while rows > left:
            rows //= 2
        _tile_row(vectors, rows, description, a + i * step_a, b, c + i * step_c, columns)
        i += rows


@helper
def _pack(target, source, depth, stride, columns, width):
    """Copy a (depth, columns) panel of B to (depth, width), zeros behind the columns."""
    to = reals(target, depth * width)
    of = reals(source, (depth - 1) * stride + columns)
    for k in range(depth):
        for j in range(columns):
            to[k * width + j] = of[k * stride + j]
        for j in range(columns, width):
            to[k * width + j] = 0


@kernel
def gemm(row, run):
    """Run the contraction that ``row`` describes."""
    g = integers(row, GEMM_FIELDS)
    description = integers(run, RUN_FIELDS)[SCRATCH] + DESCRIPTION_BYTES // 2
    f = integers(description, TILE_FIELDS)
    for field in range(TILE_FIELDS):
        f[field] = g[field]
    n_rows, n_columns = g[M], g[N]
    depth, stride = g[K2], g[SB2]
    packs = n_rows >= PACKING_ROWS and g[K1] == 1 and depth > 0
    packed = description + DESCRIPTION_BYTES // 2
    step = PACKED_DEPTH if packs else max(depth, 1)
    j = 0
    while j < n_columns:
        left = n_columns - j
        vectors = (left + LANES - 1) // LANES
        if vectors == 4:
            vectors = 2
        vectors = min(vectors, TILE_VECTORS)
        columns = min(left, vectors * LANES)
        f[BIAS] = g[BIAS] + j * ITEMSIZE
        f[START] = g[START]
        c = g[C] + j * ITEMSIZE
        k = 0
        while k < max(depth, 1):
            a = g[A] + k * g[SA2] * ITEMSIZE
            b = g[B] + (k * stride + j) * ITEMSIZE
            f[K2] = min(step, depth - k)
            if packs:
                f[SB2] = vectors * LANES
                _pack(packed, b, f[K2], stride, columns, f[SB2])
                b = packed
            _strip(vectors, n_rows, description, a, b, c, columns)
            f[START] = FROM_C
            k += step
        j += columns
