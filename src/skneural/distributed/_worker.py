"""What workers do with a partition in a round: functions of what they are passed, and no more.

Sessions are kept in the worker's process, and opened anew where they are not there: on the first
round, and where another worker takes over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np

from ..data.rows import Rows
from ..network.network import Network
from ..network.session import TrainingSession
from ..schedules import Progress
from ..training.settings import Settings, make_optimizer
from ._parts import Part
from ._splits import Split
from ._survey import reader_of

_MOST_FITS = 4  # whose sessions are kept; those of clients that ended go first
_MOST_ENDED = 256  # fits that are known to have ended


@dataclass(frozen=True)
class Job:
    """What is the same in all rounds and partitions of a fit.

    Parameters
    ----------
    key : str
        The fit's.
    estimator : NetworkEstimator
        Reads the data.
    network : Network
    targets : object
    settings : Settings
    seed : int
        Of the random numbers that layers draw in the first partition.
    bounded : bool
        Whether the memory of a batch is bounded.
    trains : bool
        Whether workers make updates; otherwise they find gradients.
    """

    key: str
    estimator: Any
    network: Network
    targets: Any
    settings: Settings
    seed: int
    bounded: bool
    trains: bool


@dataclass(frozen=True)
class Share:
    """A partition's share in a fit.

    Parameters
    ----------
    number : int
        Of the partition.
    split : Split or None
        None where no rows are held back.
    batch_size : int
        Most rows of a batch.
    n_threads : int
    """

    number: int
    split: Split | None
    batch_size: int
    n_threads: int


@dataclass(frozen=True)
class Round:
    """The state of training that a round begins with.

    Parameters
    ----------
    parameters : ndarray of shape (n_parameters,)
    slots : ndarray or None
        The optimizer's memory, where workers make updates.
    layers : ndarray
        State of layers.
    n_updates : int
    order : ndarray, int or None
        Of a partition's rows in this epoch; a seed to shuffle them by; None keeps their order.
    place, of : int
        Which part of the epoch it is, of how many; -1 of an evaluation of all rows.
    rates : ndarray or None, default=None
        Learning rates of the epoch.
    progress : Progress or None, default=None
    """

    parameters: np.ndarray
    slots: np.ndarray | None
    layers: np.ndarray
    n_updates: int
    order: Any
    place: int
    of: int
    rates: np.ndarray | None = None
    progress: Progress | None = None


class Kept:
    """A session on a partition, and the order of its rows in the present epoch."""

    def __init__(self, job: Job, share: Share, data: tuple[Any, Any, Any]):
        reader, network = reader_of(job.estimator), job.network.twin()
        name = f"partition {share.number}"
        rows = reader.more_rows(*data, job.targets, network.dtype, name)
        if share.split is not None:
            rows = replace(rows, among=share.split.kept)
        self.seed = share.number
        self.session = _open(job, share, network, rows)
        self._ordered: tuple[Any, np.ndarray] = (None, np.arange(0))

    def begin(self, state: Round) -> TrainingSession:
        """Return the session in the state of a round."""
        session = self.session
        np.copyto(session.network.parameters, state.parameters)
        if state.slots is not None:
            np.copyto(session.optimizer_state, state.slots)
        session.layer_state = state.layers
        session.n_updates = state.n_updates
        return session

    def order(self, order: Any) -> np.ndarray:
        """Return the order of the partition's rows."""
        if isinstance(order, np.ndarray):
            return order
        if not len(self._ordered[1]) or self._ordered[0] != order:
            rows = np.arange(self.session.n_samples)
            if order is not None:
                np.random.RandomState([order, self.seed]).shuffle(rows)
            self._ordered = (order, rows)
        return self._ordered[1]


_kept: dict[tuple[str, int], Kept] = {}
_ended: deque[str] = deque(maxlen=_MOST_ENDED)  # tasks of these fits may still run, or begin
_keeping = Lock()


def _open(job: Job, share: Share, network: Network, rows: Rows) -> TrainingSession:
    settings, update = job.settings, {}
    if job.trains:
        update = {
            "optimizer": make_optimizer(settings), "alpha": settings.alpha,
            "weight_decay": settings.weight_decay, "max_grad_norm": settings.max_grad_norm,
        }
    return network.training_session(
        rows.X, rows.y, rows.loss_weight, batch_size=share.batch_size,
        n_jobs=settings.n_jobs or share.n_threads, seed=_seed_of(job.seed, share.number),
        augmentation=settings.augmentation, even=settings.even,
        bounded=job.bounded and job.trains, among=rows.among, **update,
    )


def _seed_of(seed: int, number: int) -> int:
    """Return the seed of a partition's layers; that of the first is the fit's."""
    return (seed + 1_000_003 * number) % (1 << 31)


@contextmanager
def _lent(job: Job, share: Share, data: tuple[Any, Any, Any]) -> Iterator[Kept]:
    """Yield the session of a partition, which nobody else uses meanwhile; then keep it.

    It is closed instead if the block raises, or the fit ended meanwhile.
    """
    kept = _kept.pop((job.key, share.number), None) or Kept(job, share, data)
    try:
        yield kept
    except BaseException:
        kept.session.close()
        raise
    with _keeping:
        ended = job.key in _ended
        if not ended:
            _make_room(job.key)
            _kept[job.key, share.number] = kept
    if ended:
        kept.session.close()


def _make_room(key: str) -> None:
    """Close the sessions of the oldest fits, if there are many and this one is not among them."""
    fits = list(dict.fromkeys(each for each, _ in _kept))
    if key not in fits and len(fits) >= _MOST_FITS:
        for each in fits[: 1 - _MOST_FITS or None]:
            _close(each)


def _close(key: str) -> None:
    for each in [each for each in list(_kept) if each[0] == key]:
        kept = _kept.pop(each, None)
        if kept is not None:
            kept.session.close()


def forget(key: str) -> None:
    """Close the sessions of a fit that ended; those in use are closed by the task that has them."""
    with _keeping:
        if key not in _ended:
            _ended.append(key)
        _close(key)


@dataclass(frozen=True)
class Opened:
    """What a session on a partition is like; see `TrainingSession`."""

    n_samples: int
    n_batches: int
    batch_size: int
    batch_bytes: int
    most_rows: int
    n_slots: int
    n_layers: int


def open_session(job: Job, share: Share, *data: Any) -> Opened:
    """Open the session on a partition, and return what it is like."""
    with _lent(job, share, data) as kept:
        s = kept.session
        sizes = s.optimizer_state.size, s.layer_state.size
        return Opened(s.n_samples, s.n_batches, s.batch_size, s.batch_bytes, s.most_rows, *sizes)


def find_gradient(job: Job, share: Share, state: Round, *data: Any) -> Part:
    """Return the gradient of a partition's part of a batch, or of all its rows."""
    with _lent(job, share, data) as kept:
        session, rows = kept.begin(state), None
        if state.place >= 0:
            order = kept.order(state.order)
            begin, end = (len(order) * n // state.of for n in (state.place, state.place + 1))
            rows = order[begin:end]
        n_rows = session.n_samples if rows is None else len(rows)
        loss, weight, found = 0.0, 0.0, np.zeros(0)
        if n_rows:
            loss, _, weight = session.sums(rows)
            found = np.array(session.gradient)
        states = [_statistics(session), session.layer_state]
    return Part(np.array([loss * (weight / max(n_rows, 1)), weight]), found, states, n_rows)


def _statistics(session):
    network = session.network
    return np.array(network.parameters[network.n_trained :])


def train_part(job: Job, share: Share, state: Round, *data: Any) -> Part:
    """Make a part of an epoch's updates on a partition alone."""
    with _lent(job, share, data) as kept:
        session = kept.begin(state)
        first, last = (session.n_batches * n // state.of for n in (state.place, state.place + 1))
        begin, end = session.rows_before(first), session.rows_before(last)
        numbers = np.zeros(2)
        if first < last:
            assert state.rates is not None and state.progress is not None
            places = np.arange(first, last) * len(state.rates) // session.n_batches
            progress = replace(state.progress, n_batches=session.n_batches)
            ordered = state.order is not None or state.of > 1
            rows = kept.order(state.order)[begin:end] if ordered else None
            numbers[:] = session.run_batches(rows, state.rates[places], progress, first)
        states = [
            np.array(session.network.parameters), np.array(session.optimizer_state),
            session.layer_state,
        ]
    return Part(numbers, None, states, end - begin, last - first)
