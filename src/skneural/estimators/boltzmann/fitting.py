"""The fit of a restricted Boltzmann machine: its passes over the rows, and a single one."""

from __future__ import annotations

from typing import Any

from sklearn.utils import check_random_state

from ...data.checks import unchanged_on_error
from ...engine.compile.cache_warning import postponed, warn_of_cache
from ...schedules import get_schedule
from ...training.orders import epoch_orders
from ...training.rates import LearningRates
from .learner import Learner
from .monitor import Monitor


def fit_rounds(estimator: Any, X: Any) -> None:
    """Fit a machine to X, as the user passed it."""
    n_iter = estimator.n_iter
    with estimator._rounds(X, n_rounds=max(1, n_iter)) as (data, rounds):
        X, random = data.X, check_random_state(estimator.random_state)
        learner = Learner.new(estimator, X.shape[1], X.dtype, random)
        monitor = Monitor(learner.machine, X, estimator.n_jobs)
        if n_iter == 0:
            next(iter(rounds))
            rounds.end(monitor.reconstruction_error(), learner.shown())
        else:
            _train(estimator, learner, X, rounds, monitor, random)


def _train(estimator, learner, X, rounds, monitor, random):
    rates, n_samples = _rates(estimator), X.shape[0]
    orders = epoch_orders(n_samples, random if estimator.shuffle else None)
    with learner.training(X) as training:
        for _ in rounds:
            steps = rates.rates(training.n_batches, n_samples * len(rounds.losses))
            training.run_epoch(next(orders), steps)
            learner.n_updates = training.n_updates
            rounds.end(monitor.reconstruction_error(), learner.shown(), n_samples)


def fit_once(estimator: Any, X: Any) -> None:
    """Go once through the rows of X, in their order, as a further pass or the first one."""
    with postponed(), unchanged_on_error(estimator):
        estimator._check_parameters()
        goes_on = hasattr(estimator, "components_")
        samples = estimator._samples()
        dtype = estimator.components_.dtype if goes_on else samples.accepted_dtypes()
        X, _ = samples.check_with_targets(X, None, dtype, first=not goes_on)
        if goes_on:
            learner = Learner.again(estimator)
        else:
            random = check_random_state(estimator.random_state)
            learner = Learner.new(estimator, X.shape[1], X.dtype, random)
        number = estimator.n_iter_ if goes_on else 0
        with learner.training(X) as training:
            rates = _rates(estimator, number).rates(training.n_batches, 0)
            training.run_epoch(None, rates)
            learner.n_updates = training.n_updates
        vars(estimator).update(learner.shown(), n_iter_=number + 1)
    warn_of_cache()


def _rates(estimator, first=0):
    owner, name = type(estimator).__name__, "learning_rate_schedule"
    schedule = get_schedule(estimator.learning_rate_schedule, owner, name)
    return LearningRates(
        schedule, estimator.learning_rate, max(1, estimator.n_iter), first, owner
    )
