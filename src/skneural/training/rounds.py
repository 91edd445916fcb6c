"""The rounds of a fit without a network, and the rules by which they end."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from sklearn.utils import check_random_state

from ..callbacks import FitTasks
from .reporting import Reporter
from .round_snapshots import RoundSnapshots
from .stopping import is_out_of_time


class Rounds:
    """The rounds of a fit: numbered, timed, reported and shown to callbacks.

    The body of the loop calls `end` last and gives it the fitted attributes. After Ctrl-C those of
    the last round that ended count, so a round must not overwrite arrays that it gave before.

    Parameters
    ----------
    owner : str
        The estimator's name, for messages.
    most : int
        Rounds at most.
    max_time : float or None
        Seconds after which no further round begins.
    reporter : Reporter
        Prints progress.
    tasks : FitTasks
        Calls the callbacks.
    snapshots : RoundSnapshots or None, default=None
        Keeps what an interrupted fit goes on with, and has what an earlier one kept.

    Attributes
    ----------
    losses : list of float
        The loss of each round that ended.
    notices : list of (str, type of Warning)
        What to warn of once the estimator is fitted.

    Notes
    -----
    A fit reads::

        with rounds.open():
            for number in rounds:
                prototypes, loss = improved(prototypes, X)
                rounds.end(loss, {"prototypes_": prototypes}, len(X))
    """

    def __init__(
        self,
        owner: str,
        most: int,
        max_time: float | None,
        reporter: Reporter,
        tasks: FitTasks,
        snapshots: RoundSnapshots | None = None,
    ):
        self.owner = owner
        self.most = most
        self.max_time = max_time
        self.reporter = reporter
        self.tasks = tasks
        self.losses: list[float] = []
        self.notices: list[tuple[str, type[Warning]]] = []
        self._given: dict[str, Any] | Callable[[], dict[str, Any]] = {}
        self._started = time.perf_counter() if snapshots is None else snapshots.started
        self._stop = self._interrupted = False
        self._snapshots = snapshots
        self._state: Callable[[], dict[str, Any]] = dict
        if snapshots is not None and snapshots.last is not None:
            last = snapshots.last
            self.losses, self._given = list(last.losses), last.attributes
            self._state, self._stop = lambda: last.state, last.finished

    @contextmanager
    def open(self) -> Iterator[Rounds]:
        """Let Ctrl-C end the rounds with a warning, unless none has ended yet.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C in the first round.
        """
        try:
            yield self
        except KeyboardInterrupt:
            if not self.losses:
                raise
            self.notices.append((f"Training interrupted by user. ({self.owner})", UserWarning))
            self._interrupted = True
        finally:
            self.reporter.close()

    def random_state(self, given: Any) -> np.random.RandomState:
        """Return the random numbers for a parameter `random_state`, as the fit begins with them."""
        if self._snapshots is None:
            return check_random_state(given)
        return self._snapshots.random_state(given)

    def resumed(self) -> dict[str, Any] | None:
        """Return what the last round of an earlier process ended with; None without one.

        These are the fitted attributes, what `end` was given as ``state``, and the state of the
        random numbers as "random".
        """
        last = None if self._snapshots is None else self._snapshots.last
        return None if last is None else {**last.attributes, **last.state, "random": last.random}

    def __iter__(self) -> Iterator[int]:
        """Give the numbers of the rounds, from 0, until a rule or a callback ends them.

        A fit that goes on gives those that an earlier process has not ended.
        """
        for number in range(len(self.losses), 0 if self._stop else self.most):
            self.tasks.epoch_begins()
            yield number
            n_ended = len(self.losses) - number
            if n_ended != 1:
                raise RuntimeError(
                    f"{self.owner}: round {number + 1} called `end` {n_ended} times, not once"
                )
            if self._stop:
                break

    def end(
        self, loss: float, attributes: dict[str, Any] | Callable[[], dict[str, Any]],
        n_samples: int = 0, stop: bool = False, state: Callable[[], dict[str, Any]] = dict,
    ) -> None:
        """End a round.

        Parameters
        ----------
        loss : float
            What the method minimizes.
        attributes : dict, or callable that returns one
            Fitted attributes by name, as if this round had been the last one. It is called for
            callbacks and after the last round: what takes long is not done in each.
        n_samples : int, default=0
            Rows seen in the round.
        stop : bool, default=False
            Whether it was the last one by the method's own rule.
        state : callable that returns a dict, default=dict
            What the next round needs besides the attributes and the random numbers, as plain values
            and arrays. It is called where a snapshot is kept.

        Raises
        ------
        FloatingPointError
            If the loss is not finite.
        """
        loss, number = float(loss), len(self.losses) + 1
        if not math.isfinite(loss):
            raise FloatingPointError(
                f"{self.owner}: the loss became {loss} in round {number}. Scale X."
            )
        self.losses.append(loss)
        self._given = attributes
        self.reporter.epoch(number, loss, n_samples)
        asked = self.tasks.epoch_ends(lambda: copy.deepcopy(self.attributes()))
        late = is_out_of_time(self.max_time, self._started, self.reporter)
        self._stop = stop or asked or late
        self._state = state
        self._keep(finished=self._stop)

    def _keep(self, finished: bool) -> None:
        if self._snapshots is not None:
            attributes = self._attributes_given()
            self._snapshots.keep(attributes, self.losses, self._state(), self.notices, finished)

    def ended(self) -> list[tuple[str, type[Warning]]]:
        """Keep what a fit that was not interrupted ended with; return what to warn of."""
        if self._snapshots is None:
            return self.notices
        if not self._interrupted:
            self._snapshots.settle()
            self._keep(finished=True)
        return list(dict.fromkeys([*self._snapshots.notices(), *self.notices]))

    def attributes(self) -> dict[str, Any]:
        """Return the fitted attributes of the last round that ended.

        Raises
        ------
        RuntimeError
            If there is none.
        """
        losses = self.losses
        if not losses:
            raise RuntimeError(f"{self.owner}: no round of the fit has ended")
        return {
            **self._attributes_given(), "loss_": losses[-1], "loss_curve_": losses,
            "n_iter_": len(losses),
        }

    def _attributes_given(self) -> dict[str, Any]:
        return self._given() if callable(self._given) else self._given
