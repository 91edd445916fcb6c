"""One vector register of numbers: what kernels use where LLVM would not vectorise a loop itself.

That is where several streams are read and written at once, whose aliasing LLVM cannot rule out,
or where the innermost loop is short. Each name is a function of vectors; those that touch memory
take the number of lanes to load or store, so that rows end where they end.
"""

import numpy as np

from .compile.primitive import primitive
from .primitives import _view


def _load(dtype):
    def load(address, n_numbers):
        values = np.zeros(16 // dtype.itemsize, dtype)
        values[:n_numbers] = _view(address, n_numbers, dtype)
        return values

    return load


def _store(dtype):
    def store(address, values, n_numbers):
        _view(address, n_numbers, dtype)[...] = values[:n_numbers]

    return store


def _spread(dtype):
    return lambda number: np.full(16 // dtype.itemsize, number, dtype)


def _larger(dtype):
    return lambda a, b: np.where((a < b) | np.isnan(b), b, a)


def _where_less(dtype):
    return lambda a, b, yes, no: np.where(a < b, yes, no)


load = primitive(_load, "load_lanes")  # (address, n_numbers): the rest is zero
store = primitive(_store, "store_lanes")  # (address, values, n_numbers)
spread = primitive(_spread, "spread")  # (number)
plus = primitive(lambda dtype: np.add, "plus")  # (a, b)
minus = primitive(lambda dtype: np.subtract, "minus")  # (a, b)
times = primitive(lambda dtype: np.multiply, "times")  # (a, b)
multiply_add = primitive(lambda dtype: lambda a, b, c: a * b + c, "multiply_add")  # (a, b, c)
larger = primitive(_larger, "larger")  # (a, b): a where they are equal, NaN where one is
where_less = primitive(_where_less, "where_less")  # (a, b, yes, no): no where one is NaN
