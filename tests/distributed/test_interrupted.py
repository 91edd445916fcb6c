"""A fit that ends early leaves no session on a worker."""

import threading
import time
import warnings

import numpy as np
import pytest

from skneural import MLPClassifier
from skneural.distributed import _worker, fit
from skneural.distributed._cluster import Cluster

da = pytest.importorskip("dask.array", reason="dask is not installed")
pytest.importorskip("distributed", reason="distributed is not installed")

X = da.from_array(np.arange(60.0).reshape(20, 3) % 7, chunks=(10, -1))
Y = np.arange(20) % 2


def none_is_left():
    """Whether all sessions are closed, once tasks that are on their way have ended."""
    end = time.monotonic() + 10
    while _worker._kept and time.monotonic() < end:
        time.sleep(0.02)
    return not _worker._kept


@pytest.mark.parametrize("round_", [0, 1, 4])
def test_ctrl_c_while_a_task_runs(client, monkeypatch, round_):
    """Round 0 opens the sessions."""
    runs, go_on = threading.Event(), threading.Event()
    begin, results, rounds = _worker.Kept.begin, Cluster.results, []
    opened = _worker.Kept.__init__

    def slow(function):
        def waits(*arguments):
            found = function(*arguments)
            if len(rounds) == round_ + 1:
                runs.set()
                go_on.wait(10)
            return found

        return waits

    def interrupted(self, futures, names):
        if any("open_session" in each.key or "train_part" in each.key for each in futures):
            rounds.append(None)
            if len(rounds) == round_ + 1:
                assert runs.wait(10)
                raise KeyboardInterrupt
        return results(self, futures, names)

    monkeypatch.setattr(_worker.Kept, "begin", slow(begin))
    monkeypatch.setattr(_worker.Kept, "__init__", slow(opened))
    monkeypatch.setattr(Cluster, "results", interrupted)
    assert none_is_left()
    model = MLPClassifier((3,), max_iter=20, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fit(model, X, Y, client=client)
        except KeyboardInterrupt:
            assert round_ < 2
    go_on.set()
    time.sleep(0.5)  # what the tasks keep, they keep now
    assert none_is_left()


def test_a_task_that_raises(client, monkeypatch):
    def raises(*arguments):
        raise ValueError("no gradient")

    monkeypatch.setattr(_worker.Kept, "order", raises)
    assert none_is_left()
    with pytest.raises(ValueError, match="no gradient"):
        fit(MLPClassifier((3,), max_iter=2), X, Y, client=client, local_updates=1)
    assert none_is_left()
