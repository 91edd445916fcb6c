"""Kernels compiled, kept in a cache on disk and loaded: all that knows Numba and llvmlite."""
