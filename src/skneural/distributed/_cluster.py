"""The cluster: its client, what it runs, and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import numpy as np

from .._optional import optional
from ._parts import combined

_UNEVEN = 1.05  # times the rows of a thread, where all have as many
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
    return optional(name, "skneural.distributed", "distributed")


@dataclass(frozen=True)
class Partition:
    """A block of rows that lies on a worker.

    Parameters
    ----------
    number : int
        Its place among those of the collection, from 0.
    X, y, weight : Future or None
    near : str or None, default=None
        Address of the worker that works on it.
    """

    number: int
    X: Any
    y: Any
    weight: Any
    near: str | None = None

    @property
    def name(self) -> str:
        """What messages call it."""
        return f"partition {self.number}"

    @property
    def data(self) -> tuple[Any, Any, Any]:
        """What functions of a partition are passed."""
        return self.X, self.y, self.weight


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
        Without a client, with one that is closed, or without workers.
    """

    def __init__(self, client: Any, timeout: float, owner: str):
        self.owner, self.timeout = owner, timeout
        self._distributed = package()
        self.client = self._current() if client is None else client
        if not isinstance(self.client, self._distributed.Client) or self.client.asynchronous:
            raise TypeError(
                f"{owner}: client={client!r} is not a synchronous dask.distributed.Client"
            )
        if self.client.status in ("closing", "closed"):
            raise RuntimeError(
                f"{owner}: the client is {self.client.status}; make a new one, as by client ="
                " dask.distributed.Client(), and pass it as client="
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

    def submit(
        self, function: Callable[..., Any], *arguments: Any, near: str | None = None
    ) -> Any:
        """Run a function on a worker of an address, while there is that one; return a future.

        None for the one that is nearest to the arguments.
        """
        where = {} if near is None else {"workers": [near], "allow_other_workers": True}
        key = f"skneural-{function.__name__}-{uuid4().hex}"
        with package("dask").config.set(_LARGE):
            return self.client.submit(function, *arguments, key=key, pure=False, **where)

    def results(self, futures: Sequence[Any], names: Sequence[str]) -> list[Any]:
        """Return the results of futures in their order, once all are there.

        Parameters
        ----------
        futures : sequence of Future
        names : sequence of str
            What each is of, for messages.

        Raises
        ------
        RuntimeError
            If data were lost with a worker and can't be made again, or no worker is left.
        """
        try:
            self._wait(futures)
            while any(self._is_lost(*pair) for pair in zip(futures, names, strict=True)):
                self._wait(futures)
            return self.client.gather(list(futures))
        except self._distributed.CancelledError:
            pairs = zip(futures, names, strict=True)
            lost = [name for future, name in pairs if future.status == "cancelled"]
            raise self._lost(lost[0] if lost else "some partition") from None

    def _is_lost(self, future, name):
        """Whether what was there is being made again; raise for what can't be made."""
        if future.status == "error":
            raise self._named(future.exception(), name)
        if future.status == "cancelled":
            raise self._lost(name)
        return future.status != "finished"

    def _lost(self, name):
        return RuntimeError(
            f"{self.owner}: {name} was lost with its worker and can't be made again, as it was"
            " scattered; pass a dask collection that says how it is read or computed"
        )

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
        if what not in str(error):
            error.add_note(f"raised by a worker of {self.owner} for {what}")
        return error

    def placed(
        self, partitions: Sequence[Partition], sizes: Sequence[int]
    ) -> tuple[list[Partition], list[int]]:
        """Return partitions each on a worker, and how many threads each may use there.

        They stay where they are as far as each thread has about as many rows to do.

        Parameters
        ----------
        partitions : sequence of Partition
        sizes : sequence of int
            Rows of each.
        """
        threads = self.client.nthreads()
        places = self.client.who_has([part.X for part in partitions])
        holders = [next(iter(places.get(part.X.key) or ()), "") for part in partitions]
        shared = shared_out(sizes, holders, threads)
        moved = [self._moved(part, near) for part, near in zip(partitions, shared, strict=True)]
        return moved, [max(1, threads[near] // shared.count(near)) for near in shared]

    def _moved(self, part, near):
        data = [None if d is None else self.submit(_as_it_is, d, near=near) for d in part.data]
        return Partition(part.number, *data, near)

    def run_on_all(self, function: Callable[..., Any], *arguments: Any) -> None:
        """Run a function on all workers there are, whatever becomes of it."""
        try:
            self.client.run(function, *arguments, on_error="ignore")
        except Exception:  # a cluster that ended keeps nothing
            return


def shared_out(
    sizes: Sequence[int], holders: Sequence[str], threads: dict[str, int]
) -> list[str]:
    """Return the worker of each partition: its holder, unless that has more than its share.

    Parameters
    ----------
    sizes : sequence of int
    holders : sequence of str
    threads : dict of str to int
        Of each worker.
    """
    loads, found = dict.fromkeys(threads, 0), [""] * len(sizes)
    rows_a_thread = sum(sizes) / sum(threads.values())
    for place in sorted(range(len(sizes)), key=lambda place: -sizes[place]):
        holder, size = holders[place], sizes[place]
        after = {worker: (loads[worker] + size) / threads[worker] for worker in threads}
        if after.get(holder, np.inf) > _UNEVEN * rows_a_thread:
            holder = min(threads, key=lambda worker: (after[worker], worker != holder))
        loads[holder] += size
        found[place] = holder
    return found


def _as_it_is(value: Any) -> Any:
    """Return a value."""
    return value
