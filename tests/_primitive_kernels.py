"""One kernel that uses every primitive, for each dtype as machine code or as plain Python."""

import numpy as np

from _helpers import run_kernel
from skneural.engine.compile.jit import kernel
from skneural.engine.primitives import (
    IS_DOUBLE,
    ITEMSIZE,
    atomic_add,
    atomic_load,
    bytes_,
    doubles,
    indices,
    integers,
    real,
    reals,
    scale_by_power_of_two,
    vector,
    yield_thread,
)


@kernel
def touch_all(row, run):
    """Read and write memory of each kind; results go to places of the arrays of their kind."""
    field = integers(row, 7)
    numbers, wide = reals(field[2], 8), doubles(field[3], 8)
    whole, small = integers(field[4], 8), indices(field[5], 8)
    levels = bytes_(field[6], 8)
    numbers[0] = real(1.0) / real(3.0)
    numbers[1] = scale_by_power_of_two(real(1.5), real(-3.0))
    numbers[2] = scale_by_power_of_two(real(-0.75), real(10.0))
    part = vector(field[2], 3, 2)
    part[0], part[1] = real(7.0), real(8.0)
    numbers[5] = real(len(part))
    wide[0] = 1.0 / 3.0
    if IS_DOUBLE:
        wide[1] = 1.0
    whole[0] = ITEMSIZE
    whole[1] = atomic_add(whole, 2, np.int64(5))
    whole[3] = atomic_load(whole, 2)
    small[1] = small[0] + np.int32(1)
    numbers[6] = real(levels[0])
    levels[1] = np.uint8(7)
    yield_thread()


def touch(dtype):
    """Return the arrays of numbers, float64, int64, int32 and uint8 that the kernel has written."""
    numbers, wide = np.zeros(8, dtype), np.zeros(8)
    whole, small = np.zeros(8, np.int64), np.zeros(8, np.int32)
    levels = np.array([250, 0, 0, 0, 0, 0, 0, 0], np.uint8)
    whole[2], small[0] = 40, 2_000_000_000
    arrays = [numbers, wide, whole, small, levels]
    run_kernel(touch_all, np.dtype(dtype), arrays)
    return arrays


def expected(dtype):
    """Return the same arrays by NumPy."""
    dtype = np.dtype(dtype)
    numbers = np.array([1, 1.5 / 8, -0.75 * 1024, 7, 8, 2, 250, 0], dtype)
    numbers[0] /= dtype.type(3)
    wide = np.zeros(8)
    wide[:2] = 1 / 3, dtype == np.float64
    whole = np.array([dtype.itemsize, 40, 45, 45, 0, 0, 0, 0])
    small = np.array([2_000_000_000, 2_000_000_001, 0, 0, 0, 0, 0, 0])
    levels = np.array([250, 7, 0, 0, 0, 0, 0, 0])
    return [numbers, wide, whole, small, levels]
