"""The session of a small `partial_fit`, kept beside the estimator for the next one.

A call on a few rows spends most of its time on building the plan and its memory. A session is
reused if the parameters and the shapes of the data are the same; weights, optimizer state and rows
are copied into it, so it never writes to the estimator's attributes.
"""

from __future__ import annotations

import functools
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ...data.rows import Rows
from ...training.train import Outcome

_MOST_ROW_BYTES = 1 << 20  # copied at each call
_MOST_BYTES = 4 << 20  # of a session
_MOST_KEPT = 32
_sessions: WeakKeyDictionary[Any, tuple[tuple, Any]] = WeakKeyDictionary()


def key_of(estimator: Any, rows: Rows) -> tuple | None:
    """Return what a session depends on; None if it should not be kept.

    That is if parameters are objects, which may change unnoticed, or if a copy of the rows would
    take longer than the plan.
    """
    arrays = [rows.X, rows.y, rows.loss_weight]
    if not all(array is None or isinstance(array, np.ndarray) for array in arrays):
        return None
    if sum(array.nbytes for array in arrays if array is not None) > _MOST_ROW_BYTES:
        return None
    cls: Any = type(estimator)
    values = tuple(getattr(estimator, name) for name in _parameters(cls))
    if not _is_constant(values):
        return None
    shapes = (None if array is None else (array.shape, array.dtype) for array in arrays)
    return (values, *shapes)


@functools.cache
def _parameters(cls: type) -> list[str]:
    """Return the names of the parameters that a session may depend on."""
    return [name for name in cls._get_param_names() if name != "random_state"]  # type: ignore


_CONSTANTS = {type(None), bool, int, float, str}


def _is_constant(value):
    if isinstance(value, tuple):
        return all(map(_is_constant, value))
    return type(value) in _CONSTANTS or isinstance(value, np.generic)


def take(estimator: Any, key: tuple | None) -> Any:
    """Return the session kept for a key, None if there is none; it is then the caller's alone."""
    kept_for, session = _sessions.pop(estimator, (None, None))
    return session if key is not None and kept_for == key else None


def keep(estimator: Any, key: tuple | None, outcome: Outcome) -> None:
    """Keep a session whose rows are its own, if it is small and training was not interrupted.

    The network and the solver's state that the estimator shows are then copies.
    """
    session, training = outcome.session, outcome.training
    if key is None or session.n_threads > 1 or session.n_bytes > _MOST_BYTES:
        return
    if training.record.interrupted:
        return
    training.network = session.network.twin()
    if outcome.state is not None:
        outcome.state.slots = session.optimizer_state.copy()
    for reference in _sessions.keyrefs()[: 1 - _MOST_KEPT]:
        _sessions.pop(reference(), None)
    _sessions[estimator] = (key, session)
