"""How many threads a process may use: the least of all limits that it was given.

They are counted as joblib and scikit-learn count them, so limits for those apply to fits too.
"""

import functools
import multiprocessing
import os
import sys

import joblib
from threadpoolctl import ThreadpoolController

_VARIABLE = "NUMBA_NUM_THREADS"


def n_threads(n_jobs: int | None, useful: int) -> int:
    """Return the number of threads that ``n_jobs`` stands for.

    Parameters
    ----------
    n_jobs : int or None
        None for as many as there are and are useful; from 1 on the number itself, whatever the
        limits; -1 for as many as there are, -2 for one fewer, and so on.
    useful : int
        Most threads that gain anything.
    """
    if n_jobs is None:
        return min(available_cores(), useful) if useful > 1 else 1
    return n_jobs if n_jobs > 0 else max(1, available_cores() + 1 + n_jobs)


def available_cores() -> int:
    """Return how many threads the process may use where no number is given.

    That is the least of: its cores, as its affinity, the quota of its control group and
    ``LOKY_MAX_CPU_COUNT`` leave them; ``NUMBA_NUM_THREADS``; and OpenMP's threads, which
    ``OMP_NUM_THREADS`` and `threadpoolctl.threadpool_limits` set. It is one where the process, or
    the thread, is one worker of several.
    """
    if _is_one_of_several():
        return 1
    affinity = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    cores = _cores(affinity, os.environ.get("LOKY_MAX_CPU_COUNT"))
    return max(1, min(cores, _variable() or cores, _openmp_threads() or cores))


@functools.cache
def _cores(affinity, limit):
    """Ask joblib, which reads files, once for what may change while the process runs."""
    return joblib.cpu_count()


def _variable():
    """Return ``NUMBA_NUM_THREADS``, 0 where it says no number."""
    limit = os.environ.get(_VARIABLE, "")
    return int(limit) if limit.isdigit() else 0


def _openmp_threads():
    """Return the most threads that a library of OpenMP would use, 0 if there is none.

    Where several are loaded, one that was limited by itself is a limit of that library's.
    """
    return max((library.num_threads for library in _openmp_libraries()), default=0)


@functools.cache
def _openmp_libraries():
    return ThreadpoolController().select(user_api="openmp").lib_controllers


def _is_one_of_several():
    """Whether the process is a worker of a pool, or the thread runs a task of dask.

    joblib says in ``NUMBA_NUM_THREADS`` how many threads each worker of loky may use.
    """
    if multiprocessing.parent_process() is not None:
        is_loky = type(multiprocessing.current_process()).__name__.startswith("Loky")
        return not (is_loky and _variable())
    if "distributed" not in sys.modules:
        return False
    try:
        sys.modules["distributed"].get_worker()
    except (AttributeError, ValueError):  # half imported, or no worker's thread
        return False
    return True
