"""One training, from data and a network to the result."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from .._user_warnings import warn_user
from ..data.checks import named
from ..data.reader import Dataset
from ..data.rows import Rows, n_rows
from ..network.network import Network
from ..network.runner import UserFunctionError
from ..network.session import TrainingSession
from .epochs import Training, run_epochs
from .lbfgs import run_lbfgs
from .longer import why_not_longer
from .orders import EpochOrders, by_length
from .rates import LearningRates
from .record import SolverState, TrainingRecord
from .reporting import make_reporter
from .resumption import Resumption
from .settings import Settings, make_optimizer, make_schedule
from .snapshots import Snapshots
from .stopping import StoppingRules
from .validation import ValidationSet
from .watch import Watch

FirstWeights = Callable[[Network, Rows, np.random.RandomState], bool | None]


@dataclass
class Outcome:
    """The result of a training.

    Parameters
    ----------
    training : Training
        With the network, the record and what to warn of.
    targets : object
        Those of the data, with what was learned from the training rows.
    session : TrainingSession
    state : SolverState or None
        To go on with; None after L-BFGS.
    """

    training: Training
    targets: Any
    session: TrainingSession
    state: SolverState | None


def train(
    network: Network,
    data: Dataset,
    settings: Settings,
    random_state: np.random.RandomState,
    *,
    watch: Watch | None = None,
    first_weights: Sequence[FirstWeights] = (),
    resume: Resumption | None = None,
) -> Outcome:
    """Train a network in place.

    Random numbers are drawn in scikit-learn's order: first the weights, by whoever made the
    network, then the validation split, then the order of each epoch.

    Parameters
    ----------
    network : Network
        With its first weights, or those to go on with.
    data : Dataset
    settings : Settings
    random_state : RandomState
    watch : Watch or None, default=None
    first_weights : sequence of callables, default=()
        Each ``(network, rows, random_state)`` changes the weights before training. It returns None,
        or where it trains by itself, whether Ctrl-C ended that.
    resume : Resumption or None, default=None
        What to go on with; None for a new network.
    """
    watch, resume = watch or Watch(), resume or Resumption()
    keeper = watch.keeper()
    snapshots = None
    if keeper is not None:
        snapshots = Snapshots(keeper, random_state, resume, network.parameters)
    draws = network.has_noise or settings.augmentation
    seed = random_state.randint(np.iinfo(np.int32).max) if draws else 0
    settings = settings.decided(n_rows(data.rows.X), data.held_back is not None, resume.once)
    if settings.stops_early and data.held_back is None:
        fraction = settings.validation_fraction
        data = data.hold_back(fraction, settings.scored, random_state, settings.owner)
    data = data.prepared()
    if snapshots is not None:
        snapshots.check(data.rows, data.held_back)
        first_weights = () if snapshots.goes_on else first_weights
    started = time.perf_counter()
    with named(settings.owner):
        interrupted = [adapt(network, data.rows, random_state) for adapt in first_weights]
    data = data.measured(anew=not resume.once)
    watch.learned(data.targets)
    given, settings = settings, settings.on(n_rows(data.rows.X))
    training = _training(network, data, settings, watch, resume, started)
    training.snapshots = snapshots
    training.untrained = resume.record is None and set(interrupted) <= {None}
    if any(interrupted):
        training.interrupt()
    bounded = settings.even and given.batch_size == "auto" and not settings.is_lbfgs
    if data.open_session is None:
        session = _open(network, data.rows, settings, seed, resume, bounded)
    else:
        session = data.open_session(network, data.rows, settings, seed)
    training.record.batch = (session.batch_size, session.batch_bytes)
    settings = given.on(data.rows.n_samples, session.most_rows)
    _warn_of_single_rows(session, given, resume.once)
    with closing(training.reporter), session, _loss_named(settings):
        if snapshots is not None:
            snapshots.check_plan(getattr(session, "plan", 0))
        if settings.is_lbfgs:
            state = None
            run_lbfgs(training, session, settings.max_fun, loss_scale(network))
        else:
            state = _run_stochastic(
                training, session, settings, random_state, resume, data.rows.lengths()
            )
    if snapshots is not None:
        snapshots.trained(training)
    training.finish(data.rows.X, settings.n_jobs)
    if snapshots is not None:
        snapshots.ended(training)
    return Outcome(training, data.targets, session, state)


def loss_scale(network: Network) -> int:
    """Return how many times the loss reported the session's sum over outputs is."""
    return network.n_outputs if network.loss.averages_outputs else 1


@contextmanager
def _loss_named(settings: Settings) -> Iterator[None]:
    """Put estimator and loss before the message of an error in the user's function."""
    try:
        yield
    except UserFunctionError as error:
        owner = f"{settings.owner}: loss={settings.loss!r}"
        raise UserFunctionError(f"{owner}: {error}") from None


def _training(
    network: Network,
    data: Dataset,
    settings: Settings,
    watch: Watch,
    resume: Resumption,
    started: float,
) -> Training:
    scored = settings.stops_early and settings.scored
    unit = data.targets.tolerance_unit(network.loss)
    rules = StoppingRules(
        settings.max_iter,
        settings.tol,
        settings.n_iter_no_change,
        settings.stops_early,
        settings.restore_best_weights,
        settings.target_loss,
        settings.max_time,
        runs_to_the_end=settings.whole_course,
        tol_unit=1.0 if scored else unit,
    )

    def own_score(training, rows):
        return data.targets.score(training.network, rows, settings.n_jobs)

    validation, record = None, resume.record
    if data.held_back is not None:
        score = watch.scorer(data.targets) or own_score
        with named(f"{settings.owner}, validation data X_val and y_val"):
            validation = ValidationSet(network, data.held_back, score)
    return Training(
        settings.owner,
        network,
        TrainingRecord() if record is None else record.continued(),
        rules,
        make_reporter(settings.verbose, rules.max_iter, settings.owner),
        validation,
        watch.tasks(rules.max_iter, data.given),
        watch.attributes,
        started,
    )


def _open(
    network: Network,
    rows: Rows,
    settings: Settings,
    seed: int,
    resume: Resumption,
    bounded: bool,
) -> TrainingSession:
    """Return a session on some rows, or on copies that it owns; the one kept if there is one."""
    size = settings.rows_of_a_batch(rows.n_samples)
    if resume.session is not None:
        resume.session.load(rows.X, rows.y, rows.loss_weight, seed)
        return resume.session
    if resume.owns_rows:
        rows = rows.copied()
    scale = loss_scale(network) if settings.is_lbfgs else 1
    with named(f"{settings.owner}: loss={settings.loss!r}"):
        return network.training_session(
            rows.X,
            rows.y,
            rows.loss_weight,
            batch_size=size,
            optimizer=make_optimizer(settings),
            alpha=settings.alpha * scale,
            weight_decay=settings.weight_decay,
            max_grad_norm=settings.max_grad_norm,
            n_jobs=settings.n_jobs,
            seed=seed,
            augmentation=settings.augmentation,
            even=settings.even,
            bounded=bounded,
            among=rows.among,
        )


def _warn_of_single_rows(session: TrainingSession, settings: Settings, once: bool) -> None:
    """Warn of batches of one row where layers need several, but for one row of a stream."""
    single = session.batch_size == 1 and (not once or settings.batch_size == 1)
    if single and session.layer_state.size:
        warn_user(
            f"{settings.owner}: batch normalization needs batches of several rows, and"
            f" with batch_size={settings.batch_size!r} each has one; they are normalized by the"
            " running statistics, which stay as they are. Use larger batches, or layer"
            " normalization"
        )


def _run_stochastic(
    training: Training,
    session: TrainingSession,
    settings: Settings,
    random_state: np.random.RandomState,
    resume: Resumption,
    lengths: np.ndarray | None,
) -> SolverState:
    """Train by epochs; return the state of the solver to go on with."""
    solver, state, is_finished = repr(settings.solver), resume.state, False
    snapshots = training.snapshots
    if snapshots is not None:
        is_finished = snapshots.restore(training)
        state = snapshots.solver_state or state
    if state is not None and state.layers.shape == session.layer_state.shape:
        session.layer_state = state.layers
    if state is not None and (
        state.solver != solver or state.slots.shape != session.optimizer_state.shape
    ):
        state = None
    learning_rates = LearningRates(
        make_schedule(settings),
        settings.learning_rate_init,
        training.rules.max_iter,
        owner=training.owner,
    )
    if state is not None:
        session.optimizer_state[...] = state.slots
        session.n_updates = state.n_updates
        learning_rates.epoch, learning_rates.learning_rate = state.n_epochs, state.learning_rate
    n_samples = session.n_samples
    make_orders = getattr(session, "epoch_orders", EpochOrders)
    own_orders = make_orders(n_samples, random_state if settings.shuffle else None)
    orders: Iterable[np.ndarray | None] = own_orders
    if lengths is not None and settings.shuffle:
        orders = by_length(own_orders, lengths, session.batch_size, random_state)

    def solver_state() -> SolverState:
        return SolverState(
            solver, session.optimizer_state, session.n_updates, learning_rates.epoch,
            learning_rates.learning_rate, session.layer_state,
        )

    if snapshots is not None:
        snapshots.check_length(partial(why_not_longer, settings, session, learning_rates))
        snapshots.solver = solver_state
        snapshots.restore_order(own_orders)
    if not is_finished:
        run_epochs(training, session, learning_rates, orders, n_samples, once=resume.once)
    return solver_state()
