"""What a training goes on with."""

from __future__ import annotations

from dataclasses import dataclass

from ..network.session import TrainingSession
from .record import SolverState, TrainingRecord


@dataclass(frozen=True)
class Resumption:
    """What a training continues from, and how long it runs.

    Parameters
    ----------
    record : TrainingRecord or None, default=None
        Of earlier calls; None for a new network.
    state : SolverState or None, default=None
        Of the last call, for `partial_fit`.
    session : TrainingSession or None, default=None
        To use again, in place of a new one.
    once : bool, default=False
        Whether to train for one epoch.
    owns_rows : bool, default=False
        Whether the session has copies of the rows, to be used again.
    """

    record: TrainingRecord | None = None
    state: SolverState | None = None
    session: TrainingSession | None = None
    once: bool = False
    owns_rows: bool = False
