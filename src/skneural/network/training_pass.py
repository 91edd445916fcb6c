"""One pass of training on some rows: gradients and updates of the variables of each layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..optimizers import Optimizer
from .network import Network

_MOST_ROWS = 256  # of the batch of a gradient


@dataclass
class WeightFigures:
    """Sizes of the weights of a layer, of their gradient and of an update.

    Parameters
    ----------
    name : str
        The layer's; ``"block.dense"`` for one within a composition.
    weights, gradient : float
        Euclidean norms over the layer's weights, biases left out.
    n_weights : int
    update : float
        Norm of what an update changes them by; NaN if there was none.
    kernels : list of ndarray
        The weights.
    """

    name: str
    weights: float
    gradient: float
    n_weights: int
    update: float
    kernels: list[np.ndarray]


def gradient_of(
    network: Network, X: Any, y: Any, sample_weight: np.ndarray | None, n_jobs: int | None
) -> tuple[float, np.ndarray]:
    """Return the mean loss of a training pass over some rows, and its gradient.

    The network is not changed. Batches have at most 256 rows: batch normalisation takes their
    means.

    Returns
    -------
    loss : float
        As it is reported.
    gradient : ndarray of shape (n_trained,), float64
        Of that loss.
    """
    twin = network.twin()
    n_rows = len(X) if isinstance(X, np.ndarray) else getattr(X, "n_samples", None) or X.shape[0]
    size = min(n_rows, _MOST_ROWS)
    total, whole, weight = 0.0, np.zeros(network.n_trained), 0.0
    with twin.training_session(
        X, y, sample_weight, batch_size=size, n_jobs=n_jobs, bounded=True
    ) as session:
        for begin in range(0, n_rows, session.batch_size):
            rows = np.arange(begin, min(begin + session.batch_size, n_rows))
            loss, gradient, its = session.sums(rows)
            total, whole, weight = total + loss, whole + gradient, weight + its
    scale = network.loss.reported(1.0, network.n_outputs)
    return scale * total / n_rows, scale * whole / (weight or 1.0)


def update_of(
    network: Network, X: Any, y: Any, sample_weight: np.ndarray | None, *, batch_size: int,
    optimizer: Optimizer, rate: float, state: Any = None, n_jobs: int | None = None,
    **options: Any,
) -> np.ndarray:
    """Return what the update of one batch changes the trained variables by.

    The network is not changed.

    Parameters
    ----------
    network : Network
    X, y, sample_weight
        As of `Network.training_session`.
    batch_size : int
    optimizer : Optimizer
    rate : float
    state : SolverState or None, default=None
        Of the optimizer, after the last fit; left out where it does not fit.
    n_jobs : int or None, default=None
    **options
        ``alpha``, ``weight_decay`` and ``max_grad_norm``.

    Returns
    -------
    ndarray of shape (n_trained,), float64
    """
    twin = network.twin()
    with twin.training_session(
        X, y, sample_weight, batch_size=batch_size, optimizer=optimizer, n_jobs=n_jobs,
        bounded=True, **options,
    ) as session:
        if state is not None and state.slots.shape == session.optimizer_state.shape:
            session.optimizer_state[...] = state.slots
            session.n_updates = state.n_updates
        rows = np.arange(min(session.batch_size, session.n_samples))
        session.run_batches(rows, np.array([rate]))
    n_trained = network.n_trained
    return twin.parameters[:n_trained].astype(float) - network.parameters[:n_trained]


def weight_figures(
    network: Network, names: list[str], gradient: np.ndarray | None, update: np.ndarray | None
) -> list[WeightFigures]:
    """Return the sizes of weights, gradient and update of each layer that has trained weights.

    Parameters
    ----------
    network : Network
    names : list of str
        Of its layers.
    gradient, update : ndarray of shape (n_trained,), float64, or None
    """
    parts: dict[str, list[tuple[np.ndarray, int]]] = {}
    seen: set[int] = set()
    for number, name in enumerate(names):
        for variable, slot in network.slots(number).items():
            if slot.offset >= network.n_weights or slot.offset in seen:
                continue
            seen.add(slot.offset)
            path = ".".join([name, *variable.split(".")[:-1]])
            parts.setdefault(path, []).append((slot.values, slot.offset))
    figures = []
    for path, found in parts.items():
        places = np.concatenate([np.arange(at, at + values.size) for values, at in found])
        figures.append(WeightFigures(
            path, _norm(network.parameters[places].astype(float)),
            np.nan if gradient is None else _norm(gradient[places]), len(places),
            np.nan if update is None else _norm(update[places]), [values for values, _ in found],
        ))
    return figures


def _norm(numbers: np.ndarray) -> float:
    return float(np.linalg.norm(numbers))
