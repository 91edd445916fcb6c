"""One fit, from what the user passes to the fitted attributes."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.utils import check_random_state

from ..._user_warnings import warn_user
from ...callbacks import FitTasks
from ...data.checks import named
from ...data.numbers import stored_numbers
from ...data.rows import Rows, check_rows, check_validation, hold_back
from ...network.prediction import UserFunctionError
from ...training import kept_session as _kept_session
from ...training.batches import warn_of_single_rows
from ...training.epochs import StoppingRules, Training, run_epochs
from ...training.lbfgs import run_lbfgs
from ...training.opening import loss_scale, open_session
from ...training.pace import Pace, epoch_orders
from ...training.record import SolverState, TrainingRecord
from ...training.reporting import make_reporter
from ...training.scorers import takes
from ...training.settings import make_schedule
from ...training.validation import ValidationSet
from . import predictor as _predictor

if TYPE_CHECKING:
    from .estimator import BaseNeuralNetwork


def fit_estimator(
    estimator: BaseNeuralNetwork,
    X: Any,
    y: Any,
    sample_weight: Any,
    validation: tuple[Any, Any, Any] = (None, None, None),
    incremental: bool = False,
    classes: Any = None,
) -> list[tuple[str, type[Warning]]]:
    """Train the estimator; `incremental` is `partial_fit`'s single epoch.

    The random numbers are drawn in scikit-learn's order: weights, validation split, shuffles.
    Return what to warn of once the estimator keeps what it learned.
    """
    fitted = estimator._is_fitted(vars(estimator))
    first = not fitted or not (estimator.warm_start or incremental)
    _check_parameters(estimator, validation, incremental)
    rows = check_rows(estimator, X, y, sample_weight, first, incremental, classes)
    dtype = estimator._network_dtype(rows.X, first)
    held_back = check_validation(estimator, validation, dtype)
    settings = estimator._settings(rows.X.shape[0])
    _choose_loss(estimator, settings, rows, held_back)
    random_state = check_random_state(estimator.random_state)
    key = _kept_session.key_of(estimator, rows) if incremental else None
    kept = _kept_session.take(estimator, None if first else key)
    network, seed = _start_network(estimator, dtype, random_state, first, kept)
    given = (X, y, sample_weight)
    if estimator.early_stopping and held_back is None and estimator.solver != "lbfgs":
        rows, held_back, given = hold_back(estimator, rows, given, random_state)
    started = time.perf_counter()
    interrupted = first and estimator._adapt(network, rows, random_state)
    rules = _stopping_rules(estimator, settings, rows, not incremental)
    training = _make_training(estimator, rules, network, held_back, given, first, started)
    if interrupted:
        training.interrupt()
    with named(f"{type(estimator).__name__}: loss={estimator.loss!r}"):
        sized_freely, owned = estimator.batch_size == "auto", key is not None
        session = open_session(settings, network, rows, seed, sized_freely, kept, owned)
    training.record.batch = (session.batch_size, session.batch_bytes)
    settings = estimator._settings(rows.n_samples, session.most_rows)
    warn_of_single_rows(estimator, session, incremental)
    with closing(training.reporter), session, _loss_named(estimator):
        if estimator.solver == "lbfgs":
            run_lbfgs(training, session, estimator.max_fun, loss_scale(estimator))
        else:
            _run_stochastic(estimator, settings, training, session, random_state, incremental)
    training.finish(rows.X, estimator.n_jobs)
    _kept_session.keep(estimator, key, session, training)
    attributes = estimator._fitted_attributes(training)
    estimator.__dict__.update(attributes)
    _predictor.keep(estimator, training.network, estimator._weights())
    training.tasks.fit_ends(lambda: attributes)
    return training.notices


@contextmanager
def _loss_named(estimator: BaseNeuralNetwork) -> Iterator[None]:
    """Put estimator and loss before the message of an error in the user's function."""
    try:
        yield
    except UserFunctionError as error:
        owner = f"{type(estimator).__name__}: loss={estimator.loss!r}"
        raise UserFunctionError(f"{owner}: {error}") from None


def _check_parameters(estimator: BaseNeuralNetwork, validation: tuple, incremental: bool) -> None:
    owner = type(estimator).__name__
    estimator._check_parameters()
    if incremental and estimator.early_stopping:
        raise ValueError(f"{owner}: partial_fit does not support early_stopping=True")
    if incremental and getattr(estimator, "class_weight", None) == "balanced":
        raise ValueError(
            f"{owner}: class_weight='balanced' is not supported for partial_fit, which sees"
            " a part of the classes; give their weights as a dict"
        )
    X_val, y_val, weight_val = validation
    if (X_val is None) != (y_val is None):
        given, missing = ("y_val", "X_val") if X_val is None else ("X_val", "y_val")
        raise ValueError(f"{owner}: {given} was given without {missing}; give both or neither")
    if X_val is None and weight_val is not None:
        raise ValueError(f"{owner}: sample_weight_val was given without X_val and y_val")
    if estimator.solver == "lbfgs":
        _warn_unused(estimator, owner)


def _warn_unused(estimator: BaseNeuralNetwork, owner: str) -> None:
    """Warn of what restrains updates, asked for but without a say in L-BFGS."""
    for name, instead in {"weight_decay": "alpha", "max_grad_norm": None}.items():
        value = getattr(estimator, name)
        if value:
            use = f"; use {instead}" if instead else ""
            warn_user(f"{owner}: {name}={value!r} is not used by solver='lbfgs'{use}")


def _choose_loss(
    estimator: BaseNeuralNetwork,
    settings: BaseNeuralNetwork,
    rows: Rows,
    held_back: Rows | None,
) -> None:
    """Set the loss, once it is known to be defined for the targets."""
    owner, loss = type(estimator).__name__, settings._make_loss()
    needed, given = loss.n_targets(estimator.n_outputs_), rows.y.shape[1]
    if needed != given:
        raise ValueError(
            f"{owner}: loss={estimator.loss!r} needs {needed} target columns, y gives {given}"
        )
    for part in (rows, held_back):
        if part is not None:
            loss.check_targets(stored_numbers(part.y), owner)
    estimator._loss = settings._loss = loss


def _start_network(
    estimator: BaseNeuralNetwork,
    dtype: Any,
    random_state: np.random.RandomState,
    first: bool,
    kept: Any,
) -> tuple[Any, int]:
    """Return a network with fresh or earlier weights, and the seed of its random layers."""
    owner, augmentations = type(estimator).__name__, estimator._augmentations()
    if kept is not None:
        network = kept.network
    else:
        with named(owner):
            estimator._layers = estimator._make_layers()
            network = estimator._make_network(dtype)
            for augmentation in augmentations:
                augmentation.check(network.input_shape)
    if first:
        estimator._initialize(network, random_state)
    else:
        estimator._restore(network)
    draws = network.has_noise or augmentations
    return network, random_state.randint(np.iinfo(np.int32).max) if draws else 0


def _stopping_rules(
    estimator: BaseNeuralNetwork, settings: BaseNeuralNetwork, rows: Rows, anew: bool
) -> StoppingRules:
    early_stopping = estimator.early_stopping and estimator.solver != "lbfgs"
    unit = estimator._tolerance_unit(rows, anew)
    return StoppingRules(
        settings.max_iter,
        estimator.tol,
        settings.n_iter_no_change,
        early_stopping,
        estimator.restore_best_weights,
        estimator.target_loss,
        estimator.max_time,
        runs_to_the_end=estimator._plans_its_length
        or settings.n_iter_no_change != estimator.n_iter_no_change,
        tol_unit=1.0 if early_stopping and estimator.scoring is not None else unit,
    )


def _make_training(
    estimator: BaseNeuralNetwork,
    rules: StoppingRules,
    network: Any,
    held_back: Rows | None,
    given: tuple,
    first: bool,
    started: float,
) -> Training:
    owner = type(estimator).__name__
    X, y, weight = (v if callable(v) else lambda v=v: v for v in given)

    def metadata():
        value = weight()
        return {} if value is None else {"sample_weight": value}

    def snapshot(training):
        return copy.deepcopy(estimator._fitted_attributes(training))

    return Training(
        owner,
        network,
        TrainingRecord() if first else estimator._record.continued(),
        rules,
        make_reporter(estimator.verbose, rules.max_iter, owner),
        ValidationSet(network, held_back, _make_scorer(estimator)) if held_back else None,
        FitTasks(estimator, rules.max_iter, X, y, metadata),
        snapshot,
        started,
        untrained=first and getattr(estimator, "pretraining", None) is None,
    )


def _make_scorer(estimator: BaseNeuralNetwork) -> Callable[[Training, Rows], float]:
    scorer = estimator._scorer()
    if scorer is None:
        return lambda training, rows: estimator._default_score(training.network, rows)

    def score(training, rows):
        judged = estimator._for_scorers()
        vars(judged).update(estimator._fitted_attributes(training))
        _predictor.keep(judged, training.network, judged._weights())
        weight = {}
        if rows.sample_weight is not None and takes(scorer, "sample_weight"):
            weight = {"sample_weight": rows.sample_weight}
        value = scorer(judged, rows.X, rows.labels, **weight)
        if isinstance(value, float) and math.isnan(value):
            notice = f"{training.owner}: scoring gave NaN, which counts as no improvement"
            training.warn_once(notice)
        return value

    return score


def _run_stochastic(
    estimator: BaseNeuralNetwork,
    settings: BaseNeuralNetwork,
    training: Training,
    session: Any,
    random_state: np.random.RandomState,
    incremental: bool,
) -> None:
    """Train by epochs, going on with the solver's state when `incremental`."""
    solver = repr(settings.solver)
    state = getattr(estimator, "_solver_state", None) if incremental else None
    if state is not None and state.layers.shape == session.layer_state.shape:
        session.layer_state = state.layers
    if state is not None and (
        state.solver != solver or state.slots.shape != session.optimizer_state.shape
    ):
        state = None
    pace = Pace(
        make_schedule(settings),
        settings.learning_rate_init,
        training.rules.max_iter,
        owner=training.owner,
    )
    if state is not None:
        session.optimizer_state[...] = state.slots
        session.n_updates = state.n_updates
        pace.epoch, pace.learning_rate = state.n_epochs, state.learning_rate
    n_samples = session.n_samples
    orders = epoch_orders(n_samples, random_state if estimator.shuffle else None)
    run_epochs(training, session, pace, orders, n_samples, once=incremental)
    estimator._solver_state = SolverState(
        solver, session.optimizer_state, session.n_updates, pace.epoch, pace.learning_rate,
        session.layer_state,
    )
