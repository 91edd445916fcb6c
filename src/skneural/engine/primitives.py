"""What kernels are written with: memory by address, casts, atomics and register tiles.

Each name has two meanings: the Python one here, over NumPy views of the same memory, and the
machine's in `lowering`. ``reals`` and ``real`` follow the dtype a kernel is compiled for.
"""

import ctypes
import os

import numpy as np

from .compile.calls import call_address
from .compile.primitive import primitive

ROW_FIELDS = 32  # integers in a row of a plan, the first being the kernel's address
FIELDS = 2  # where the fields of a kernel begin
OWNER = 1  # field of a row: a block's number, or one of these
EVERY_THREAD = -1
IN_CHUNKS = -2  # a row before calls this one

# fields of a thread's state, int64 each
(
    THREAD,
    N_THREADS,
    ROWS,  # rows of the present batch
    FIRST,  # place of its first row in the epoch's order
    BATCH,  # its number within the epoch
    STEP,  # updates made since the model was new: keys the random numbers
    SEED,
    SCRATCH,  # address of this thread's own memory
    ORDER,  # address of the epoch's order of rows, or 0
    N_SAMPLES,
    BATCH_SIZE,
    BATCH_BEGIN,  # the slice of the epoch to run
    BATCH_END,
    STEP_BEGIN,  # the slice of the plan to run
    STEP_END,
    GENERATION,  # barriers passed
    COEFFICIENTS,  # address of the optimizer's numbers, one row of float64 a batch
    SHARED,  # address of float64 numbers that the threads share
    BARRIER,  # address of the counters that the threads share
    PREPARE,  # steps of the plan to run once, before the first batch of the slice
    PART,  # which part of a batch's rows to run, and of how many
    N_PARTS,
    CHUNK_BEGIN,  # rows to run of the batch, if CHUNK_END is not 0, in place of a share
    CHUNK_END,
    BY_SPANS,  # spans of the batch that one thread has together, 0 where shares are any rows
    FAILED,  # not 0 once a user's function has raised an exception
    EVEN_BATCHES,  # how many batches share the rows evenly, 0 where all but the last are full
) = range(27)
RUN_FIELDS = 32

# fields of the shared numbers
WEIGHT_SUM, CLIP_FACTOR, LOSS_SUM, PENALTY_SUM = range(4)
SHARED_FIELDS = 8


def _view(address, size, dtype):
    n_bytes = int(size) * dtype.itemsize
    return np.frombuffer((ctypes.c_char * n_bytes).from_address(int(address)), dtype)


def _reader(fixed=None):
    def twin(dtype):
        chosen = np.dtype(fixed or dtype)
        return lambda address, size: _view(address, size, chosen)

    return twin


reals = primitive(_reader(), "reals")
doubles = primitive(_reader(np.float64), "doubles")
integers = primitive(_reader(np.int64), "integers")
indices = primitive(_reader(np.int32), "indices")
bytes_ = primitive(_reader(np.uint8), "bytes_")
vector = primitive(
    lambda dtype: lambda address, begin, size: _view(
        address + begin * dtype.itemsize, size, dtype
    ),
    "vector",
)
real = primitive(lambda dtype: dtype.type, "real")
ITEMSIZE = primitive(lambda dtype: dtype.itemsize, "itemsize")
IS_DOUBLE = primitive(lambda dtype: dtype == np.float64, "is_double")


def _call(dtype):
    return call_address


def _scale_by_power_of_two(dtype):
    return lambda value, exponent: dtype.type(np.ldexp(value, int(np.nan_to_num(exponent))))


def _atomic_add(dtype):
    def add(array, index, value):
        before = int(array[index])
        array[index] += value
        return before

    return add


call = primitive(_call, "call")
scale_by_power_of_two = primitive(_scale_by_power_of_two, "scale_by_power_of_two")
atomic_add = primitive(_atomic_add, "atomic_add")
atomic_load = primitive(lambda dtype: lambda array, index: int(array[index]), "atomic_load")
yield_thread = primitive(
    lambda dtype: getattr(os, "sched_yield", lambda: None), "yield_thread"
)
