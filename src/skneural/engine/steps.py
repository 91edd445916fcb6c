"""Steps: which kernel runs, its fields, and which threads run it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .compile.jit import Kernel
from .epoch import barrier
from .kernels import NamedKernel
from .primitives import EVERY_THREAD


@dataclass(frozen=True)
class Step:
    """A step: a kernel, its fields, which threads run it, and whether it may run on chunks of rows.

    A field is a number, or a kernel that the step's calls by its address.
    """

    kernel: Kernel
    fields: tuple
    owner: int = EVERY_THREAD
    chunked: bool = False

    @classmethod
    def of(cls, kernel: NamedKernel, owner: int = EVERY_THREAD, /, **fields: Any) -> "Step":
        """Return the step of a kernel whose fields have names.

        Raises
        ------
        TypeError
            If a field is missing, unknown or of another kind.
        """
        return cls(kernel, kernel.integers(fields), owner)


def fields_of(kernel: Kernel, numbers: tuple, named: dict[str, Any], dtype: np.dtype) -> tuple:
    """Return the fields of a step, given by their names or, where a kernel has none, in order.

    Raises
    ------
    TypeError
        If they are given the wrong way, or a field is missing, unknown or of another kind.
    """
    if isinstance(kernel, NamedKernel) and not numbers:
        return kernel.integers(named, dtype)
    if named or isinstance(kernel, NamedKernel):
        how = "have names" if isinstance(kernel, NamedKernel) else "have no names"
        raise TypeError(f"kernel {kernel.function.__name__}: its fields {how}")
    return numbers


BARRIER = Step(barrier, ())
