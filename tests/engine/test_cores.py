"""The number of threads: whoever limits a process, or its share of the cores, is heeded."""

import multiprocessing
import os
import sys
import threading
import types
import warnings
from concurrent.futures import ProcessPoolExecutor

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from skneural import MLPRegressor
from skneural.engine import cores
from skneural.engine.cores import available_cores, n_threads

METHODS = multiprocessing.get_all_start_methods()


@pytest.fixture
def eight(monkeypatch):
    """A machine of eight cores, and a process without limits."""
    for name in ("NUMBA_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cores, "_cores", lambda affinity, limit: 8)
    with threadpool_limits(8):
        yield


def test_nothing_limits_the_process(eight):
    assert available_cores() == 8


@pytest.mark.parametrize(
    ("n_jobs", "useful", "expected"),
    [(None, 8, 4), (None, 2, 2), (None, 1, 1), (1, 8, 1), (3, 1, 3), (9, 1, 9), (-1, 1, 4),
     (-2, 1, 3), (-4, 8, 1), (-100, 1, 1)],
)
def test_what_n_jobs_stands_for(monkeypatch, n_jobs, useful, expected):
    monkeypatch.setattr(cores, "available_cores", lambda: 4)
    assert n_threads(n_jobs, useful) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("3", 3), ("99", 8), ("0", 8), ("many", 8), ("", 8)]
)
def test_numba_num_threads(eight, monkeypatch, value, expected):
    monkeypatch.setenv("NUMBA_NUM_THREADS", value)
    assert available_cores() == expected


@pytest.mark.parametrize("limit", [1, 3])
def test_threadpool_limits(eight, limit):
    with threadpool_limits(limit):
        assert available_cores() == n_threads(None, 8) == n_threads(-1, 8) == limit
        assert n_threads(5, 1) == 5, "a number overrides all limits"
    assert available_cores() == 8


def test_a_library_limited_by_itself_is_no_limit(eight, monkeypatch):
    libraries = [types.SimpleNamespace(num_threads=number) for number in (1, 8)]
    monkeypatch.setattr(cores, "_openmp_libraries", lambda: libraries)
    assert available_cores() == 8
    monkeypatch.setattr(cores, "_openmp_libraries", list)
    assert available_cores() == 8


def test_the_cores_are_those_that_joblib_counts(monkeypatch):
    """Affinity, LOKY_MAX_CPU_COUNT and the quotas of control groups are in that number."""
    monkeypatch.setattr(joblib, "cpu_count", lambda: 5)
    assert cores._cores.__wrapped__(None, None) == 5


def test_a_quota_of_the_control_group(monkeypatch):
    """Two and a half cores, whatever the machine has."""
    context = pytest.importorskip("joblib.externals.loky.backend.context")
    monkeypatch.setattr(context.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(context, "_cpu_count_affinity", lambda count: 64)
    monkeypatch.setattr(context, "_cpu_count_cgroup", lambda count: 3)
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    assert cores._cores.__wrapped__(None, None) == 3


def test_loky_max_cpu_count(monkeypatch):
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    assert available_cores() == n_threads(-1, 8) == n_threads(None, 8) == 1


@pytest.mark.parametrize(
    "variable", ["OMP_NUM_THREADS", "LOKY_MAX_CPU_COUNT", "NUMBA_NUM_THREADS"]
)
def test_a_limit_by_the_environment(run_python, variable):
    """With nothing imported but the package."""
    code = "import skneural.engine.cores as cores; print(cores.n_threads(None, 8))"
    assert run_python(code, env={variable: "1"}).stdout.strip() == "1"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system has no affinities")
def test_affinity_may_change(run_python):
    code = """
        import os
        from skneural.engine.cores import available_cores
        available_cores()
        os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
        print(available_cores())
    """
    assert run_python(code).stdout.strip() == "1"


@pytest.mark.parametrize("method", METHODS)
def test_workers_of_multiprocessing(method):
    context = multiprocessing.get_context(method)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forks while threads run
        with context.Pool(1) as pool:
            assert pool.apply(available_cores) == 1
        with ProcessPoolExecutor(1, mp_context=context) as executor:
            assert executor.submit(n_threads, -1, 8).result() == 1
            assert executor.submit(n_threads, 3, 8).result() == 3


@pytest.mark.parametrize("backend", ["loky", "multiprocessing"])
def test_workers_of_joblib(eight, monkeypatch, backend):
    """Those of loky share out the cores that joblib counts."""
    n_workers = joblib.cpu_count() if backend == "loky" else 2
    if n_workers == 1:
        pytest.skip("joblib starts no worker on one core")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        counts = joblib.Parallel(n_workers, backend=backend)(
            joblib.delayed(available_cores)() for _ in range(n_workers)
        )
    assert set(counts) == {1}


@pytest.mark.parametrize(
    ("process", "limit", "expected"),
    [("LokyProcess", "4", 4), ("LokyProcess", "", 1), ("SpawnProcess", "4", 1)],
)
def test_loky_says_how_many_a_worker_may_use(eight, monkeypatch, process, limit, expected):
    """As in ``parallel_config(inner_max_num_threads=4)``; in other workers the variable is ours."""
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: object())
    monkeypatch.setattr(multiprocessing, "current_process", type(process, (), {}))
    monkeypatch.setenv("NUMBA_NUM_THREADS", limit)
    assert available_cores() == expected


def test_tasks_of_dask(eight, monkeypatch):
    """A task has one thread of its worker's, also where the worker is no process of its own."""
    def get_worker():
        if threading.current_thread() is threading.main_thread():
            raise ValueError("No worker found")
        return "worker"

    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace(get_worker=get_worker))
    counts = []
    task = threading.Thread(target=lambda: counts.append(available_cores()))
    task.start()
    task.join()
    assert counts == [1]
    assert available_cores() == 8
    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace())
    assert available_cores() == 8


@pytest.mark.parametrize("processes", [True, False])
def test_workers_of_dask(run_python, processes):
    pytest.importorskip("distributed")
    code = f"""
        from distributed import Client
        from skneural.engine.cores import available_cores, n_threads

        if __name__ == "__main__":
            with Client(processes={processes}, n_workers=1, threads_per_worker=2,
                        dashboard_address=None) as client:
                print(client.submit(available_cores).result(), n_threads(4, 1))
    """
    assert run_python(code).stdout.split() == ["1", "4"]


@pytest.mark.needs_jit(reason="plain Python runs on one thread")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("n_jobs", [None, -1])
def test_limits_hold_for_a_fit_and_each_prediction(eight, monkeypatch, n_jobs):
    """Those of the time that something runs in, not those of an earlier call."""
    started, start = [], threading.Thread.start

    def note(thread):
        started.append(thread.name)
        start(thread)

    def n_started(call):
        started.clear()
        call()
        return started.count("skneural")

    monkeypatch.setattr(threading.Thread, "start", note)
    X = np.random.RandomState(0).standard_normal((512, 200))
    model = MLPRegressor(
        hidden_layer_sizes=(400, 400), batch_size=512, max_iter=1, random_state=0, n_jobs=n_jobs
    )
    model.fit(X, X[:, 0])
    with threadpool_limits(1):
        assert n_started(lambda: model.fit(X, X[:, 0])) == 0
        assert n_started(lambda: model.predict(X)) == 0
    assert n_started(lambda: model.predict(X)) > 0
    with threadpool_limits(1):
        assert n_started(lambda: model.predict(X)) == 0
    assert n_started(lambda: model.fit(X, X[:, 0])) > 0
