"""Derivatives behind a network's last layer: of links, of means of several networks, of losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import log_expit, log_softmax

from ..data.sources import source_of
from ..engine.compile.cache_warning import warn_of_cache
from ..engine.gathering import keep_rows
from ..engine.plan import Plan
from ..losses import Loss
from .plan_cache import LARGEST_BATCH
from .prediction import add_loss
from .runner import Runner


class MeanOutputs:
    """The mean prediction of networks, and what has it as its link, by the raw outputs of each.

    All is computed in float64, by logarithms, so that nothing overflows or vanishes.

    Parameters
    ----------
    raw : sequence of ndarray of shape (n_samples, n_outputs)
        Of each network, or each member of one.
    link : {"identity", "logistic", "exp", "softmax"}
    n_linked : int
        Outputs, side by side, that a softmax takes together.
    """

    def __init__(self, raw: Sequence[np.ndarray], link: str, n_linked: int):
        self._link = link
        self._raw = np.stack([
            each.reshape(len(each), each.shape[1] // n_linked, n_linked) for each in raw
        ]).astype(np.float64)
        self._logs = {
            "identity": lambda z: z, "exp": lambda z: z, "logistic": log_expit,
            "softmax": lambda z: log_softmax(z, axis=3),
        }[link](self._raw)
        self._log_of_mean = self._mean_of(self._logs)

    @property
    def predictions(self) -> np.ndarray:
        """Shape (n_samples, n_outputs)."""
        mean = self._log_of_mean
        return self._flat(mean if self._link == "identity" else np.exp(mean))

    @property
    def raw(self) -> np.ndarray:
        """Raw outputs of a single network with these predictions, (n_samples, n_outputs)."""
        if len(self._raw) == 1:
            return self._flat(self._raw[0])
        if self._link == "logistic":
            return self._flat(self._log_of_mean - self._mean_of(log_expit(-self._raw)))
        return self._flat(self._log_of_mean)

    def slopes(self, slopes: np.ndarray, of_raw: bool) -> list[np.ndarray]:
        """Return derivatives by the raw outputs of each network.

        Parameters
        ----------
        slopes : ndarray of shape (n_samples, n_outputs)
            By ``predictions``, or by ``raw`` if ``of_raw``.
        of_raw : bool
        """
        given = np.asarray(slopes, np.float64).reshape(self._raw.shape[1:])
        n_networks = len(self._raw)
        if self._link == "identity" or (of_raw and n_networks == 1):
            return [self._flat(given / n_networks)] * n_networks
        mean = self._log_of_mean if of_raw else 0.0
        shares = np.exp(self._logs - mean) * given / n_networks
        if self._link == "softmax":
            shares -= np.exp(self._logs) * shares.sum(axis=3, keepdims=True)
        elif self._link == "logistic":
            others = log_expit(-self._raw)
            shares *= np.exp(others - (self._mean_of(others) if of_raw else 0.0))
        return [self._flat(each) for each in shares]

    def _mean_of(self, logs: np.ndarray) -> np.ndarray:
        """Return the mean over networks, or the logarithm of that of what these are logs of."""
        if self._link == "identity":
            return logs.mean(axis=0)
        return np.logaddexp.reduce(logs, axis=0) - np.log(len(logs))

    def _flat(self, values: np.ndarray) -> np.ndarray:
        return values.reshape(len(values), -1)


def loss_slopes(loss: Loss, raw: np.ndarray, y: Any, scale: float = 1.0) -> np.ndarray:
    """Return the derivative of each row's loss by its raw outputs, summed over outputs.

    Parameters
    ----------
    loss : Loss
    raw : ndarray of shape (n_samples, n_outputs), float32 or float64
    y : ndarray of shape (n_samples, n_targets), CSR matrix or Source
        Of the same dtype, or another that is converted.
    scale : float, default=1.0
        Factor of ``y``.

    Returns
    -------
    ndarray of shape (n_samples, n_outputs)
    """
    result = np.empty_like(raw)
    if not len(raw):
        return result
    plan = Plan(raw.dtype, min(LARGEST_BATCH, len(raw)))
    outputs = source_of(np.ascontiguousarray(raw)).add_input(plan, raw.shape[1:], ())
    add_loss(plan, loss, outputs, y, None, scale)
    plan.by_rows(keep_rows, x=outputs, result=result, columns=outputs.columns, factor=1.0)
    runner = Runner(plan, plan.all_steps(), 1)
    try:
        runner.run(len(raw))
    finally:
        runner.team.close()
    warn_of_cache()
    return result
