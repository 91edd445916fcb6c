"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .jit import helper, kernel
from .primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, integers, prefetch
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
PACKED_BYTES = PANEL_DEPTH * 64 * 3


@helper
def _fetch(panel, stride, begin, end, width):
    """Begin to bring in some rows of the panel that follows."""
    for k in range(begin, end):
        for byte in range(0, width, 64):
            prefetch(panel + k * stride + byte)


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
    step_a, step_c, step_b = g[RSA] * ITEMSIZE, g[LDC] * ITEMSIZE, g[SB2] * ITEMSIZE
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
            a, c = g[A] + k * g[SA2] * ITEMSIZE, g[C] + j * ITEMSIZE
            b, following = g[B] + k * step_b + j * ITEMSIZE, 0
            f[K2] = min(panel_depth, depth - k)
            if packs:
                following = b + panel_depth * step_b
                if k + panel_depth >= depth:
                    following = g[B] + (j + columns) * ITEMSIZE if j + columns < n_columns else 0
                pack(vectors, panel, b, f[K2], g[SB2], columns)
                b, f[SB2] = panel, vectors * LANES
            i, fetched = 0, 0
            while i < n_rows:
                rows = TILE_ROWS
                while rows > n_rows - i:
                    rows //= 2
                if following != 0:
                    until = (i + rows) * f[K2] // n_rows
                    _fetch(following, step_b, fetched, until, vectors * LANES * ITEMSIZE)
                    fetched = until
                tile(rows, vectors, description, a + i * step_a, b, c + i * step_c, columns)
                i += rows
            f[START] = FROM_C
            k += panel_depth
        j += columns
