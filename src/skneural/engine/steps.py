"""Steps: which kernel runs on what, and who runs it."""

from dataclasses import dataclass

from .compile.jit import Kernel
from .epoch import barrier
from .primitives import EVERY_THREAD


@dataclass(frozen=True)
class Step:
    """A row to be: a kernel, its fields, who runs it, and whether any rows at a time will do.

    A field is a number, or a kernel that the step's calls by its address.
    """

    kernel: Kernel
    fields: tuple
    owner: int = EVERY_THREAD
    chunked: bool = False


BARRIER = Step(barrier, ())
