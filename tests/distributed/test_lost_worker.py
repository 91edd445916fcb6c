"""A worker that is killed in the middle of a fit is survived with the same bits."""

import os
import signal
import threading

import numpy as np
import pytest

from skneural import MLPClassifier
from skneural.distributed import fit

da = pytest.importorskip("dask.array", reason="dask is not installed")
distributed = pytest.importorskip("distributed", reason="distributed is not installed")

pytestmark = [
    pytest.mark.needs_jit(reason="starts processes"),
    pytest.mark.slow,
    # dask leaves sockets of the process that was killed to the garbage collector
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


class Kills:
    """A scoring that ends a process at the third call."""

    def __init__(self, pid):
        self.pid, self.calls = pid, 0

    def __call__(self, estimator, X, y):
        self.calls += 1
        if self.calls == 3 and self.pid:
            os.kill(self.pid, signal.SIGKILL)
        return estimator.score(X, y)


def data():
    random = np.random.RandomState(0)
    X = random.normal(size=(400, 6))
    y = (X[:, 0] > X[:, 1]).astype(int)
    return da.from_array(X, chunks=(100, -1)), y


@pytest.mark.parametrize("method", ["local", "synchronous"])
def test_between_two_epochs(cluster_of_processes, method):
    client = cluster_of_processes
    X, y = data()
    found = []
    for pid in (None, next(iter(client.run(os.getpid).values()))):
        model = MLPClassifier(
            (8,), batch_size=50, max_iter=6, early_stopping=True, scoring=Kills(pid),
            random_state=0,
        )
        found.append(fit(model, X, y, client=client, method=method, timeout=60).coefs_[0])
    np.testing.assert_array_equal(*found)


def test_within_an_evaluation(cluster_of_processes):
    client = cluster_of_processes
    X, y = data()
    settings = {"solver": "lbfgs", "max_iter": 40, "tol": 1e-12, "random_state": 0}
    whole = fit(MLPClassifier((8,), **settings), X, y, client=client)
    pid = next(iter(client.run(os.getpid).values()))
    timer = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    timer.start()
    other = fit(MLPClassifier((8,), **settings), X, y, client=client, timeout=60)
    timer.join()
    np.testing.assert_array_equal(whole.coefs_[0], other.coefs_[0])


def test_data_that_were_scattered_are_lost(cluster_of_processes):
    from dask import delayed

    client = cluster_of_processes
    X, y = (np.asarray(part) for part in data())
    workers = client.run(os.getpid)
    parts = [
        da.from_delayed(delayed(client.scatter(part, workers=[worker])), (200, 6), X.dtype)
        for part, worker in zip((X[:200], X[200:]), workers, strict=True)
    ]
    model = MLPClassifier(
        (3,), max_iter=8, early_stopping=True, scoring=Kills(next(iter(workers.values())))
    )
    with pytest.raises(RuntimeError, match=r"MLPClassifier: .* was lost with its worker"):
        fit(model, da.concatenate(parts), y, client=client, timeout=60)


@pytest.fixture(scope="module")
def cluster_of_processes():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client
