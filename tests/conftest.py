"""Shared fixtures: the optional data folder, fresh interpreters, thread-leak and change checks."""

import os
import re
import runpy
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from pathlib import Path

import joblib
import pytest

JIT_DISABLED = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
TESTS = Path(__file__).resolve().parent
sys.path.insert(0, str(TESTS))  # for the modules that tests share: _helpers and its like

# Kernels that were built for a wheel beside the sources would keep tests of the compiler from it.
os.environ.setdefault("SKNEURAL_SHIPPED_KERNELS", "0")

DATA_VARIABLE = "SKNEURAL_DATA"
DEFAULT_DATA = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "needs_jit: meaningless or too slow when NUMBA_DISABLE_JIT=1 runs plain Python"
    )


def pytest_collection_modifyitems(config, items):
    # Two processes that share the tests must know them by the same ids.
    unlike = [item.nodeid for item in items if re.search(r" at 0x[0-9a-f]{4,}", item.nodeid)]
    if unlike:
        raise pytest.UsageError(f"ids hold addresses, which differ between processes: {unlike[:9]}")
    if hasattr(config, "workerinput"):
        reason = "compares times: needs the cores for itself, as in one process with -m timing"
        for item in items:
            if item.get_closest_marker("timing"):
                item.add_marker(pytest.mark.skip(reason=reason))
    if not JIT_DISABLED:
        return
    for item in items:
        for marker in item.iter_markers("needs_jit"):
            reason = marker.kwargs.get("reason", "too slow as plain Python")
            item.add_marker(pytest.mark.skip(reason=f"NUMBA_DISABLE_JIT=1: {reason}"))
            break


@pytest.fixture(scope="session")
def data_folder():
    """The folder of optional real data sets, or a skip that says how to name it."""
    folder = Path(os.environ.get(DATA_VARIABLE, DEFAULT_DATA))
    if not (folder / "load.py").is_file():
        pytest.skip(f"no data sets at {folder}: set {DATA_VARIABLE} to the folder with load.py")
    return folder.resolve()


@pytest.fixture
def no_leaked_threads():
    """Fail when the test leaves a thread running that was not there before it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 2.0
    while True:
        left = [thread for thread in threading.enumerate() if thread not in before]
        if not left:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {left}")
        time.sleep(0.01)


@pytest.fixture(scope="session", autouse=True)
def every_kernel_is_shipped():
    """Fail at the end of a run in which a kernel was asked for that a wheel would not have."""
    from skneural.engine.compile import jit

    asked, missing = set(), jit._missing

    def noting(kernels):
        asked.update(jit._label(kernel) for kernel in kernels.values() if kernel._is_ours())
        return missing(kernels)

    jit._missing = noting
    yield
    jit._missing = missing
    names = runpy.run_path(str(TESTS.parent / ".ci" / "kernel_names.py"))
    known = {*names["kernels"](rare=True), *names["TEMPLATES"]}
    of_helpers = "skneural.losses._links.link_each,link="  # `_helpers` applies any helper by it
    unknown = sorted(name for name in asked - known if not name.startswith(of_helpers))
    assert not unknown, f".ci/kernel_names.py does not find {unknown}"


def _end_group(process):
    """End a process and its children, which would otherwise keep the pipes open."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


@pytest.fixture
def run_python():
    """Run a snippet in a fresh interpreter; fail with its output when it fails or hangs."""

    def run(code, *arguments, timeout=120, env=None, check=True, package_folder=None):
        import skneural

        folder = package_folder or Path(skneural.__file__).resolve().parents[1]
        environment = dict(os.environ, **(env or {}))
        search_path = [str(folder), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, search_path))
        command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _end_group(process)
            output, errors = process.communicate()
            pytest.fail(f"still running after {timeout} s\n{output}\n{errors}")
        if check and process.returncode != 0:
            pytest.fail(f"exit code {process.returncode}\n{output}\n{errors}")
        return subprocess.CompletedProcess(command, process.returncode, output, errors)

    return run


def _state(estimator):
    return {name: joblib.hash(value) for name, value in vars(estimator).items()}


@pytest.fixture
def raises_unchanged():
    """Expect an error with every fragment in its message, and an estimator left as it was."""

    def check(estimator, fragments, method, *arguments, error=ValueError, **keywords):
        before = _state(estimator)
        with warnings.catch_warnings(), pytest.raises(error) as caught:
            warnings.simplefilter("ignore")
            getattr(estimator, method)(*arguments, **keywords)
        message = str(caught.value)
        missing = [fragment for fragment in fragments if str(fragment) not in message]
        assert not missing, f"{missing} not in the error: {message!r}"
        after = _state(estimator)
        names = before.keys() | after.keys()
        changed = sorted(name for name in names if before.get(name) != after.get(name))
        assert not changed, f"{changed} changed by a call that failed with {message!r}"

    return check


@pytest.fixture
def quiet():
    """Silence the ConvergenceWarning of fits that are short on purpose."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        yield
