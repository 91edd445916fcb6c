"""Sizes of batches: what the parameter says, and what layers need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._user_warnings import warn_user

if TYPE_CHECKING:
    from ..estimators.base.estimator import BaseNeuralNetwork


def batch_size(estimator: BaseNeuralNetwork, n_samples: int) -> int:
    """Return the most rows of a batch; a network's memory may bound it further."""
    if estimator.batch_size == "auto":
        return min(200, n_samples)
    if estimator.batch_size > n_samples:
        warn_user(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped"
            f" ({type(estimator).__name__}: batch_size={estimator.batch_size},"
            f" {n_samples} samples)"
        )
    return min(int(estimator.batch_size), n_samples)


def warn_of_single_rows(estimator: BaseNeuralNetwork, session: Any, incremental: bool) -> None:
    """Warn of batches of one row where layers need several, but for one row of a stream."""
    single = session.batch_size == 1 and (not incremental or estimator.batch_size == 1)
    if single and session.layer_state.size:
        warn_user(
            f"{type(estimator).__name__}: batch normalization needs batches of several rows, and"
            f" with batch_size={estimator.batch_size!r} each has one; they are normalized by the"
            " running statistics, which stay as they are. Use larger batches, or layer"
            " normalization"
        )
