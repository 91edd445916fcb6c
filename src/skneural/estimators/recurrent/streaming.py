"""Series that come step by step."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._whole_numbers import is_whole
from ...data.checks import named
from ...data.step_targets import StepLabels, StepNumbers
from ..base import predictor as _predictor

State = list[np.ndarray]


def initial_state(estimator: Any, n_series: int) -> State:
    """Return the state of series before their first steps: zeros for each recurrent layer."""
    network = _network(estimator)
    if not is_whole(n_series):
        raise ValueError(
            f"{type(estimator).__name__}: n_series={n_series!r} is not a positive integer"
        )
    rows = np.zeros((n_series, 1, estimator._samples().shape[1]), network.dtype)
    return network.beginnings(rows, estimator.n_jobs)


def outputs_of_step(
    estimator: Any, x: Any, state: State | None
) -> tuple[np.ndarray, State]:
    """Return outputs for the next step of series, (n_series, ...), and the state after it."""
    network, owner = _network(estimator), type(estimator).__name__
    x = np.asarray(x)
    if x.ndim not in (1, 2):
        raise ValueError(
            f"{owner}: x has shape {x.shape}; a step of each series has (n_series, features), or"
            " (n_series,) for one feature"
        )
    steps = (x[:, None] if x.ndim == 1 else x)[:, None, :]
    rows = estimator._samples().check(steps, network.dtype)
    with named(owner):
        outputs, after = network.step(np.asarray(rows), state, estimator.n_jobs)
    targets = estimator._targets
    if targets.classes is None:
        outputs = targets.decode(outputs)
    elif hasattr(estimator, "predict_proba"):
        outputs = targets.probabilities(outputs)
    else:
        outputs = targets.decisions(outputs)
    return outputs[:, 0] if isinstance(targets, StepLabels | StepNumbers) else outputs, after


def _network(estimator: Any) -> Any:
    """Return the network of an estimator that can go step by step."""
    owner = type(estimator).__name__
    if estimator.bidirectional:
        raise ValueError(
            f"{owner}: bidirectional=True reads series from their ends too, which are not known"
            " step by step"
        )
    if estimator.pooling not in ("last", None):
        raise ValueError(
            f"{owner}: pooling={estimator.pooling!r} needs all steps of a series at once; step by"
            " step there are pooling='last' and pooling=None"
        )
    return _predictor.predictor(estimator)
