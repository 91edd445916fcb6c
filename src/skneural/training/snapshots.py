"""The state of a training between two epochs, from which another process can go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..data.checksums import checksum
from ..data.rows import Rows
from ..exceptions import NonFiniteLossWarning
from .epochs import Training
from .orders import EpochOrders
from .record import SolverState, TrainingRecord

_KINDS: tuple[type[Warning], ...] = (UserWarning, ConvergenceWarning, NonFiniteLossWarning)


def kind_of(kind: type[Warning]) -> int:
    """Return the number of a kind of warning in snapshots."""
    return _KINDS.index(kind) if kind in _KINDS else 0


def numbered_kind(number: int) -> type[Warning]:
    """Return the kind of warning that has a number in snapshots."""
    return _KINDS[number]


@dataclass
class Snapshot:
    """What a training needs to go on, besides its data and the parameters.

    Parameters
    ----------
    record : TrainingRecord
    parameters, proven, latest : ndarray of shape (n_parameters,)
        The weights, and the copies that training goes back to.
    best : ndarray of shape (n_parameters,) or None
        The weights of the best score.
    solver : SolverState or None
        None for L-BFGS.
    begun : dict
        The state of the random numbers when training began.
    random : dict
        Their state now.
    order : ndarray of shape (n_samples,) or None
        Of the rows in the last epoch.
    seconds : float
        That training has taken.
    data : dict of str to int
        Checksums of what it was trained on.
    first : ndarray of shape (n_trained,) or None, default=None
        The weights that L-BFGS began with.
    evaluations : list of (float, ndarray), default=[]
        Loss and gradient of each evaluation by L-BFGS.
    notices : list of (str, int), default=[]
        What to warn of at the end, and the kind of the warning.
    finished : bool, default=False
    """

    record: TrainingRecord
    parameters: np.ndarray
    proven: np.ndarray
    latest: np.ndarray
    best: np.ndarray | None
    solver: SolverState | None
    begun: dict[str, Any]
    random: dict[str, Any]
    order: np.ndarray | None
    seconds: float
    data: dict[str, int]
    first: np.ndarray | None = None
    evaluations: list[tuple[float, np.ndarray]] = field(default_factory=list)
    notices: list[tuple[str, int]] = field(default_factory=list)
    finished: bool = False


class Keeper(Protocol):
    """Keeps snapshots where they outlive the process."""

    def last(self) -> Any:
        """Return the snapshot to go on from; raise a ValueError if it is of other parameters."""

    def refuse(self, names: Sequence[str]) -> None:
        """Raise a ValueError for data that differ from those of the snapshot."""

    def is_due(self, n_epochs: int) -> bool:
        """Whether to keep one after so many epochs."""

    def keep(self, snapshot: Any, attributes: dict[str, Any]) -> None:
        """Keep a snapshot, and the estimator's attributes as if training had ended."""


class Snapshots:
    """Takes the snapshots of one training, and goes on from the last one of an earlier process.

    Parameters
    ----------
    keeper : Keeper
    random_state : RandomState
        As training begins; set to what it was at the beginning of the one to go on with.
    once : bool
        Whether this is the epoch of a `partial_fit`, which begins anew from what is fitted.
    """

    def __init__(self, keeper: Keeper, random_state: np.random.RandomState, once: bool):
        self._keeper, self._random_state, self._once = keeper, random_state, once
        self._last: Snapshot | None = None if once else keeper.last()
        self._data: dict[str, int] = {}
        self.orders: EpochOrders | None = None
        self.solver: Callable[[], SolverState] | None = None
        self.first: np.ndarray | None = None
        self.evaluations: list[tuple[float, np.ndarray]] = []
        if self._last is not None:
            random_state.set_state(self._last.begun)
        self._begun = random_state.get_state(legacy=False)

    @property
    def goes_on(self) -> bool:
        """Whether there is a snapshot to go on from."""
        return self._last is not None

    def check(self, rows: Rows, held_back: Rows | None) -> None:
        """Note the data, and raise a ValueError if they are not those of the snapshot."""
        parts = {"X": rows.X, "y": rows.y, "sample_weight": rows.loss_weight}
        if held_back is not None:
            parts |= {"X_val": held_back.X, "y_val": held_back.y}
        self._data = {name: checksum(part) for name, part in parts.items()}
        if self._last is not None:
            known = self._last.data
            names = known | self._data
            differ = [name for name in names if known.get(name) != self._data.get(name)]
            if differ:
                self._keeper.refuse(differ)

    def record(self) -> TrainingRecord | None:
        """Return the record to go on with."""
        return None if self._last is None else self._last.record

    def restore(self, training: Training) -> bool:
        """Put weights, copies and counters back; return whether training is finished."""
        last = self._last
        if last is None:
            return False
        training.record = last.record
        np.copyto(training.network.parameters, last.parameters)
        training.copies.restore(last.proven, last.latest)
        training.best = None if last.best is None else last.best.copy()
        training.started -= last.seconds
        training.untrained = False
        training.notices += [(message, numbered_kind(kind)) for message, kind in last.notices]
        self.first, self.evaluations = last.first, list(last.evaluations)
        return last.finished

    def restore_order(self, orders: EpochOrders) -> None:
        """Put the order of the rows back, and the random numbers that it is drawn from."""
        self.orders = orders
        if self._last is not None:
            orders.latest = self._last.order
            self._random_state.set_state(self._last.random)

    @property
    def solver_state(self) -> SolverState | None:
        """The solver's state to go on with."""
        return None if self._last is None else self._last.solver

    def epoch_ended(self, training: Training) -> None:
        """Keep a snapshot if it is time for one."""
        if not self._once and self._keeper.is_due(training.record.n_iter):
            self._keep(training, finished=False)

    def ended(self, training: Training) -> None:
        """Keep what a training that was not interrupted ended with."""
        due = not self._once or self._keeper.is_due(len(training.record.loss_curve))
        if due and not training.record.interrupted:
            self._keep(training, finished=True)

    def _keep(self, training: Training, finished: bool) -> None:
        parameters, copies = training.network.parameters, training.copies
        proven, latest = _once(copies.proven, parameters), _once(copies.latest, parameters)
        best = None if training.best is None else _once(training.best, parameters)
        notices = [(message, kind_of(kind)) for message, kind in training.notices]
        self._keeper.keep(
            Snapshot(
                training.record, parameters, proven, latest, best,
                self.solver and self.solver(), self._begun,
                self._random_state.get_state(legacy=False),
                None if self.orders is None else self.orders.latest,
                time.perf_counter() - training.started, self._data,
                self.first, [] if finished else self.evaluations, notices, finished,
            ),
            training.fitted_attributes(),
        )


def _once(copy: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Return the parameters for a copy that has the same bits, so that they are written once."""
    return parameters if copy.tobytes() == parameters.tobytes() else copy
