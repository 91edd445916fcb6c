"""A fit over the partitions of dask collections."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, TypeVar

from ..estimators.base.classifier import BaseNeuralClassifier
from ..estimators.base.regressor import BaseNeuralRegressor
from ._cluster import Cluster
from ._collections import partitions_of
from ._provider import Method, Partitions

EstimatorT = TypeVar("EstimatorT")
_METHODS = ("local", "synchronous")


def fit(
    estimator: EstimatorT,
    X: Any,
    y: Any,
    sample_weight: Any = None,
    *,
    client: Any = None,
    method: str = "local",
    local_updates: int | None = None,
    X_val: Any = None,
    y_val: Any = None,
    sample_weight_val: Any = None,
    timeout: float = 10.0,
) -> EstimatorT:
    """Fit a classifier or regressor to a dask array or data frame, partition by partition.

    Each partition is trained on where it lies. The result depends on the partitions, never on the
    workers that hold them: the same partitions give the same bits, on processors of the same
    instruction set. A worker that is lost is survived, if the cluster can read or compute its
    partitions again. Callbacks, schedules, early stopping, `warm_start`, `max_time` and Ctrl-C work
    as in the estimator's own `fit`.

    With ``solver="lbfgs"`` loss and gradient are summed over all partitions, and the model is that
    of a usual fit to rounding. Other solvers follow ``method``.

    Parameters
    ----------
    estimator : classifier or regressor of this library that trains a network
        Fitted in place.
    X : dask array of shape (n_samples, ...) or dask data frame
        Lengths of partitions need not be known; empty ones are ignored. Where a partition lies in
        memory for several fits, call ``client.persist`` before.
    y : dask array, data frame or series, or array-like, of shape (n_samples, ...)
        Labels or numbers, in partitions as X. What is not dask's is cut as X is, if the lengths of
        its partitions are known.
    sample_weight : dask array or series, or array-like, of shape (n_samples,), default=None
        Weights of the samples, none negative.
    client : dask.distributed.Client or None, default=None
        None for the current one.
    method : {"local", "synchronous"}, default="local"
        "local": each partition makes updates by batches of its own; parameters and the optimizer's
        memory are averaged after ``local_updates`` of them, weighted by rows. The penalty, clipping
        and batches are those of a fit on the partition. "synchronous": a batch of `batch_size` rows
        has rows of all partitions, as many as follow from their sizes, and its gradient makes
        one update.
    local_updates : int or None, default=None
        Updates that the largest partition makes between two averages; None for those of an epoch.
    X_val, y_val, sample_weight_val : array-like or dask collection, default=None
        Validation data, brought to this process. Without them, early stopping holds back rows of
        each partition, at random and whatever their classes, and brings these here.
    timeout : float, default=10.0
        Seconds to wait for a worker where the cluster has none.

    Returns
    -------
    estimator : object
        As passed, fitted: it predicts, is pickled and saved as after its own `fit`.

    Raises
    ------
    ImportError
        If dask.distributed is not installed.
    RuntimeError
        If there is no client, it is closed, the cluster has no workers, or a partition was lost.
        An error that reading a partition raises is passed on, with a note that names it.
    TypeError
        If X is not dask's, or the estimator does not train a network by gradients.
    ValueError
        For data, parameters or a ``timeout`` that are invalid, naming the partition; partitions
        whose columns or dtypes differ; ``n_networks`` above 1.

    References
    ----------
    S. U. Stich, "Local SGD converges fast and communicates little", ICLR 2019.

    Examples
    --------
    >>> from dask.distributed import Client  # doctest: +SKIP
    >>> client = Client("tcp://scheduler:8786")  # doctest: +SKIP
    >>> network = fit(MLPClassifier(), X, y, local_updates=50)  # doctest: +SKIP
    """
    owner = type(estimator).__name__
    if not isinstance(estimator, BaseNeuralClassifier | BaseNeuralRegressor):
        raise TypeError(
            f"{owner} can't be distributed: only classifiers and regressors of this library that"
            " train a network by gradients can"
        )
    if getattr(estimator, "n_networks", 1) != 1:
        raise ValueError(
            f"{owner}: n_networks={estimator.n_networks} can't be distributed; fit one network, or"
            " several estimators"
        )
    chosen = _checked(owner, method, local_updates)
    _check_timeout(owner, timeout)
    cluster = Cluster(client, timeout, owner)
    partitions = partitions_of(cluster, X, y, sample_weight)
    provider = Partitions(cluster, partitions, (X, y, sample_weight), chosen)
    estimator.fit(provider, X_val=X_val, y_val=y_val, sample_weight_val=sample_weight_val)
    return estimator


def _check_timeout(owner: str, timeout: Any) -> None:
    is_number = isinstance(timeout, Real) and not isinstance(timeout, bool)
    if not is_number or not 0 <= timeout < math.inf:
        raise ValueError(
            f"{owner}: timeout={timeout!r} has to be a number of seconds from 0 on; pass the time"
            " to wait for a worker where the cluster has none"
        )


def _checked(owner: str, method: str, local_updates: int | None) -> Method:
    if method not in _METHODS:
        raise ValueError(
            f"{owner}: method={method!r} is not known; it can be 'local' or 'synchronous'"
        )
    if local_updates is not None:
        is_count = isinstance(local_updates, Integral) and not isinstance(local_updates, bool)
        if not is_count or local_updates < 1:
            raise ValueError(
                f"{owner}: local_updates={local_updates!r} has to be an integer from 1 on, or None"
            )
    return Method(method, local_updates)
