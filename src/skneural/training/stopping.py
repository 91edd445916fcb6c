"""The rules by which training ends."""

from __future__ import annotations

import time
from dataclasses import dataclass

from .reporting import Reporter


@dataclass(frozen=True)
class StoppingRules:
    """When training ends; the parameters of the same names in the estimators.

    ``runs_to_the_end`` says that `max_iter` is the intended length of training; `tol` is in
    multiples of ``tol_unit``.
    """

    max_iter: int
    tol: float
    n_iter_no_change: float
    early_stopping: bool
    restore_best_weights: bool | str
    target_loss: float | None
    max_time: float | None
    runs_to_the_end: bool = False
    tol_unit: float = 1.0

    @property
    def improvement(self) -> float:
        """The least improvement of loss or score that counts."""
        return self.tol * self.tol_unit


def is_out_of_time(max_time: float | None, started: float, reporter: Reporter) -> bool:
    """Whether a fit that started at a `time.perf_counter` has taken its time; reports it."""
    over = max_time is not None and time.perf_counter() - started >= max_time
    if over:
        reporter.message(f"Training took max_time={max_time:g} seconds. Stopping.")
    return over
