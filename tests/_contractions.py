"""Contractions by the engine's kernel, what they should give, and what another processor gives."""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skneural.engine.compile import jit
from skneural.engine.gemm import GEMM_FIELDS, GROUPS, A, B, C, M, N, gemm
from skneural.engine.plan import aligned
from skneural.engine.primitives import RUN_FIELDS, SCRATCH
from skneural.engine.scratch import scratch_bytes
from skneural.engine.tiles import (
    BIAS,
    FROM_BIAS,
    FROM_C,
    FROM_ZERO,
    K1,
    K2,
    LDC,
    RSA,
    SA1,
    SA2,
    SB1,
    SB2,
    START,
)

STARTS = {"zero": FROM_ZERO, "accumulate": FROM_C, "bias": FROM_BIAS}
GUARD = 8  # rows and columns around C that nothing may write
UNTOUCHED = -7777.0


class Contraction:
    """C (m, n) += sum over k1 and k2 of A (m, k1, k2) times B (k1, k2, n), any strides of A."""

    def __init__(self, a, b, dtype, start="zero", padding=0, seed=0, guard=GUARD):
        random = np.random.default_rng(seed)
        self.dtype, self.start = np.dtype(dtype), start
        self.a, self.b = a, b  # views of shape (m, k1, k2) and (k1, k2, n)
        self.m, self.n = a.shape[0], b.shape[2]
        self.bias = random.normal(0, 1, self.n).astype(dtype)
        shape = (self.m + 2 * guard, self.n + 2 * guard + padding)
        self.memory = np.full(shape, UNTOUCHED, dtype)
        self.place = slice(guard, guard + self.m), slice(guard, guard + self.n)
        self.c = self.memory[self.place]
        self.c[...] = random.normal(0, 1, self.c.shape) if start == "accumulate" else np.nan
        self.before = self.c.copy()

    def run(self):
        """Return C, once it is certain that nothing else was written."""
        size = self.dtype.itemsize
        row, run = aligned(GEMM_FIELDS, np.int64), aligned(RUN_FIELDS, np.int64)
        scratch = aligned(scratch_bytes(0, 8), np.uint8)
        run[SCRATCH] = scratch.ctypes.data
        row[A], row[B], row[C] = (part.ctypes.data for part in (self.a, self.b, self.c))
        row[M], row[N], row[GROUPS] = self.m, self.n, 1
        row[K1], row[K2] = self.a.shape[1:]
        row[[RSA, SA1, SA2]] = np.array(self.a.strides) // size
        row[[SB1, SB2]] = np.array(self.b.strides[:2]) // size
        row[LDC], row[START] = self.memory.shape[1], STARTS[self.start]
        row[BIAS] = self.bias.ctypes.data
        jit.call_address(gemm.address(self.dtype), row.ctypes.data, run.ctypes.data)
        around = self.memory.copy()
        around[self.place] = UNTOUCHED
        assert (around == UNTOUCHED).all(), "written outside of C"
        return self.c

    def part(self, rows=slice(None), columns=slice(None)):
        """Return the contraction that gives some rows and columns of C by themselves."""
        part = Contraction(self.a[rows], self.b[:, :, columns], self.dtype, self.start)
        part.bias = self.bias[columns]
        return part

    def expected(self):
        """Return C in float64, and a bound of the rounding errors of any order of the sums."""
        a, b = (np.asarray(part, float) for part in (self.a, self.b))
        start = {"zero": 0.0, "accumulate": self.before, "bias": self.bias}[self.start]
        start = np.broadcast_to(np.asarray(start, float), self.c.shape)
        value = start + np.einsum("mkl,kln->mn", a, b)
        size = abs(start) + np.einsum("mkl,kln->mn", abs(a), abs(b))
        depth = a.shape[1] * a.shape[2]
        return value, (depth + 2) * np.finfo(self.dtype).eps * size

    def check(self):
        """Run, and compare with NumPy."""
        result = self.run()
        expected, bound = self.expected()
        error = np.abs(result - expected)
        place = (self.m, self.n, self.a.shape[1:], self.start, self.dtype.name)
        assert (error <= bound).all(), f"{place}: off by {np.nanmax(error / bound)} bounds"
        assert np.isfinite(result).all(), place
        return result


def flat(shape, dtype, seed):
    return np.random.default_rng(seed).normal(0, 1, shape).astype(dtype)


def strided(n_rows, n_columns, dtype, *, transposed=False, padding=0, seed=0):
    """A matrix as a view of wider memory that is NaN elsewhere."""
    rows, columns = (n_columns, n_rows) if transposed else (n_rows, n_columns)
    memory = np.full((rows, columns + padding), np.nan, dtype)
    view = memory[:, :columns]
    view[...] = flat((rows, columns), dtype, seed)
    return view.T if transposed else view


def product(m, n, k, dtype, *, start="zero", transposed=False, padding=0):
    """A (m, k) times B (k, n)."""
    a = strided(m, k, dtype, transposed=transposed, padding=padding, seed=m + k)
    b = strided(k, n, dtype, padding=padding, seed=n + k)
    return Contraction(a[:, None, :], b[None], dtype, start, padding, seed=m + n)


def batch_reduce(m, n, k1, k2, dtype, start="zero"):
    """The sums of a convolution: overlapping windows of A's rows, a matrix of B for each k1."""
    a = flat((m + k1 - 1, k2 + 3), dtype, seed=m)
    step = a.strides[0]
    windows = as_strided(a, (m, k1, k2), (step, step, a.itemsize))
    return Contraction(windows, flat((k1, k2, n), dtype, seed=n), dtype, start)


# rows, columns and depths: every edge of a tile, and both sides of packing
EDGES = [(m, n, 5) for m in (1, 2, 3, 7, 8, 9, 15) for n in (1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 33)]
SIZES = [(5, n, 3) for n in range(1, 130)]
HEIGHTS = [(m, n, 6) for m in range(1, 42) for n in (4, 8, 16, 32)]  # one and two vectors wide
DEEP = [(m, n, k) for m in (23, 24, 37) for n in (1, 19, 50, 100) for k in (1, 127, 129, 300)]
TWO_LEVELS = [
    (m, n, k1, k2) for m in (1, 9, 26) for n in (3, 32, 49) for k1, k2 in ((3, 4), (9, 1))
]


def check_all(dtype, thin=1):
    """Check every kind of contraction; return all results in a flat array."""
    results = []
    for number, (m, n, k) in enumerate([*EDGES, *SIZES, *HEIGHTS, *DEEP][::thin]):
        start = list(STARTS)[number % 3]
        results.append(
            product(m, n, k, dtype, start=start, transposed=number % 2 == 0, padding=number % 5)
            .check()
        )
    for number, sizes in enumerate(TWO_LEVELS[::thin]):
        results.append(batch_reduce(*sizes, dtype, list(STARTS)[number % 3]).check())
    return np.concatenate([result.ravel() for result in results])
