"""Clusters whose workers are threads of this process."""

from contextlib import contextmanager

import numpy as np
import pytest


@contextmanager
def cluster_of(n_workers, n_threads=1):
    """A client of a cluster in this process."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(
            n_workers=n_workers, threads_per_worker=n_threads, processes=False,
            dashboard_address=":0",
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def client():
    with cluster_of(2) as client:
        yield client


@pytest.fixture(scope="session")
def other_client():
    """One worker of two threads."""
    with cluster_of(1, 2) as client:
        yield client


@pytest.fixture(scope="session")
def table():
    """X, y and weights: 150 rows of three classes."""
    random = np.random.RandomState(0)
    y = random.randint(3, size=150)
    X = random.normal(size=(150, 5)) + y[:, None]
    return X, np.array(["low", "middle", "top"])[y], random.randint(1, 4, 150).astype(float)
