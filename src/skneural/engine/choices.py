"""How contractions run on each instruction set, in each dtype: one table, by measurement.

None of it changes a bit of a result: a number of C is one chain of multiply-adds in the same order
whatever the tiles and panels are. `python -m asv_benchmarks.products` measures it.
"""

from dataclasses import dataclass

import numpy as np

from .compile.primitive import primitive
from .processor import enabled_features


@dataclass(frozen=True)
class Choices:
    """How contractions run.

    Parameters
    ----------
    tile_rows, tile_vectors : int
        Of the largest tile that the registers hold.
    steps : int
        Steps of the sums that tall tiles take at a time, to compute addresses once for all.
    prefetches : bool
        Whether the largest tile prefetches the rows of A that the tile below reads.
    panel_depth : int
        Most rows of B in a panel.
    packing_rows : int
        With fewer rows of A, B is not packed although its rows share few sets of the cache.
    aligning_rows : int
        With fewer, B is not packed although its vectors lie across two cache lines.
    """

    tile_rows: int
    tile_vectors: int
    steps: int
    prefetches: bool
    panel_depth: int
    packing_rows: int
    aligning_rows: int


# Steps of four and prefetches gain AVX2 1% to 4% of a batch of 784-100-10 and 784-512-512-10. With
# AVX-512 the steps take 60% of a product on Zen 4, the prefetches 40% on Intel's; there panels may
# outgrow the L1 cache, as more is computed with each vector of B, and for the same reason B is
# rather read where it lies.
_AVX512 = Choices(8, 3, steps=1, prefetches=False, panel_depth=288, packing_rows=128,
                  aligning_rows=128)
_AVX2 = Choices(4, 3, steps=4, prefetches=True, panel_depth=144, packing_rows=24,
                aligning_rows=72)
_NEON = Choices(8, 3, steps=1, prefetches=False, panel_depth=144, packing_rows=24,
                aligning_rows=72)
_TABLE = {
    ("avx512f", 4): _AVX512, ("avx512f", 8): _AVX512,
    ("neon", 4): _NEON, ("neon", 8): _NEON,
    ("", 4): _AVX2, ("", 8): _AVX2,  # AVX2, and vectors of 16 bytes in as many registers
}
MOST_PANEL_BYTES = max(
    choices.panel_depth * choices.tile_vectors for choices in _TABLE.values()
) * 64


def choices(dtype: np.dtype) -> Choices:
    """Return how contractions of a dtype run on this processor."""
    found = enabled_features() & {"avx512f", "neon"}
    return _TABLE["".join(found), dtype.itemsize]


def _choice(name):
    """Return a primitive that stands for one of the choices, in plain Python those of AVX-512."""
    return primitive(lambda dtype: getattr(_AVX512, name), name)


TILE_ROWS = _choice("tile_rows")
TILE_VECTORS = _choice("tile_vectors")
PANEL_DEPTH = _choice("panel_depth")
PACKING_ROWS = _choice("packing_rows")
ALIGNING_ROWS = _choice("aligning_rows")
