"""The passes of a fit: the figures of each, and which one's parameters are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...training.reporting import Reporter
from .checks import divergence_of
from .learner import Learner
from .machines import is_binary
from .monitor import Monitor

_GROWTH = 10  # of the reconstruction error, which is no learning any more


class Passes:
    """Watches a learner, pass by pass.

    Parameters
    ----------
    estimator : estimator
    learner : Learner
    monitors : sequence of Monitor
        Of the rows it learns from, and of those held back, if any.
    """

    def __init__(self, estimator: Any, learner: Learner, monitors: Sequence[Monitor]):
        self._learner, self._monitors = learner, monitors
        self._patience = estimator.n_iter_no_change
        self._is_binary = is_binary(learner.machine)
        self._curves: dict[str, list[float]] = {"reconstruction_error_curve_": []}
        if self._is_binary:
            self._curves["pseudo_likelihood_curve_"] = []
        if len(monitors) > 1:
            self._curves["free_energy_gap_curve_"] = []
        self._kept, self.first_error = learner.shown(), monitors[0].figures().error
        self._best, self._n_without = -float("inf"), 0
        self.error = self.first_error

    def ended(self) -> str | None:
        """Note the figures of a pass; return what shows that the machine diverges, or None."""
        figures = [monitor.figures() for monitor in self._monitors]
        what = divergence_of(self._learner.machine)
        if what is None and not figures[0].error <= _GROWTH * self.first_error:
            what = (
                f"the reconstruction error rose from {self.first_error:.3g} to"
                f" {figures[0].error:.3g}"
            )
        if what is not None:
            return what
        self.error = figures[0].error
        self._curves["reconstruction_error_curve_"].append(self.error)
        if self._is_binary:
            self._curves["pseudo_likelihood_curve_"].append(figures[0].pseudo_likelihood)
        if len(figures) > 1:
            gap = figures[1].free_energy - figures[0].free_energy
            self._curves["free_energy_gap_curve_"].append(gap)
        self._compare(figures[-1])
        return None

    def _compare(self, figures):
        """Keep the parameters of the best pass, or without rows held back of the last one."""
        score = figures.pseudo_likelihood if self._is_binary else -figures.error
        if len(self._monitors) == 1 or score > self._best:
            self._best, self._n_without, self._kept = score, 0, self._learner.shown()
        else:
            self._n_without += 1

    def report(self, reporter: Reporter) -> None:
        """Report the figure of the pass."""
        if self._is_binary:
            reporter.figure("pseudo-likelihood", self._curves["pseudo_likelihood_curve_"][-1])
        else:
            reporter.figure("reconstruction error", self.error)

    def is_over(self) -> bool:
        """Whether the rows held back have not improved for as many passes as are waited for."""
        return len(self._monitors) > 1 and self._n_without >= self._patience

    def state(self) -> dict[str, Any]:
        """Return what the next pass is compared with."""
        return {
            "curves": {name: list(curve) for name, curve in self._curves.items()},
            "kept": self._kept, "best": self._best, "n_without": self._n_without,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to a state."""
        self._curves, self._kept = state["curves"], state["kept"]
        self._best, self._n_without = state["best"], state["n_without"]
        self.error = self._curves["reconstruction_error_curve_"][-1]

    def shown(self) -> dict[str, Any]:
        """Return the fitted attributes: of the parameters that are kept, and the curves."""
        return {**self._kept, **{name: list(curve) for name, curve in self._curves.items()}}
