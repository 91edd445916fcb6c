"""The rows of integers that the compiled loop over a batch's steps reads."""

from collections.abc import Iterable

import numpy as np

from .compile.jit import Kernel, make_ready
from .primitives import FIELDS, ROW_FIELDS
from .steps import Step


def rows_of(
    steps: Iterable[Step], dtype: np.dtype, others: Iterable[Kernel] = ()
) -> np.ndarray:
    """Return steps as the array that `run_batches` reads, shape (n_steps, ROW_FIELDS).

    Their kernels are compiled, and others that will be needed too.
    """
    steps = list(steps)
    called = {field for step in steps for field in step.fields if isinstance(field, Kernel)}
    called |= {step.kernel for step in steps}
    make_ready([*called, *others], dtype)
    addresses = {kernel: kernel.address(dtype) for kernel in called}
    rows = []
    for step in steps:
        fields = [addresses[f] if isinstance(f, Kernel) else f for f in step.fields]
        unused = [0] * (ROW_FIELDS - FIELDS - len(fields))
        rows.append([addresses[step.kernel], step.owner, *fields, *unused])
    return np.array(rows, np.int64).reshape(-1, ROW_FIELDS)
