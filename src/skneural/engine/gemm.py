"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .jit import kernel, helper
from .primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, integers, prefetch, reals
from .tiles import (
    FROM_C, K1, K2, LANES, SB2, START, TILE_FIELDS, TILE_ROWS, TILE_VECTORS, pack, tile, BIAS, LDC, RSA, SA2,
)

# fields of a contraction: those of its tiles, then
M, N, A, B, C = range(TILE_FIELDS, TILE_FIELDS + 5)
GEMM_FIELDS = TILE_FIELDS + 5

PACKED_DEPTH = 128  # rows of B packed at a time
PACKING_ROWS = 24  # fewer rows of A do not repay the packing
DIRECT_BYTES = 16384  # a B this small stays in the nearest cache as it is
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
def _strip(vectors, n_rows, description, a, b, c, columns, following, stride):
    """Run the tiles below one another in a strip of C, and fetch the panel of B that follows."""
    f = integers(description, TILE_FIELDS)
    step_a, step_c = f[RSA] * ITEMSIZE, f[LDC] * ITEMSIZE
    fetched = 0
    i = 0
    while i < n_rows:
        left = n_rows - i
        rows = TILE_ROWS
        while rows > left:
            rows //= 2
        if following != 0:
            until = min(f[K2], (i + rows) * f[K2] // n_rows)
            while fetched < until:
                line = following + fetched * stride
                for byte in range(0, vectors * LANES * ITEMSIZE, 64):
                    prefetch(line + byte)
                fetched += 1
        _tile_row(vectors, rows, description, a + i * step_a, b, c + i * step_c, columns)
        i += rows


@helper
def _pack(vectors, target, source, depth, stride, columns):
    """Copy a panel of B (depth, columns) to rows of whole vectors."""
    if vectors == 3:
        pack(3, target, source, depth, stride, columns)
    elif vectors == 2:
        pack(2, target, source, depth, stride, columns)
    else:
        pack(1, target, source, depth, stride, columns)


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
    packs = n_rows >= PACKING_ROWS and g[K1] == 1 and depth * stride * ITEMSIZE > DIRECT_BYTES
    packed = description + DESCRIPTION_BYTES // 2
    step = max(depth, 1)
    if packs:
        n_panels = (depth + PACKED_DEPTH - 1) // PACKED_DEPTH
        step = (depth + n_panels - 1) // n_panels
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
            following = 0
            if packs:
                following = b + step * stride * ITEMSIZE
                if k + step >= depth:
                    following = g[B] + (j + columns) * ITEMSIZE if j + columns < n_columns else 0
                f[SB2] = vectors * LANES
                _pack(vectors, packed, b, f[K2], stride, columns)
                b = packed
            _strip(vectors, n_rows, description, a, b, c, columns, following, stride * ITEMSIZE)
            f[START] = FROM_C
            k += step
        j += columns
