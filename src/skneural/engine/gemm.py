"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .choices import (
    ALIGNING_ROWS,
    MOST_PANEL_BYTES,
    PACKING_ROWS,
    PANEL_DEPTH,
    TILE_ROWS,
    TILE_VECTORS,
)
from .compile.jit import helper, kernel
from .primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, integers
from .tiles import (
    BIAS,
    FROM_C,
    K1,
    K2,
    LANES,
    LDC,
    RSA,
    SA2,
    SB2,
    START,
    TILE_FIELDS,
    pack,
    tile,
    tile_down,
)

# fields of a contraction: those of its tiles, then its size, its matrices, and how many groups of
# rows there are, with the steps of A and C from one to the next
M, N, A, B, C, GROUPS, GSA, GSC = range(TILE_FIELDS, TILE_FIELDS + 8)
GEMM_FIELDS = TILE_FIELDS + 8

CONFLICT_BYTES = 32768  # rows this far apart over a power of two fall into the same cache sets
SHALLOW = 64  # panels as shallow as this, for the sake of cache sets, are rather packed

# a thread's scratch begins with the descriptions of a contraction and a tile, then the panel
DESCRIPTION_BYTES = 512
PACKED_BYTES = MOST_PANEL_BYTES


@helper
def _direct_depth(stride):
    """Return how many rows of B, ``stride`` bytes apart, the nearest cache holds at a time."""
    return min(PANEL_DEPTH, CONFLICT_BYTES // max(stride & -stride, 1))


@helper
def even_depth(depth, most):
    """Return the rows of a panel: of nearly the same size all, and ``most`` at the most."""
    n_panels = max(1, (depth + most - 1) // most)
    return max(1, (depth + n_panels - 1) // n_panels)


@helper
def strip_vectors(columns):
    """Return the vectors in a row of the next strip: two and two rather than three and one."""
    vectors = (columns + LANES - 1) // LANES
    return min(2 if vectors == 4 else vectors, TILE_VECTORS)


@helper
def _next_rows(left, vectors):
    """Return the rows of the next tile: more of narrow ones, the last two as high as each other."""
    if vectors == 1 and left >= 2 * TILE_ROWS:
        return 2 * TILE_ROWS
    high = 3 * TILE_ROWS // 2
    if vectors == 2 and (
        left >= high + 2 * TILE_ROWS
        or left == high or left == high + TILE_ROWS or left == 2 * high
    ):
        return high
    if left >= 2 * TILE_ROWS:
        return TILE_ROWS
    return left if left <= TILE_ROWS else (left + 1) // 2


@helper
def _number_of_tiles(left, rows, vectors):
    """Return how many tiles of the same rows follow one another, the first having so many."""
    n_tiles = 1
    while n_tiles * rows < left and _next_rows(left - n_tiles * rows, vectors) == rows:
        n_tiles += 1
    return n_tiles


@helper
def _down_a_strip(g, f, description, a, b, c, vectors, columns):
    """Run the tiles of a strip of C from its first row to its last."""
    step_a, step_c = g[RSA] * ITEMSIZE, g[LDC] * ITEMSIZE
    for group in range(g[GROUPS]):
        first_a = a + group * g[GSA] * ITEMSIZE
        first_c = c + group * g[GSC] * ITEMSIZE
        i = 0
        while i < g[M]:
            rows = _next_rows(g[M] - i, vectors)
            n_tiles = _number_of_tiles(g[M] - i, rows, vectors)
            left, out = first_a + i * step_a, first_c + i * step_c
            if g[SA2] == 1:
                tile(rows, vectors, n_tiles, description, left, b, out, columns)
            else:
                tile_down(rows, vectors, n_tiles, description, left, b, out, columns)
            i += n_tiles * rows


@kernel
def gemm(row, run):
    """Run the contraction that ``row`` describes."""
    g = integers(row, GEMM_FIELDS)
    description = integers(run, RUN_FIELDS)[SCRATCH] + DESCRIPTION_BYTES // 2
    panel = description + DESCRIPTION_BYTES // 2
    f = integers(description, TILE_FIELDS)
    for field in range(TILE_FIELDS):
        f[field] = g[field]
    n_columns, depth = g[N], g[K2]
    step_a, step_b = g[SA2] * ITEMSIZE, g[SB2] * ITEMSIZE
    panel_depth, packs = max(depth, 1), False
    if g[K1] == 1:
        direct = _direct_depth(step_b)
        n_rows = g[M] * g[GROUPS]
        packs = direct < SHALLOW and n_rows >= PACKING_ROWS
        packs |= step_b % (LANES * ITEMSIZE) != 0 and n_rows >= ALIGNING_ROWS
        panel_depth = even_depth(depth, PANEL_DEPTH if packs else max(direct, SHALLOW))
    k = 0
    while k < max(depth, 1):  # outside, so that a panel's columns of A stay in the cache
        f[K2], f[START] = min(panel_depth, depth - k), g[START] if k == 0 else FROM_C
        j = 0
        while j < n_columns:
            vectors = strip_vectors(n_columns - j)
            columns = min(n_columns - j, vectors * LANES)
            f[BIAS], f[SB2] = g[BIAS] + j * ITEMSIZE, g[SB2]
            b = g[B] + k * step_b + j * ITEMSIZE
            if packs:
                pack(vectors, panel, b, f[K2], g[SB2], columns)
                b, f[SB2] = panel, vectors * LANES
            _down_a_strip(g, f, description, g[A] + k * step_a, b, g[C] + j * ITEMSIZE,
                          vectors, columns)
            j += columns
        k += panel_depth
