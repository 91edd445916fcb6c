"""The contraction kernel: walks C in register tiles, packing B where that pays."""

from .jit import helper, kernel
from .primitives import ITEMSIZE, RUN_FIELDS, SCRATCH, integers, reals
from .tiles import (
    BIAS,
    FROM_C,
    K1,
    K2,
    LANES,
    LDC,
    RSA,
    SA1,
    SB1,
    SB2,
    START,
    TILE_FIELDS,
    TILE_ROWS,
    TILE_VECTORS,
    pack,
    tile,
    transpose_square,
)

# fields of a contraction: those of its tiles, then its size, its matrices, and A's stride of k2
M, N, A, B, C, SA2 = range(TILE_FIELDS, TILE_FIELDS + 6)
GEMM_FIELDS = TILE_FIELDS + 6

PANEL_DEPTH = 144  # most rows of B in a panel, which then fits the nearest cache
CONFLICT_BYTES = 32768  # rows this far apart over a power of two fall into the same cache sets
SHALLOW = 64  # panels as shallow as this, for the sake of cache sets, are rather packed
PACKING_ROWS = 24  # fewer rows of A do not repay the packing

# a thread's scratch begins with the descriptions of a contraction and a tile, then the panel
DESCRIPTION_BYTES = 512
PANEL_BYTES = PANEL_DEPTH * 64 * 3
BLOCK_BYTES = 65536  # of A, transposed at a time where it is read down its columns
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
def _block_depth(g):
    """Return how many steps of k2 to do at a time: all, or as many of A as are transposed."""
    if g[SA2] == 1:
        return max(g[K2], 1)
    depth = BLOCK_BYTES // (g[M] * ITEMSIZE)
    return depth // LANES * LANES if depth >= LANES else max(depth, 1)


@helper
def _transpose_block(block, a, n_rows, depth, stride):
    """Copy A (n_rows, depth), read down its columns, to rows of their own."""
    of = reals(a, (depth - 1) * stride + n_rows)
    to = reals(block, n_rows * depth)
    whole_rows, whole_depth = n_rows // LANES * LANES, depth // LANES * LANES
    for k in range(0, whole_depth, LANES):
        for i in range(0, whole_rows, LANES):
            source = a + (k * stride + i) * ITEMSIZE
            transpose_square(block + (i * depth + k) * ITEMSIZE, depth, source, stride)
    for k in range(depth):
        for i in range(whole_rows if k < whole_depth else 0, n_rows):
            to[i * depth + k] = of[k * stride + i]


@helper
def _strip_vectors(columns):
    """Return the vectors in a row of the next strip: two and two rather than three and one."""
    vectors = (columns + LANES - 1) // LANES
    return min(2 if vectors == 4 else vectors, TILE_VECTORS)


@helper
def _begin_block(f, g, block, k1, k0, block_depth):
    """Describe the part of the sums at k1 and from k0 on; return where its A and B are."""
    a = g[A] + (k1 * g[SA1] + k0 * g[SA2]) * ITEMSIZE
    b = g[B] + (k1 * g[SB1] + k0 * g[SB2]) * ITEMSIZE
    f[K2] = min(block_depth, g[K2] - k0)
    if g[SA2] == 1:
        return a, b
    _transpose_block(block, a, g[M], f[K2], g[SA2])
    f[RSA], f[K1] = f[K2], 1
    return block, b


@kernel
def gemm(row, run):
    """Run the contraction that ``row`` describes."""
    g = integers(row, GEMM_FIELDS)
    description = integers(run, RUN_FIELDS)[SCRATCH] + DESCRIPTION_BYTES // 2
    panel = description + DESCRIPTION_BYTES // 2
    f = integers(description, TILE_FIELDS)
    for field in range(TILE_FIELDS):
        f[field] = g[field]
    n_rows, n_columns = g[M], g[N]
    step_b, step_c = g[SB2] * ITEMSIZE, g[LDC] * ITEMSIZE
    block_depth = _block_depth(g)
    n_blocks = (max(g[K2], 1) + block_depth - 1) // block_depth
    outer = 1 if g[SA2] == 1 else g[K1]
    for part in range(outer * n_blocks):
        k1, k0 = part // n_blocks, part % n_blocks * block_depth
        first_a, first_b = _begin_block(f, g, panel + PANEL_BYTES, k1, k0, block_depth)
        step_a, depth = f[RSA] * ITEMSIZE, f[K2]
        panel_depth, packs = max(depth, 1), False
        if f[K1] == 1:
            direct = _direct_depth(step_b)
            packs = direct < SHALLOW and n_rows >= PACKING_ROWS
            panel_depth = _even_depth(depth, PANEL_DEPTH if packs else max(direct, SHALLOW))
        j = 0
        while j < n_columns:
            vectors = _strip_vectors(n_columns - j)
            columns = min(n_columns - j, vectors * LANES)
            f[BIAS] = g[BIAS] + j * ITEMSIZE
            f[START] = g[START] if part == 0 else FROM_C
            k = 0
            while k < max(depth, 1):
                a, c = first_a + k * ITEMSIZE, g[C] + j * ITEMSIZE
                b = first_b + k * step_b + j * ITEMSIZE
                f[K2], f[SB2] = min(panel_depth, depth - k), g[SB2]
                if packs:
                    pack(vectors, panel, b, f[K2], g[SB2], columns)
                    b, f[SB2] = panel, vectors * LANES
                i = 0
                while i < n_rows:
                    rows = TILE_ROWS
                    while rows > n_rows - i:
                        rows //= 2
                    tile(rows, vectors, description, a + i * step_a, b, c + i * step_c, columns)
                    i += rows
                f[START] = FROM_C
                k += panel_depth
            j += columns
