"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .jit import helper, kernel
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
    TILE_ROWS,
    TILE_VECTORS,
    pack,
    pack_rows,
    tile,
)

# fields of a contraction: those of its tiles, then its size and its matrices
M, N, A, B, C = range(TILE_FIELDS, TILE_FIELDS + 5)
GEMM_FIELDS = TILE_FIELDS + 5

PANEL_DEPTH = 144  # most rows of B in a panel, which then fits the nearest cache
CONFLICT_BYTES = 32768  # rows this far apart over a power of two fall into the same cache sets
SHALLOW = 64  # panels as shallow as this, for the sake of cache sets, are rather packed
PACKING_ROWS = 24  # fewer rows of A do not repay the packing

# a thread's scratch begins with the descriptions of a contraction and a tile, then the panel
DESCRIPTION_BYTES = 512
PANEL_BYTES = PANEL_DEPTH * 64 * 3
BLOCK_BYTES = 65536  # most of A that is packed, where it is read down its columns
PACKED_BYTES = PANEL_BYTES + BLOCK_BYTES


@helper
def _direct_depth(stride):
    """Return how many rows of B, ``stride`` bytes apart, the nearest cache holds at a time."""
    return min(PANEL_DEPTH, CONFLICT_BYTES // max(stride & -stride, 1))


@helper
def _even_depth(depth, most):
    """Return the rows of a panel: of nearly the same size all, and ``most`` at the most."""
    n_panels = max(1, (depth + most - 1) // most)
    return max(1, (depth + n_panels - 1) // n_panels)


@helper
def _packs_block(g):
    """Whether A is read down its columns often enough to be packed, and small enough."""
    n_rows = (g[M] + TILE_ROWS - 1) // TILE_ROWS * TILE_ROWS
    fits = n_rows * g[K2] * ITEMSIZE <= BLOCK_BYTES
    return g[RSA] == 1 and g[SA2] != 1 and g[K1] == 1 and g[N] > TILE_VECTORS * LANES and fits


@helper
def _pack_block(block, g, step):
    """Copy A to tiles whose rows lie side by side."""
    for i in range(0, g[M], TILE_ROWS):
        pack_rows(block + i * step, g[A] + i * ITEMSIZE, g[K2], g[SA2])


@helper
def _strip_vectors(columns):
    """Return the vectors in a row of the next strip: two and two rather than three and one."""
    vectors = (columns + LANES - 1) // LANES
    return min(2 if vectors == 4 else vectors, TILE_VECTORS)


@kernel
def gemm(row, run):
    """Run the contraction that ``row`` describes."""
    g = integers(row, GEMM_FIELDS)
    description = integers(run, RUN_FIELDS)[SCRATCH] + DESCRIPTION_BYTES // 2
    panel = description + DESCRIPTION_BYTES // 2
    f = integers(description, TILE_FIELDS)
    for field in range(TILE_FIELDS):
        f[field] = g[field]
    n_rows, n_columns, depth = g[M], g[N], g[K2]
    first_a, step_a, within_a = g[A], g[RSA] * ITEMSIZE, g[RSA] * ITEMSIZE
    if _packs_block(g):
        first_a, step_a, within_a = panel + PANEL_BYTES, depth * ITEMSIZE, ITEMSIZE
        f[SA2] = TILE_ROWS
        _pack_block(first_a, g, step_a)
    step_b, step_c = g[SB2] * ITEMSIZE, g[LDC] * ITEMSIZE
    panel_depth = max(depth, 1)
    packs = False
    if g[K1] == 1:
        direct_depth = _direct_depth(step_b)
        packs = direct_depth < SHALLOW and n_rows >= PACKING_ROWS
        panel_depth = _even_depth(depth, PANEL_DEPTH if packs else max(direct_depth, SHALLOW))
    j = 0
    while j < n_columns:
        vectors = _strip_vectors(n_columns - j)
        columns = min(n_columns - j, vectors * LANES)
        f[BIAS] = g[BIAS] + j * ITEMSIZE
        f[START] = g[START]
        k = 0
        while k < max(depth, 1):
            a, c = first_a + k * f[SA2] * ITEMSIZE, g[C] + j * ITEMSIZE
            b = g[B] + k * step_b + j * ITEMSIZE
            f[K2] = min(panel_depth, depth - k)
            if packs:
                pack(vectors, panel, b, f[K2], g[SB2], columns)
                b, f[SB2] = panel, vectors * LANES
            i = 0
            while i < n_rows:
                rows = TILE_ROWS
                while rows > n_rows - i:
                    rows //= 2
                within = i % TILE_ROWS
                a_tile = a + (i - within) * step_a + within * within_a
                tile(rows, vectors, description, a_tile, b, c + i * step_c, columns)
                i += rows
            f[START] = FROM_C
            k += panel_depth
        j += columns
