"""Training in phases: objectives and their updates, one after the other in each batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np

from ..engine.buffers import address_of
from ..engine.plan import Plan
from ..engine.primitives import COEFFICIENTS, LOSS_SUM, PENALTY_SUM
from ..engine.steps import BARRIER
from ..engine.workspace import build_within
from ..schedules import Progress
from .runner import Runner
from .updates import Update

_ENDLESS = 1 << 53  # epochs


class PhasedTraining:
    """Updates of parameters, phase by phase in each batch, run epoch by epoch.

    Phases may have objectives of several networks. An epoch is one call without the GIL.

    Parameters
    ----------
    updates : sequence of Update
        The phases of a batch; all change the same `Parameters`.
    n_samples : int
        Rows that an epoch goes through.
    batch_size : int
    n_jobs : int or None, default=None
    seed : int, default=0
        Of the random numbers that layers, augmentations and objectives draw.
    even : bool, default=False
        Spread the rows evenly over the batches; otherwise the last has the remaining ones.
    bytes_a_row : int or None, default=None
        Least memory of a row of a batch: batches then have fewer rows than ``batch_size`` if they
        would need too much memory. None sets no limit.
    among : ndarray of int64 or None, default=None
        The rows to train on; None for all.

    Attributes
    ----------
    most_rows : int
        ``batch_size``, or fewer where the memory of a batch is bounded.
    batch_size : int
        Rows of the largest batch.
    batch_bytes : int
        Memory that such a batch takes.
    n_batches : int
        Batches in an epoch.
    n_updates : int
        Batches trained on since the model was new; set it to continue an earlier session.
    """

    def __init__(
        self, updates: Sequence[Update], n_samples: int, batch_size: int,
        n_jobs: int | None = None, seed: int = 0, even: bool = False,
        bytes_a_row: int | None = None, among: np.ndarray | None = None,
    ):
        self.updates = list(updates)
        if any(update.store is not self.updates[0].store for update in self.updates):
            raise ValueError(
                "updates must be of the same Parameters; make one for the layers of all networks"
            )
        self.n_samples = n_samples if among is None else len(among)
        self.most_rows = batch_size
        self.n_updates = 0
        self.seed = seed
        self._among = among

        def build(n_rows: int) -> tuple[Plan]:
            self.most_rows = n_rows
            n_batches = -(-self.n_samples // n_rows)
            return (self._build(-(-self.n_samples // n_batches) if even else n_rows),)

        if bytes_a_row is None:
            (plan,) = build(batch_size)
        else:
            (plan,) = build_within(build, batch_size, bytes_a_row)
        steps = plan.all_steps()
        self.batch_size = plan.batch_size
        self.batch_bytes = plan.batch_size * plan.bytes_a_row
        self.n_batches = -(-self.n_samples // plan.batch_size)
        prepare = [*plan.prepare, BARRIER] if plan.prepare else []
        self._runner = Runner(plan, steps, n_jobs, prepare, even)
        self._scheduled = plan.scheduled
        self._schedule(None)

    def _build(self, batch_size: int) -> Plan:
        store = self.updates[0].store
        plan = Plan(store.vector.dtype, batch_size, training=True, n_trained=store.n_trained)
        clips = any(update.clips for update in self.updates)
        for update in self.updates:
            update.add_to(plan, clips)
        return plan

    @property
    def n_threads(self) -> int:
        """Maximum number of threads."""
        return self._runner.team.size

    @property
    def is_scheduled(self) -> bool:
        """Whether numbers besides the learning rate follow a schedule."""
        return bool(self._scheduled) or any(update.is_scheduled for update in self.updates)

    @property
    def layer_state(self) -> np.ndarray:
        """State of layers besides their variables; set it to continue an earlier session."""
        return np.concatenate([np.empty(0), *self._runner.plan.lasting.values()])

    @layer_state.setter
    def layer_state(self, numbers: np.ndarray) -> None:
        arrays = list(self._runner.plan.lasting.values())
        parts = np.split(numbers, np.cumsum([array.size for array in arrays]))
        for array, part in zip(arrays, parts, strict=False):
            array[...] = part

    def _schedule(self, progress: Progress | None, first: int = 0) -> Progress:
        """Set the numbers that follow schedules, for the updates of an epoch from one on."""
        if progress is None:
            progress = Progress(0, _ENDLESS, self.n_batches)
        self._numbers = [numbers(progress) for numbers, _ in self._scheduled]
        for numbers, (_, place) in zip(self._numbers, self._scheduled, strict=True):
            place[0] = address_of(numbers) + first * numbers.itemsize
        return progress

    def run_epoch(
        self, order: np.ndarray | None, rates: np.ndarray, progress: Progress | None = None
    ) -> float:
        """Run all phases once with each batch.

        Parameters
        ----------
        order : ndarray of shape (n_samples,) or None
            Permutation of the rows trained on; None keeps their order.
        rates : ndarray of shape (n_batches,) or (n_phases, n_batches)
            Learning rate of each update.
        progress : Progress or None, default=None
            State of training, which numbers that have a schedule follow; None for the beginning of
            a long one.

        Returns
        -------
        float
            Mean over rows of their batch's losses, penalties included.

        Raises
        ------
        KeyboardInterrupt
            On Ctrl-C, between batches; the parameters are then those of the last update. Inside
            a batch that takes longer than a slice some may be those of the next one.
        """
        loss, penalty = self.run_batches(order, rates, progress)
        return loss / self.n_samples + penalty / self.n_samples

    def run_batches(
        self, rows: np.ndarray | None, rates: np.ndarray, progress: Progress | None = None,
        first: int = 0,
    ) -> tuple[float, float]:
        """Run the batches of some rows, such as a part of an epoch.

        Parameters
        ----------
        rows : ndarray of shape (n_rows,) or None
            In their order; None for all.
        rates : ndarray of shape (n_updates,) or (n_phases, n_updates)
        progress : Progress or None, default=None
            Of the whole epoch.
        first : int, default=0
            Batches of the epoch before these.

        Returns
        -------
        loss, penalty : float
            The batches' mean losses, and the penalties on weights, times their rows.
        """
        if self._among is not None:
            rows = self._among if rows is None else self._among[rows]
        if rows is not None:
            rows = np.ascontiguousarray(rows, np.int64)
        n_rows = self.n_samples if rows is None else len(rows)
        progress = self._schedule(progress, first)
        coefficients = self._coefficients(np.asarray(rates, float), progress, first)
        runner, shared = self._runner, self._runner.team.shared
        runner.states[:, COEFFICIENTS] = address_of(coefficients)
        runner.key_noise(self.seed, self.n_updates)
        shared[LOSS_SUM] = shared[PENALTY_SUM] = 0.0
        try:
            self._run(rows, n_rows)
        finally:
            self.n_updates += runner.team.n_batches_done
        return self._reported(shared[LOSS_SUM]), float(shared[PENALTY_SUM])

    def _run(self, rows: np.ndarray | None, n_rows: int) -> None:
        self._runner.run(n_rows, rows)

    def rows_before(self, batch: int) -> int:
        """Return how many rows of an epoch come before a batch."""
        if self._runner.even:
            return batch * self.n_samples // self.n_batches
        return min(batch * self.batch_size, self.n_samples)

    def _coefficients(self, rates: np.ndarray, progress: Progress, first: int) -> np.ndarray:
        """Return those of all phases, shape (n_tables, n_batches, n_coefficients)."""
        tables = []
        rows = np.broadcast_to(rates, (len(self.updates), rates.shape[-1]))
        for update, of_phase in zip(self.updates, rows, strict=True):
            place = sum(table.nbytes for table in tables)
            table = update.coefficients(of_phase, self.n_updates, place, progress, first)
            tables.append(table)
        return np.concatenate(tables)

    def _reported(self, total: float) -> float:
        return float(total)

    def close(self) -> None:
        """End the threads."""
        self._runner.team.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error) -> None:
        self.close()
