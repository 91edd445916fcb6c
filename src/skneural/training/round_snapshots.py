"""The state of a fit without a network between two rounds, from which another process can go on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from .keeper import (
    Data,
    Keeper,
    Notices,
    begin_as,
    keep_or_warn,
    known_by,
    notices_of,
    numbered,
    refuse_other_data,
)


@dataclass
class RoundsSnapshot:
    """What a fit needs to go on with its rounds, besides its data and the parameters.

    Parameters
    ----------
    losses : list of float
        Of the rounds that ended.
    attributes : dict
        Fitted attributes of the last one.
    state : dict
        What the method needs besides these.
    begun, random : dict or None
        The state of the random numbers when the fit began, and now; None if it draws none.
    seconds : float
        That the fit has taken.
    data : dict of str to int or str
        What it is fitted to is known by, see `known_by`.
    notices : list of (str, int), default=[]
        What to warn of at the end, and the kind of the warning.
    finished : bool, default=False
    """

    losses: list[float]
    attributes: dict[str, Any]
    state: dict[str, Any]
    begun: dict[str, Any] | None
    random: dict[str, Any] | None
    seconds: float
    data: Data
    notices: list[tuple[str, int]] = field(default_factory=list)
    finished: bool = False


class RoundSnapshots:
    """Takes the snapshots of one fit, and goes on from the last one of an earlier process.

    Parameters
    ----------
    keeper : Keeper
    data : dict of str to array-like
        What is fitted, by name.
    """

    def __init__(self, keeper: Keeper, data: dict[str, Any]):
        self._keeper, self._started = keeper, time.perf_counter()
        self._data = known_by(data)
        self._random: np.random.RandomState | None = None
        self._begun: dict[str, Any] | None = None
        self._n_kept = -1  # rounds of the last snapshot that is finished
        self.last: RoundsSnapshot | None = keeper.last()
        if self.last is None:
            return
        keeper.take_over()
        refuse_other_data(keeper, self.last.data, self._data)
        self._started -= self.last.seconds
        if self.last.finished:
            self._n_kept = len(self.last.losses)

    @property
    def started(self) -> float:
        """When the fit would have begun if it had run through."""
        return self._started

    def random_state(self, given: Any) -> np.random.RandomState:
        """Return the random numbers of a fit, as they were when it first began."""
        self._random = check_random_state(given)
        if self.last is not None and self.last.begun is not None:
            begin_as(self._keeper, self._random, self.last.begun)
        self._begun = self._random.get_state(legacy=False)
        return self._random

    def settle(self) -> None:
        """Leave the random numbers as a finished fit did that was not run again."""
        last = self.last
        if last is not None and last.finished and self._random is not None and last.random:
            self._random.set_state(last.random)

    def notices(self) -> Notices:
        """Return what the earlier processes are to warn of."""
        return [] if self.last is None else notices_of(self.last.notices)

    def keep(
        self, attributes: dict[str, Any], losses: list[float], state: dict[str, Any],
        notices: Notices, finished: bool,
    ) -> None:
        """Keep a snapshot if it is time for one, or the fit ends with it."""
        n_rounds = len(losses)
        if n_rounds == self._n_kept or not (finished or self._keeper.is_due(n_rounds)):
            return
        random = None if self._random is None else self._random.get_state(legacy=False)
        snapshot = RoundsSnapshot(
            losses, attributes, state, self._begun, random,
            time.perf_counter() - self._started, self._data, numbered(notices), finished,
        )
        shown = attributes | {"loss_": losses[-1], "loss_curve_": losses, "n_iter_": n_rounds}
        is_kept = keep_or_warn(self._keeper, snapshot, shown, notices)
        self._n_kept = n_rounds if finished and is_kept else -1
