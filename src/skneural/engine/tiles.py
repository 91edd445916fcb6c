"""The register tile of the contraction kernel: its shape, its description, its NumPy twin.

A tile is a block of C held in registers while A and B stream by,

    C[m, n] (+)= sum over k1, k2 of  A[m*rsa + k1*sa1 + k2*sa2] * B[k1*sb1 + k2*sb2 + n]

which is the batch-reduce GEMM of Georganas et al. 2019 (arXiv 1906.06440). A number of C is one
chain of multiply-adds in the order of (k1, k2), wherever the tile lies and whatever its size.
A is read along its rows (sa2 = 1) or down its columns (rsa = 1).
B is read in whole vectors: behind its rows must be readable memory, up to a vector.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from .compile.primitive import primitive
from .primitives import _view

# fields of a tile's description, int64 each; strides count numbers, not bytes
RSA, K1, SA1, SB1, K2, SA2, SB2, LDC, START, BIAS = range(10)
TILE_FIELDS = 10
FROM_ZERO, FROM_C, FROM_BIAS = range(3)  # what START says the sums begin with


def _twin(dtype):
    def tile(rows, vectors, n_tiles, description, a, b, c, columns):
        rows *= n_tiles
        f = _view(description, TILE_FIELDS, np.dtype(np.int64))
        size = dtype.itemsize
        span = (rows - 1) * f[RSA] + (f[K1] - 1) * f[SA1] + (f[K2] - 1) * f[SA2] + 1
        left = as_strided(
            _view(a, span, dtype), (rows, f[K1], f[K2]),
            np.array([f[RSA], f[SA1], f[SA2]]) * size,
        )
        span = (f[K1] - 1) * f[SB1] + (f[K2] - 1) * f[SB2] + columns
        right = as_strided(
            _view(b, span, dtype), (f[K1], f[K2], columns), np.array([f[SB1], f[SB2], 1]) * size
        )
        out = as_strided(
            _view(c, (rows - 1) * f[LDC] + columns, dtype), (rows, columns),
            np.array([f[LDC], 1]) * size,
        )
        start = {FROM_ZERO: 0, FROM_C: out}.get(int(f[START]))
        if start is None:
            start = _view(f[BIAS], columns, dtype)
        total = np.zeros((rows, columns), dtype) + start
        for k1 in range(f[K1]):
            for k2 in range(f[K2]):
                total += left[:, k1, k2, None] * right[k1, k2]
        out[...] = total

    return tile


def _pack_twin(dtype):
    def pack(vectors, target, source, depth, stride, columns):
        width = vectors * 16 // dtype.itemsize
        to = _view(target, depth * width, dtype).reshape(depth, width)
        of = _view(source, (depth - 1) * stride + columns, dtype)
        to[:, columns:] = 0
        to[:, :columns] = as_strided(
            of, (depth, columns), (stride * dtype.itemsize, dtype.itemsize)
        )

    return pack


def _transpose_twin(dtype):
    def transpose_square(target, target_stride, source, source_stride):
        width, size = 16 // dtype.itemsize, dtype.itemsize
        of = _view(source, (width - 1) * source_stride + width, dtype)
        to = _view(target, (width - 1) * target_stride + width, dtype)
        square = as_strided(of, (width, width), (source_stride * size, size))
        as_strided(to, (width, width), (target_stride * size, size))[...] = square.T

    return transpose_square


tile = primitive(_twin, "tile")
tile_down = primitive(_twin, "tile_down")
pack = primitive(_pack_twin, "pack")
transpose_square = primitive(_transpose_twin, "transpose_square")
LANES = primitive(lambda dtype: 16 // dtype.itemsize, "lanes")
