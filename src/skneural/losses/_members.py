"""The mean of an ensemble's members: of their predictions, as raw outputs of a single network."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import logit

from ..engine import math as fast
from ..engine.fields import Count, Row
from ..engine.kernels import row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real

_exp, _logistic = fast.exp, fast.logistic
_LEAST = 1e-37  # of a mean probability: its logarithm is finite in float32


@row_kernel
def mean_of_numbers(z: Row, result: Row, columns: Count, members: Count) -> None:
    """Mean (n) of Z (members, n)."""
    for j in range(columns):
        total = z[j]
        for m in range(1, members):
            total += z[m * columns + j]
        result[j] = total / real(members)


@row_kernel
def mean_of_logistic(z: Row, result: Row, columns: Count, members: Count) -> None:
    """What has the mean of logistic(Z), Z (members, n), as its logistic."""
    for j in range(columns):
        of_it, of_others = 0.0, 0.0
        for m in range(members):
            of_it += float(_logistic(z[m * columns + j]))
            of_others += float(_logistic(-z[m * columns + j]))
        of_it = _LEAST if of_it < _LEAST else of_it
        of_others = _LEAST if of_others < _LEAST else of_others
        result[j] = real(math.log(of_it) - math.log(of_others))


@row_kernel
def mean_of_exp(z: Row, result: Row, columns: Count, members: Count) -> None:
    """Logarithm of the mean of exp(Z), Z (members, n)."""
    for j in range(columns):
        top, total = z[j], 0.0
        for m in range(1, members):
            top = z[m * columns + j] if z[m * columns + j] > top else top
        for m in range(members):
            total += float(_exp(z[m * columns + j] - top))
        result[j] = top + real(math.log(total / members))


@row_kernel
def mean_of_softmax(z: Row, result: Row, columns: Count, members: Count) -> None:
    """Logarithm of the mean of softmax(Z), Z (members, n), which is overwritten."""
    for j in range(columns):
        result[j] = real(0.0)
    for at in range(0, members * columns, columns):
        top, total = z[at], real(0.0)
        for j in range(columns):
            top = z[at + j] if z[at + j] > top else top
        for j in range(columns):
            z[at + j] = _exp(z[at + j] - top)
            total += z[at + j]
        for j in range(columns):
            result[j] += z[at + j] / total
    for j in range(columns):
        mean = float(result[j]) / members
        result[j] = real(math.log(_LEAST if mean < _LEAST else mean))


_MEANS = {
    "identity": mean_of_numbers,
    "logistic": mean_of_logistic,
    "exp": mean_of_exp,
    "softmax": mean_of_softmax,
}


def add_mean(plan: Plan, link: str, outputs: Buffer, n_members: int) -> Buffer:
    """Add the step from the members' raw outputs to those whose link is the mean prediction.

    Parameters
    ----------
    plan : Plan
    link : {"identity", "logistic", "exp", "softmax"}
    outputs : Buffer
        Of samples of shape (n_members, n_outputs).
    n_members : int

    Returns
    -------
    Buffer
        Of samples of shape (n_outputs,).
    """
    columns = outputs.columns // n_members
    mean = plan.buffer((columns,))
    plan.by_rows(_MEANS[link], z=outputs, result=mean, columns=columns, members=n_members)
    return mean


def before_link(link: str, predictions: np.ndarray) -> np.ndarray:
    """Return finite numbers that a link turns into some predictions, which are means of others.

    Parameters
    ----------
    link : {"identity", "logistic", "exp", "softmax"}
    predictions : ndarray of shape (n_samples, n_outputs)
    """
    limits = np.finfo(predictions.dtype)
    if link == "identity":
        return predictions
    if link == "logistic":
        return logit(predictions.clip(limits.tiny, 1 - limits.epsneg))
    return np.log(predictions.clip(limits.tiny))
