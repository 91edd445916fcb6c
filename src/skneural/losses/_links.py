"""Links: from a network's raw outputs to its predictions."""

from __future__ import annotations

import numpy as np
from scipy.special import logit

from ..engine import math as fast
from ..engine.compile.jit import helper
from ..engine.fields import Count, ResultRow, Row
from ..engine.kernels import NamedKernel, row_kernel
from ..engine.plan import Buffer, Plan
from ..engine.primitives import real

_exp, _logistic = fast.exp, fast.logistic


@helper
def link(z):
    """Return the prediction for one output; stands for a link."""
    return z


@helper
def _identity(z):
    return z


@row_kernel
def link_each(z: Row, result: ResultRow, columns: Count, members: Count) -> None:
    """Write the mean of members' link(Z), Z (members, n), to this batch's rows of the result."""
    for j in range(columns):
        result[j] = link(z[j])
    for at in range(columns, members * columns, columns):
        for j in range(columns):
            result[j] += link(z[at + j])
    for j in range(columns if members > 1 else 0):
        result[j] /= real(members)


@row_kernel
def link_softmax(
    z: Row, result: ResultRow, columns: Count, members: Count, classes: Count
) -> None:
    """Write the mean of members' softmax(Z) to this batch's rows of the result (samples, n).

    Z (members, n) holds one distribution after another, each of as many classes.
    """
    for at in range(0, members * columns, classes):
        top, total = z[at], real(0.0)
        for j in range(classes):
            top = z[at + j] if z[at + j] > top else top
        for j in range(classes):
            z[at + j] = _exp(z[at + j] - top)
            total += z[at + j]
        for j in range(classes):
            z[at + j] /= total
    for j in range(columns):
        result[j] = z[j]
    for at in range(columns, members * columns, columns):
        for j in range(columns):
            result[j] += z[at + j]
    for j in range(columns if members > 1 else 0):
        result[j] /= real(members)


LINKS = {
    "identity": link_each.using(link=_identity),
    "logistic": link_each.using(link=_logistic),
    "exp": link_each.using(link=_exp),
    "softmax": link_softmax,
}


def add_link(
    plan: Plan, name: str, outputs: Buffer, n_linked: int, n_members: int = 1
) -> NamedKernel:
    """Add the step of a link, which takes so many outputs together; return its kernel.

    Its field ``result`` is the address of the predictions, C-contiguous, shape (samples, n); the
    row of the plan is given it before each run. They are the mean of those of all members.
    """
    kernel, columns = LINKS[name], outputs.columns // n_members
    fields = {"classes": n_linked} if kernel is link_softmax else {}
    result = np.empty((0, columns), plan.dtype)
    plan.by_rows(
        kernel, z=outputs, result=result, columns=columns, members=n_members, **fields
    )
    return kernel


def before_link(name: str, predictions: np.ndarray) -> np.ndarray:
    """Return finite numbers that a link turns into some predictions, for means of these.

    Parameters
    ----------
    name : {"identity", "logistic", "exp", "softmax"}
    predictions : ndarray of shape (n_samples, n_outputs)
    """
    limits = np.finfo(predictions.dtype)
    if name == "identity":
        return predictions
    if name == "logistic":
        return logit(predictions.clip(limits.tiny, 1 - limits.epsneg))
    return np.log(predictions.clip(limits.tiny))
