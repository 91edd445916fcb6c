"""The epoch loop, and the rules by which it ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from ..callbacks import FitTasks
from ..data.checks import named
from ..data.rows import n_rows, rows_of
from ..exceptions import NonFiniteLossWarning
from .rates import LearningRates
from .record import TrainingRecord
from .reporting import Reporter
from .stopping import StoppingRules, is_out_of_time
from .validation import ValidationSet
from .weight_copies import WeightCopies

_SOME_ROWS = 256


class Training:
    """One call of ``fit`` or ``partial_fit``: a network, its record and what watches it.

    Parameters
    ----------
    owner : str
        The estimator's name, for messages.

    network : Network
        Trained in place.

    record : TrainingRecord
        Filled in place.

    rules : StoppingRules

    reporter : Reporter
        Prints progress.

    validation : ValidationSet or None

    tasks : FitTasks
        Calls the callbacks.

    fitted_attributes : callable
        ``fitted_attributes(training)`` gives the estimator's attributes as if training had ended.

    started : float
        When training began, pretraining included, by ``time.perf_counter``.

    untrained : bool, default=False
        Whether the weights are the initial ones.

    Attributes
    ----------
    notices : list of (str, type of Warning)
        What to warn of at the end, when the estimator is fitted.
    snapshots : Snapshots or None
        Told of every epoch after which training goes on.
    ended_by_length : bool
        Whether `max_iter` ended training, and no other rule.
    """

    def __init__(
        self,
        owner: str,
        network: Any,
        record: TrainingRecord,
        rules: StoppingRules,
        reporter: Reporter,
        validation: ValidationSet | None,
        tasks: FitTasks,
        fitted_attributes: Callable[[Training], dict],
        started: float,
        untrained: bool = False,
    ):
        self.owner = owner
        self.network = network
        self.record = record
        self.rules = rules
        self.reporter = reporter
        self.validation = validation
        self.tasks = tasks
        self._attributes_of = fitted_attributes
        self.started = started
        self.untrained = untrained
        self.notices: list[tuple[str, type[Warning]]] = []
        self.copies = WeightCopies(network.parameters)
        self.best: np.ndarray | None = None
        self.snapshots: Any = None
        self.ended_by_length = False

    def fitted_attributes(self) -> dict:
        """Return the estimator's attributes as if training had ended."""
        return self._attributes_of(self)

    def attributes(self) -> dict[str, Any]:
        """Return curves and counters by the names that fitted estimators show them by."""
        return self.record.attributes(self.validation is not None, self.rules.early_stopping)

    def epoch_ended(
        self,
        loss: float,
        n_samples: int = 0,
        learning_rate: float | None = None,
        counts: bool = True,
    ) -> bool:
        """Note the loss of an epoch that just ended; return whether training has to stop.

        ``counts`` says whether an epoch without improvement counts towards a plateau.
        """
        if self.is_broken(loss):
            return True
        record, loss = self.record, float(loss)
        self.copies.prove()
        record.n_iter += 1
        record.loss = loss
        record.loss_curve.append(loss)
        record.samples_seen += n_samples
        if learning_rate is not None:
            record.learning_rates.append(learning_rate)
        self.reporter.epoch(record.n_iter, loss, n_samples)
        if self.validation is not None:
            self._validate(self.validation)
        self._note_improvement(counts)
        stop = self._reached_target() | self._out_of_time()
        return self.tasks.epoch_ends(self.fitted_attributes) or stop

    def go_on(self) -> None:
        """Copy what training goes on with."""
        self.copies.go_on()
        if self.snapshots is not None:
            self.snapshots.epoch_ended(self)

    def is_broken(self, loss: float) -> bool:
        """Whether loss or weights are not finite; the last finite weights are then restored."""
        finite = math.isfinite(loss)
        with np.errstate(over="ignore", invalid="ignore"):
            if finite and math.isfinite(self.network.parameters.sum()):
                return False
        what = f"the loss became {loss}" if not finite else "weights became infinite or NaN"
        self._go_back(what, self.record.n_iter + 1)
        return True

    def interrupt(self) -> None:
        """Note that Ctrl-C ended training, to warn of in scikit-learn's words."""
        self.record.interrupted = True
        self.notices.append((f"Training interrupted by user. ({self.owner})", UserWarning))

    def warn_once(self, message: str) -> None:
        """Note a warning to raise at the end, once however often it occurs."""
        if (message, UserWarning) not in self.notices:
            self.notices.append((message, UserWarning))

    def not_converged(self, message: str) -> None:
        """Note that training ended before the optimization converged."""
        self.notices.append((f"{message} ({self.owner})", ConvergenceWarning))

    def finish(self, X: Any, n_jobs: int | None) -> None:
        """Put the weights in place that the estimator keeps.

        The last update comes after the last loss: if it gave weights so large that predictions may
        not be finite, the predictions for some rows of X are checked.
        """
        network, weights = self.network, self.network.parameters
        if self.best is not None:
            np.copyto(weights, self.best)
        elif not np.isfinite(weights).all():
            self.copies.go_back()
        if network.may_overflow() and not np.array_equal(weights, self.copies.proven):
            with np.errstate(over="ignore", invalid="ignore"):
                rows = rows_of(X, np.arange(min(_SOME_ROWS, n_rows(X))))
                outputs = network.predict(rows, n_jobs=n_jobs)
            if not np.isfinite(outputs).all():
                self._go_back("predictions became infinite or NaN", self.record.n_iter)

    def _go_back(self, what: str, epoch: int) -> None:
        """Restore the last finite weights and note what went wrong."""
        self.copies.go_back()
        message = (
            f"{self.owner}: {what} in epoch {epoch}, solver produced non-finite"
            " numbers; training stopped, and the last weights known to give a finite loss were"
            " kept. Scale X, lower learning_rate_init, or set max_grad_norm."
        )
        self.notices.append((message, NonFiniteLossWarning))

    def ends_on_plateau(self, learning_rates: LearningRates) -> bool:
        """Lower the rate on a plateau, or return True where the schedule ends training there."""
        if self.record.n_without_improvement <= self.rules.n_iter_no_change:
            return False
        reduced = learning_rates.reduce()
        self.reporter.plateau(self._plateau_message(), reduced)
        if reduced is not None:
            self.record.n_without_improvement = 0
        return reduced is None

    def _plateau_message(self) -> str:
        """Say what has not improved, in scikit-learn's words."""
        what = "Validation score" if self.rules.early_stopping else "Training loss"
        return (
            f"{what} did not improve more than tol={self.rules.tol:f} for"
            f" {self.rules.n_iter_no_change} consecutive epochs."
        )

    def _validate(self, validation: ValidationSet) -> None:
        record = self.record
        record.validation_losses.append(validation.loss())
        score = validation.score(self)
        record.validation_scores.append(score)
        self.reporter.validation(score)

    def _note_improvement(self, counts: bool) -> None:
        record, tol = self.record, self.rules.improvement
        if self.rules.early_stopping:
            score = record.validation_scores[-1]
            improved = score >= record.best_score + tol
        else:
            improved = not record.loss > record.best_loss - tol
        record.n_without_improvement = 0 if improved else record.n_without_improvement + counts
        record.best_loss = min(record.best_loss, record.loss)
        if self.validation is not None:
            score, best = record.validation_scores[-1], record.best_score
            if score > best or (score == best and self.rules.restore_best_weights == "latest"):
                record.best_score = score
                self._keep_best()

    def _keep_best(self) -> None:
        """Copy the weights of the best score; as in scikit-learn, of this call's epochs only."""
        if self.rules.early_stopping and self.rules.restore_best_weights:
            if self.best is None:
                self.best = np.empty_like(self.network.parameters)
            np.copyto(self.best, self.network.parameters)

    def _reached_target(self) -> bool:
        target = self.rules.target_loss
        reached = target is not None and self.record.loss <= target
        if reached:
            self.reporter.message(f"Training loss reached target_loss={target:g}. Stopping.")
        return reached

    def _out_of_time(self) -> bool:
        return is_out_of_time(self.rules.max_time, self.started, self.reporter)


def run_epochs(
    training: Training,
    session: Any,
    learning_rates: LearningRates,
    orders: Iterable[np.ndarray | None],
    n_samples: int,
    once: bool = False,
) -> None:
    """Train epoch by epoch until a rule, a callback or Ctrl-C ends training.

    Parameters
    ----------
    training : Training
    session : TrainingSession
    learning_rates : LearningRates
    orders : iterable of (ndarray of shape (n_samples,), dtype int64, or None)
    n_samples : int
        Rows of an epoch.
    once : bool, default=False
        Whether to end after one epoch, without a warning.

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C before the first update of weights drawn at random.
    """
    record, max_iter = training.record, training.rules.max_iter
    if record.interrupted:
        return
    try:
        for order in orders:
            training.tasks.epoch_begins()
            rates = learning_rates.rates(session.n_batches, record.samples_seen)
            with named(training.owner):
                loss = session.run_epoch(order, rates, learning_rates.progress)
            stop = training.epoch_ended(loss, n_samples, float(rates[0]), learning_rates.counts())
            if stop or training.ends_on_plateau(learning_rates) or once:
                break
            if record.n_iter >= max_iter:
                training.ended_by_length = True
                if not (training.rules.runs_to_the_end or learning_rates.is_complete()):
                    training.not_converged(
                        f"Stochastic Optimizer: Maximum iterations ({max_iter}) reached and the"
                        " optimization hasn't converged yet."
                    )
                break
            training.go_on()
    except KeyboardInterrupt:
        if training.untrained and session.n_updates == 0:
            raise
        training.interrupt()
