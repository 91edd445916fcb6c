"""Child processes as the benchmarks start them: with every thread count set."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

KERAS_PYTHON = "SKNEURAL_KERAS_PYTHON"  # names the interpreter of Keras's own environment
TABLES_PYTHON = "SKNEURAL_TABLES_PYTHON"  # likewise of pytabkit and tabm
VARIABLES = {"keras": KERAS_PYTHON, "pytabkit": TABLES_PYTHON, "tabm": TABLES_PYTHON}
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
ROOT = Path(__file__).resolve().parent.parent
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)


def environment(threads: int | None = None, **variables: str) -> dict[str, str]:
    """This process's environment with thread counts and further variables set.

    OpenBLAS finds out the processor by itself: named as an older one, it is half as fast. Python
    keeps its bytecode, as it does for who installs a library: the others have theirs.
    """
    counts = {} if threads is None else dict.fromkeys(THREAD_VARIABLES, str(threads))
    kept = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    return {**kept, **counts, **variables}


def run(
    module: str, *arguments, threads: int | None = None, python: str = sys.executable,
    **variables: str,
):
    """Run a module of this package in a process of its own.

    Parameters
    ----------
    module : str
        Name inside `asv_benchmarks`.
    *arguments
        Of its command line.
    threads : int or None
        Value of every thread-count variable; None leaves them alone.
    python : str
        The interpreter.
    **variables : str
        Further environment variables.

    Returns
    -------
    object
        What it printed last, read as JSON.

    Raises
    ------
    RuntimeError
        With the end of the error output, if it failed.
    """
    command = [python, "-m", f"asv_benchmarks.{module}", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(threads, **variables), capture_output=True, text=True
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(lines[-1])
    return json.loads(done.stdout.strip().splitlines()[-1])


def python_of(contestant: str) -> str:
    """The interpreter that has a contestant's library."""
    return os.environ.get(VARIABLES.get(contestant, ""), sys.executable)


class Worker:
    """A contestant's process, kept for one run and asked to train now and then.

    Parameters
    ----------
    contestant : str
    threads : int
        Value of every thread-count variable.
    **variables : str
        Further environment variables.
    """

    def __init__(self, contestant: str, threads: int, **variables: str):
        python = python_of(contestant)
        if shutil.which(python) is None:
            raise SystemExit(f"{VARIABLES[contestant]}={python} is no Python interpreter")
        self.process = subprocess.Popen(
            [python, "-m", "asv_benchmarks.peers.child", contestant, str(threads)],
            cwd=ROOT,
            env=environment(threads, **variables),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **request) -> dict:
        """Send a request and wait for the answer."""
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError):
            return {"error": f"the process ended with code {self.process.wait()}"}

    def close(self) -> None:
        """End the process."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
