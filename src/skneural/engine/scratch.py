"""A thread's own memory: descriptions of contractions, packed panels, a block's gradient."""

from .compile.jit import helper
from .gemm import DESCRIPTION_BYTES, PACKED_BYTES
from .primitives import RUN_FIELDS, SCRATCH, integers

BLOCK_AT = DESCRIPTION_BYTES + PACKED_BYTES  # where the gradient of a block begins


@helper
def block_gradient(address, run):
    """Return a block's gradient: the address a row gives, the thread's scratch if that is 0."""
    if address == 0:
        return integers(run, RUN_FIELDS)[SCRATCH] + BLOCK_AT
    return address


def scratch_bytes(block_size: int, itemsize: int) -> int:
    """Return the bytes of scratch a thread needs, given the numbers of the largest block."""
    return -(-(BLOCK_AT + block_size * itemsize) // 64) * 64
