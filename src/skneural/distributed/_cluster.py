"""The cluster: its client, what it runs, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any
from uuid import uuid4

from ._parts import combined

_POLL = 1.0  # seconds between looks at the workers
_FAN_IN = 16  # parts that are combined at a time
_LARGE = {"distributed.admin.large-graph-warning-threshold": "1 TB"}  # weights are sent on purpose


def package(name: str = "distributed") -> Any:
    """Return a package of dask.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise ImportError(
            f"skneural.distributed needs the package {name}:"
            ' pip install "scikit-neural[distributed]"'
        ) from error


class Cluster:
    """A client of dask whose cluster has workers.

    Parameters
    ----------
    client : distributed.Client or None
        None for the current one.
    timeout : float
        Seconds to wait for a worker where there is none.
    owner : str
        The estimator's name, for messages.

    Raises
    ------
    RuntimeError
        Without a client, or without workers.
    """

    def __init__(self, client: Any, timeout: float, owner: str):
        self.owner, self.timeout = owner, timeout
        self._distributed = package()
        self.client = self._current() if client is None else client
        if not isinstance(self.client, self._distributed.Client) or self.client.asynchronous:
            raise TypeError(
                f"{owner}: client={client!r} is not a synchronous dask.distributed.Client"
            )
        try:
            self.client.wait_for_workers(1, timeout=timeout)
        except TimeoutError:
            raise self._no_workers() from None

    def _current(self):
        try:
            return self._distributed.default_client()
        except ValueError:
            raise RuntimeError(
                f"{self.owner}: there is no client of a dask cluster; make one before, as by"
                " client = dask.distributed.Client(), or pass client="
            ) from None

    def _no_workers(self):
        address = self.client.scheduler.address if self.client.scheduler else "unknown"
        return RuntimeError(
            f"{self.owner}: the cluster of the scheduler at {address} has no workers, and none came"
            f" in {self.timeout:g} s; start some, as by `dask worker {address}`, or"
            " cluster.scale(2)"
        )

    def keep(self, value: Any) -> Any:
        """Return a future of a value, which the scheduler can make again if a worker is lost."""
        return self.submit(_as_it_is, value)

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function on a worker, as near to its arguments as can be; return a future."""
        with package("dask").config.set(_LARGE):
            return self.client.submit(
                function, *arguments, key=f"skneural-{function.__name__}-{uuid4().hex}", pure=False
            )

    def results(self, futures: Sequence[Any], names: Sequence[str] | None = None) -> list[Any]:
        """Return the results of futures in their order, once all are there.

        Parameters
        ----------
        futures : sequence of Future
        names : sequence of str or None, default=None
            What each is of, for messages.

        Raises
        ------
        RuntimeError
            If data were lost with a worker and can't be made again, or no worker is left.
        """
        self._wait(futures)
        for place, future in enumerate(futures):
            what = names[place] if names else "a result"
            if future.status == "error":
                raise self._named(future.exception(), what)
            if future.status != "finished":
                raise RuntimeError(
                    f"{self.owner}: {what} was lost with its worker and can't be made again, as it"
                    " was scattered; pass a dask collection that says how it is read or computed"
                )
        return self.client.gather(list(futures))

    def combined(self, futures: list[Any], names: Sequence[str]) -> Any:
        """Return the sum of parts in their order, combined by workers where there are many.

        How they are grouped depends on their number alone.
        """
        while len(futures) > _FAN_IN:
            groups = [futures[n : n + _FAN_IN] for n in range(0, len(futures), _FAN_IN)]
            futures = [self.submit(combined, group) for group in groups]
            names = [f"a sum of {_FAN_IN} parts"] * len(futures)
        return combined(self.results(futures, names))

    def _wait(self, futures):
        since = time.monotonic()
        while True:
            try:
                with self.client.as_current():
                    self._distributed.wait(futures, timeout=_POLL)
                return
            except TimeoutError:
                if self.client.nthreads():
                    since = time.monotonic()
                elif time.monotonic() - since > self.timeout:
                    raise self._no_workers() from None

    def _named(self, error, what):
        if isinstance(error, self._distributed.scheduler.KilledWorker):
            return RuntimeError(
                f"{self.owner}: {what} ended the workers that worked on it, as a lack of memory"
                f" does; use smaller partitions or batches ({error})"
            )
        return error

    def threads(self, futures: Sequence[Any]) -> list[int]:
        """Return how many threads each partition may use where it lies now.

        Partitions of one worker share its threads.
        """
        places = self.client.who_has(list(futures))
        workers = [next(iter(places.get(future.key) or ()), None) for future in futures]
        n_threads = self.client.nthreads()
        return [max(1, n_threads.get(w, 1) // workers.count(w)) for w in workers]

    def run_on_all(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function on all workers there are, whatever becomes of it."""
        try:
            self.client.run(function, *arguments, on_error="ignore")
        except Exception:  # a cluster that ended keeps nothing
            return


def _as_it_is(value: Any) -> Any:
    """Return a value."""
    return value
