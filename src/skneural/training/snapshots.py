"""The state of a training between two epochs, from which another process can go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from ..data.checksums import checksum
from ..data.rows import Rows
from ..data.sources import FarRows
from .epochs import Training
from .keeper import (
    Data,
    Keeper,
    begin_as,
    keep_or_warn,
    known_by,
    notices_of,
    numbered,
    refuse_other_data,
    warn_at_once,
)
from .orders import EpochOrders
from .record import SolverState, TrainingRecord
from .resumption import Resumption


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
    data : dict of str to int or str
        What it was trained on is known by, see `known_by`.
    first : ndarray of shape (n_trained,) or None, default=None
        The weights that L-BFGS began with.
    evaluations : list of (float, ndarray), default=[]
        Loss and gradient of each evaluation by L-BFGS.
    notices : list of (str, int), default=[]
        What to warn of at the end, and the kind of the warning.
    finished : bool, default=False
    n_before, weights : int, default=0
        Epochs of earlier calls that training goes on from, and a checksum of the weights that it
        began with; 0 for a new network.
    once : bool, default=False
        Whether it is of a `partial_fit`.
    by_length : bool or None, default=None
        Whether `max_iter` ended it; None if that is not known.
    trained : ndarray of shape (n_parameters,) or None, default=None
        The weights that it ended with, where it was then given others, as those of the best score.
    plan : int, default=0
        Checksum of how rows are read that are not in memory; 0 for those that are.
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
    data: Data
    first: np.ndarray | None = None
    evaluations: list[tuple[float, np.ndarray]] = field(default_factory=list)
    notices: list[tuple[str, int]] = field(default_factory=list)
    finished: bool = False
    n_before: int = 0
    weights: int = 0
    once: bool = False
    by_length: bool | None = None
    trained: np.ndarray | None = None
    plan: int = 0

    @property
    def n_epochs(self) -> int:
        """Epochs of all calls."""
        return len(self.record.loss_curve)


class Snapshots:
    """Takes the snapshots of one training, and goes on from the last one of an earlier process.

    Parameters
    ----------
    keeper : Keeper
    random_state : RandomState
        As training begins; set to what it was at the beginning of the one to go on with.
    resume : Resumption
    parameters : ndarray of shape (n_parameters,)
        The weights that training begins with, if it goes on with those of earlier calls.
    """

    def __init__(
        self, keeper: Keeper, random_state: np.random.RandomState, resume: Resumption,
        parameters: np.ndarray,
    ):
        self._keeper, self._random_state, self._once = keeper, random_state, resume.once
        self._n_before = self._weights = 0
        self._continues = resume.record is not None
        if resume.record is not None:
            self._n_before = len(resume.record.loss_curve)
            self._weights = 0 if self._once else checksum(parameters)
        self._left_alone: str | None = None  # what to warn of if the file is of a later fit
        self._last: Snapshot | None = self._found()
        self._data: Data = {}
        self._plan = 0
        self.orders: EpochOrders | None = None
        self.solver: Callable[[], SolverState] | None = None
        self.first: np.ndarray | None = None
        self.evaluations: list[tuple[float, np.ndarray]] = []
        self._trained: np.ndarray | None = None
        self._shorter: int | None = None  # `max_iter` of the fit to go on with, if that is lower
        if self._last is not None:
            self._shorter = keeper.take_over(lengthens=True)
            begin_as(keeper, random_state, self._last.begun)
        self._begun = random_state.get_state(legacy=False)

    def _found(self) -> Snapshot | None:
        """Return the snapshot of this very training; None if there is none, or an earlier one.

        Raises
        ------
        ValueError
            If there is one with more training, which would be lost.
        """
        n_before = self._n_before
        last = self._keeper.last(of_others=self._once and self._continues)
        if last is None or (self._continues and n_before >= last.n_epochs):
            return None
        if self._once or last.once:
            now = f"{n_before} epochs" if n_before else "a new network"
            self._keeper.refuse(
                f"a {'stream of partial_fit' if last.once else 'fit'} that has seen"
                f" {last.record.samples_seen} rows in {last.n_epochs} epochs, and"
                f" {'partial_fit' if self._once else 'fit'} begins with {now}",
                "Go on from persistence.load of it, with the rows after these",
            )
        if (last.n_before, last.weights) == (n_before, self._weights):
            return last
        if last.n_before <= n_before:
            self._keeper.refuse(
                "a training that began with other weights", "Begin with the same weights"
            )
        self._left_alone = self._keeper.leave()
        return None

    @property
    def goes_on(self) -> bool:
        """Whether there is a snapshot to go on from."""
        return self._last is not None

    @property
    def ended_by_length(self) -> bool:
        """Whether the snapshot is of a fit that `max_iter` ended."""
        last = self._last
        return last is not None and last.finished and bool(last.by_length)

    def check(self, rows: Rows, held_back: Rows | None) -> None:
        """Note the data, and raise a ValueError if they are not those of the snapshot."""
        parts = {"X": rows.X, "y": rows.y, "sample_weight": rows.loss_weight}
        if held_back is not None:
            parts |= {"X_val": held_back.X, "y_val": held_back.y}
        if self._last is not None and isinstance(rows.X, FarRows) != bool(self._last.plan):
            places = ["all in memory", "read in windows"]
            there, here = places if isinstance(rows.X, FarRows) else places[::-1]
            self._refuse_order(f"they were {there}, and are {here} here")
        self._data = known_by(parts)
        if self._last is not None:
            refuse_other_data(self._keeper, self._last.data, self._data)

    def check_plan(self, plan: int) -> None:
        """Note how rows are read, and raise a ValueError if it is not as for the snapshot.

        ``plan`` is a checksum of it; 0 where they are in memory.
        """
        self._plan = plan
        if self._last is not None and self._last.plan != plan:
            self._refuse_order("the windows or pieces that they are read in differ")

    def _refuse_order(self, why: str) -> NoReturn:
        self._keeper.refuse(
            f"the rows in another order: {why}",
            "Fit on blocks of the same kind and buffer, with the same chunks or row groups",
        )

    def restore(self, training: Training) -> bool:
        """Put weights, copies and counters back; return whether training is finished."""
        last = self._last
        if last is None:
            return False
        is_longer = self.ended_by_length and self._shorter is not None
        training.record = last.record
        trained = last.trained if is_longer and last.trained is not None else last.parameters
        np.copyto(training.network.parameters, trained)
        training.copies.restore(last.proven, last.latest)
        training.best = None if last.best is None else last.best.copy()
        training.started -= last.seconds
        training.untrained = False
        self.first, self.evaluations = last.first, list(last.evaluations)
        if is_longer:  # its notices were of its end
            training.copies.go_on()
            return False
        training.notices += notices_of(last.notices)
        return last.finished

    def check_length(self, why_not: Callable[[int], str | None]) -> None:
        """Raise a ValueError if training cannot be longer than that of the snapshot.

        ``why_not``, called with its `max_iter`, returns the reason, or None.
        """
        if self._shorter is None or self._last is None:
            return
        reason = why_not(self._shorter)
        if self._last.finished and self._last.by_length is None:
            reason = "it does not say whether max_iter ended it"
        if reason is not None:
            self._keeper.refuse(
                f"a fit of max_iter={self._shorter}, and {reason}",
                f"Set max_iter={self._shorter}",
            )

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

    def trained(self, training: Training) -> None:
        """Note the weights that training ended with, before the best ones take their place."""
        if training.ended_by_length and not self._once:
            self._trained = training.network.parameters.copy()

    def ended(self, training: Training) -> None:
        """Keep what a training that was not interrupted ended with."""
        due = not self._once or self._keeper.is_due(len(training.record.loss_curve))
        if due and not training.record.interrupted:
            self._keep(training, finished=True)

    def _keep(self, training: Training, finished: bool) -> None:
        if self._left_alone is not None:
            message, self._left_alone = self._left_alone, ""
            if message:
                warn_at_once(message, training.notices)
            return
        parameters, copies = training.network.parameters, training.copies
        proven, latest = _once(copies.proven, parameters), _once(copies.latest, parameters)
        best = None if training.best is None else _once(training.best, parameters)
        trained = parameters if self._trained is None else self._trained
        snapshot = Snapshot(
            training.record, parameters, proven, latest, best,
            self.solver and self.solver(), self._begun,
            self._random_state.get_state(legacy=False),
            None if self.orders is None else self.orders.latest,
            time.perf_counter() - training.started, self._data,
            self.first, [] if finished else self.evaluations, numbered(training.notices), finished,
            self._n_before, self._weights, self._once,
            training.ended_by_length if finished else None,
            None if np.array_equal(trained, parameters, equal_nan=True) else trained, self._plan,
        )
        keep_or_warn(self._keeper, snapshot, training.fitted_attributes(), training.notices)


def _once(copy: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Return the parameters for a copy that has the same bits, so that they are written once."""
    return parameters if copy.tobytes() == parameters.tobytes() else copy
