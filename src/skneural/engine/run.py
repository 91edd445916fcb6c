"""A kernel outside a plan, for estimators without a network: the same threads, Ctrl-C and bits."""

from __future__ import annotations

import math
from numbers import Integral
from typing import Any

import numpy as np

from .._whole_numbers import is_whole
from .buffers import Buffer
from .compile.cache_warning import warn_of_cache
from .fields import Kind, array_of
from .kernels import NamedKernel
from .primitives import FAILED, SEED
from .rows import rows_of
from .scratch import scratch_bytes
from .shares import ROW_SHARE
from .steps import Step
from .threads import Team


def run(
    kernel: NamedKernel, n_rows: int, n_jobs: int | None = None, /, *, seed: int = 0, **fields: Any
) -> None:
    """Run a kernel once for each of some rows, or for shares of them.

    Parameters
    ----------
    kernel : NamedKernel
        A `row_kernel`, or a `kernel` whose function has the parameters ``begin`` and ``end``. What
        it does to a row must not depend on what it has done to others: threads share the rows.
    n_rows : int
    n_jobs : int or None
        Threads: exactly so many, or for None or a negative number as many as are free; the results
        are the same.
    seed : int, default=0
        What the keys of random numbers are made of, beside their number and the row.
    **fields
        The kernel's fields. An array, C-contiguous, may stand for a Buffer: a row along its first
        axis. The dtype of the arrays is that of the kernel, float32 or float64.

    Raises
    ------
    TypeError
        If the kernel does not go by rows, or a field is missing, unknown or of another kind.
    ValueError
        If a field has fewer rows than ``n_rows``, or is read-only where a kernel may write; rows
        that are only read are a `SampleRow`.
    KeyboardInterrupt
        On Ctrl-C, within a tenth of a second or the time of a few rows; some are done then.
    """
    if not isinstance(kernel, NamedKernel):
        raise TypeError(f"run needs a kernel made by row_kernel or kernel, got {kernel!r:.60}")
    title = f"kernel {kernel.function.__name__}"
    if not kernel.walks_rows:
        raise TypeError(f"{title}: is not a row_kernel, and has no parameters begin and end")
    if not is_whole(n_rows, least=0):
        raise ValueError(f"{title}: n_rows={n_rows!r} is not a number of rows")
    if n_jobs is not None and (not isinstance(n_jobs, Integral) or n_jobs == 0):
        raise ValueError(f"{title}: n_jobs={n_jobs!r} is neither a whole number but 0 nor None")
    kinds = kernel.fields
    given = {
        name: _as_buffer(value) if name in kinds and kinds[name].takes_buffer else value
        for name, value in fields.items()
    }
    dtype = kernel.dtype_of(given)
    numbers = kernel.integers(given, dtype)
    for name, kind in kinds.items():
        _check_rows(f"{title}: {name}", kind, given[name], n_rows)
    plan = rows_of([Step(kernel, numbers)], dtype)
    team = Team(n_jobs, max(1, -(-n_rows // ROW_SHARE)), scratch_bytes(0, 8))
    team.states[:, SEED] = seed
    try:
        team.run_rows(plan, dtype, n_rows)
    finally:
        team.close()
    if np.count_nonzero(team.states[:, FAILED]):
        raise RuntimeError(f"{title}: a function that it calls raised an exception")
    warn_of_cache()


def _as_buffer(value):
    """Return the buffer that an array of rows stands for; anything else unchanged."""
    if not isinstance(value, np.ndarray) or value.ndim == 0 or not value.flags.c_contiguous:
        return value
    return Buffer(value, value.shape[1:], math.prod(value.shape[1:]))


def _check_rows(what: str, kind: Kind, value: Any, n_rows: int) -> None:
    array = array_of(value)
    if array is None:
        return
    if kind.may_be_written and not array.flags.writeable:
        raise ValueError(f"{what} is read-only; declare rows that are only read as SampleRow")
    if not kind.by_row:
        return
    found = array.size // max(1, value.stride) if kind.takes_buffer else len(array)
    if found < n_rows:
        raise ValueError(f"{what} has {found} rows, fewer than the {n_rows} to run")
