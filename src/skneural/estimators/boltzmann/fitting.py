"""The fit of a restricted Boltzmann machine: its passes over the rows, and a single one."""

from __future__ import annotations

from typing import Any

from sklearn.utils import check_random_state

from ..._user_warnings import warn_user
from ...data.checks import unchanged_on_error
from ...data.splits import hold_out
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...exceptions import NonFiniteLossWarning
from ...schedules import get_schedule
from ...training.orders import EpochOrders
from ...training.rates import LearningRates
from ...training.rounds import Rounds
from .checks import divergence_of, notices_of
from .learner import Learner
from .monitor import Monitor, reporter_of
from .passes import Passes


def fit_rounds(estimator: Any, X: Any) -> None:
    """Fit a machine to X, as the user passed it."""
    n_iter, owner = estimator.n_iter, type(estimator).__name__
    rates = rates_of(estimator)
    how = {"n_rounds": max(1, n_iter), "reporter": reporter_of(estimator)}
    with estimator._rounds(X, **how) as (data, rounds):
        X, random = data.X, rounds.random_state(estimator.random_state)
        rounds.notices += notices_of(estimator, X)
        learner = Learner.new(estimator, X, random)
        train = held_back = None
        if estimator.early_stopping:
            fraction = estimator.validation_fraction
            train, held_back = hold_out(X.shape[0], fraction, random, None, owner)
        passes = Passes(estimator, learner, [
            Monitor(learner.machine, X, rows, estimator.n_jobs)
            for rows in ((train,) if held_back is None else (train, held_back))
        ])
        if n_iter == 0:
            for _ in rounds:
                rounds.end(passes.first_error, learner.shown())
        else:
            _train(estimator, learner, (X, train, random), rounds, passes, rates)
    if n_iter == 0:
        estimator.n_iter_, estimator.loss_curve_ = 0, []


def _train(
    estimator: Any, learner: Learner, data: tuple, rounds: Rounds, passes: Passes,
    rates: LearningRates,
) -> None:
    X, train, random = data
    n_samples = X.shape[0] if train is None else len(train)
    orders = EpochOrders(n_samples, random if estimator.shuffle else None)
    before = rounds.resumed()
    if before is not None and "learner" in before:
        learner.restore(before["learner"])
        passes.restore(before["passes"])
        orders.latest, rates.epoch = before["order"], len(rounds.losses)
        random.set_state(before["random"])
    orders_of_passes = iter(orders)

    def state() -> dict[str, Any]:
        return {"learner": learner.state(), "passes": passes.state(), "order": orders.latest}

    with learner.training(X, train) as training:
        for number in rounds:
            steps = rates.rates(training.n_batches, n_samples * number)
            training.run_epoch(next(orders_of_passes), steps)
            learner.n_updates = training.n_updates
            what = passes.ended()
            if what is not None:
                rounds.notices.append((_diverged(estimator, what, number), NonFiniteLossWarning))
                if number == 0:
                    rounds.end(passes.first_error, passes.shown(), stop=True)
                break
            passes.report(rounds.reporter)
            rounds.end(passes.error, passes.shown(), n_samples, passes.is_over(), state)


def fit_once(estimator: Any, X: Any) -> None:
    """Go once through the rows of X, in their order, as a further pass or the first one."""
    notices: list = []
    with postponed(), unchanged_on_error(estimator):
        estimator._check_parameters()
        goes_on = hasattr(estimator, "components_")
        samples = estimator._samples()
        dtype = estimator.components_.dtype if goes_on else samples.accepted_dtypes()
        X, _ = samples.check_with_targets(X, None, dtype, first=not goes_on)
        notices += notices_of(estimator, X)
        if goes_on:
            learner = Learner.again(estimator, X)
        else:
            learner = Learner.new(estimator, X, check_random_state(estimator.random_state))
        number, before = estimator.n_iter_ if goes_on else 0, learner.shown()
        with learner.training(X) as training:
            training.run_epoch(None, rates_of(estimator, number).rates(training.n_batches, 0))
            learner.n_updates = training.n_updates
        what, shown = divergence_of(learner.machine), learner.shown()
        if what is not None:
            notices.append((_diverged(estimator, what, number), NonFiniteLossWarning))
            shown = before
        vars(estimator).update(shown, n_iter_=number + 1)
    for message, category in notices:
        warn_user(message, category)
    warn_of_cache()


def rates_of(estimator: Any, first: int = 0) -> LearningRates:
    """Return the learning rates of passes from a first one on."""
    owner, name = type(estimator).__name__, "learning_rate_schedule"
    schedule = get_schedule(estimator.learning_rate_schedule, owner, name)
    most = max(1, estimator.n_iter)
    return LearningRates(schedule, estimator.learning_rate, most, first, owner)


def _diverged(estimator, what, number):
    return (
        f"{type(estimator).__name__}: {what} in pass {number + 1}; training stopped, and the"
        " parameters of the pass before were kept. Lower learning_rate"
        f" ({estimator.learning_rate:g}), or scale X."
    )
