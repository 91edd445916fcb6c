"""The benchmarks of clusters: what is measured runs, and the model of larger ones is sound."""

from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.needs_jit(reason="sizes of benchmarks")
pytest.importorskip("distributed", reason="dask.distributed is not installed")


@pytest.fixture(autouse=True)
def benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def test_searches_on_both_backends_find_the_same():
    from asv_benchmarks import search_backends

    X, y = search_backends.data(120)
    with search_backends.dask_backend(1, 2, processes=False) as backend:
        assert search_backends.threads_together(backend) == 2
        found = search_backends.within(backend, lambda: search_backends.search(X, y, 2))
    alone = search_backends.within(
        {"backend": "threading"}, lambda: search_backends.search(X, y, 2)
    )
    np.testing.assert_array_equal(found, alone)


@pytest.mark.parametrize("name", ["L-BFGS", "local", "synchronous"])
def test_a_fit_is_timed(name):
    from asv_benchmarks import distributed

    X, y = distributed.data(400, 8)
    settings, method = distributed.FITS[name]
    if name == "synchronous":
        settings = settings | {"batch_size": 200}
    with distributed.dask_backend(2, processes=False) as backend:
        parts = distributed.parts_of(backend["client"], X, y, 2)
        seconds, network = distributed.seconds_of_a_fit(
            backend["client"], parts, settings, method, (4,)
        )
    assert seconds > 0
    assert network.n_iter_ == settings["max_iter"]


def test_the_model_of_larger_clusters():
    from asv_benchmarks.distributed import MACHINES, WORKS, Cost, seconds_of_a_round, speedups

    free = Cost(0.0, 0.0, 1e10)
    for work in WORKS:
        found = speedups(work, 1e9, free)
        for n in MACHINES:
            assert found["L-BFGS", n] <= n
        slow, fast = (seconds_of_a_round(64, 1e6, work, 1, speed, free) for speed in (1, 10))
        assert slow > fast > 1e6 * work.flops / (64 * 8 * 1e10)
