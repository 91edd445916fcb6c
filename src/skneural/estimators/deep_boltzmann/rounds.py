"""The rounds of a machine's fit: epochs of pretraining, then of training."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from ...data.rows import spread
from ...exceptions import NonFiniteLossWarning
from ..base.sizes import sizes
from ..boltzmann.checks import notices_of_range
from .fitting import Epoch, Learner, log_odds
from .machine import Machine

_DIVERGED = 10  # times the first reconstruction error
_BLIND = 0.25  # the error of a machine that has nothing but chances of one half
_MOST_ROWS = 1000  # for the marginals of units


def fit_machine(estimator: Any, X: Any) -> None:
    """Fit a machine; X is as the user passed it."""
    n_layers = len(sizes(estimator.hidden_layer_sizes))
    n_first = n_layers * estimator.pretraining_max_iter
    with estimator._rounds(X, n_rounds=n_first + estimator.max_iter) as (data, rounds):
        X, owner = data.X, type(estimator).__name__
        rounds.notices += notices_of_range(X, owner)
        random = rounds.random_state(estimator.random_state)
        learner = Learner(estimator, X, random, rounds.resumed())
        some, before = X[spread(len(X), _MOST_ROWS)], rounds.resumed() or {}
        most = before.get("most", [math.inf] * (n_layers + 1))

        def state() -> dict[str, Any]:
            return {**learner.state(), "most": most}

        for number, epoch in zip(rounds, learner.epochs(), strict=False):
            finite = all(np.isfinite(kernel).all() for kernel in [*epoch.coefs, *epoch.intercepts])
            if math.isinf(most[epoch.stage]):
                most[epoch.stage] = max(_DIVERGED * epoch.loss, _BLIND)
            if rounds.losses and (not finite or not epoch.loss <= most[epoch.stage]):
                what = "the reconstruction error grew tenfold" if finite else "weights became NaN"
                rate = "learning_rate" if number >= n_first else "pretraining_learning_rate"
                rounds.notices.append((
                    f"{owner}: {what} in epoch {number + 1}; training stopped, and the weights of"
                    f" the epoch before were kept. Lower {rate}"
                    f" ({getattr(estimator, rate)!r}).", NonFiniteLossWarning,
                ))
                break
            loss = epoch.loss if finite else math.nan
            attributes = partial(attributes_of, estimator, epoch, some)
            rounds.end(loss, attributes, len(X), state=state)
    losses, of_layer = estimator.loss_curve_, estimator.pretraining_max_iter
    estimator.pretraining_loss_curves_ = [
        losses[begin : begin + of_layer] for begin in range(0, min(n_first, len(losses)), of_layer)
    ] if of_layer else []
    estimator.loss_curve_ = losses[n_first:]
    estimator.n_iter_ = len(estimator.loss_curve_)


def attributes_of(estimator: Any, epoch: Epoch, some: np.ndarray) -> dict[str, Any]:
    """Return the fitted attributes of an epoch; ``some`` are rows of X."""
    particles = epoch.particles
    if particles is None:
        particles = [np.zeros((1, len(bias)), some.dtype) for bias in epoch.intercepts]
    return {
        "coefs_": epoch.coefs, "intercepts_": epoch.intercepts, "particles_": particles,
        "_bases": marginals(estimator, epoch, some),
    }


def marginals(estimator: Any, epoch: Epoch, X: np.ndarray) -> list[np.ndarray]:
    """Return the logits of how active the units of each layer are, over rows of X.

    Annealing begins at independent units that are as active: with hidden units that are on half of
    the time, it lost 20 nats on MNIST with 1,000 steps.
    """
    means, _ = Machine(epoch.coefs, epoch.intercepts).posteriors(
        X, estimator.n_mean_field_steps, estimator.mean_field_tol, estimator.n_jobs
    )
    return [log_odds(layer) for layer in [X, *means]]
