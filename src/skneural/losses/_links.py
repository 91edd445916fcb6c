"""Links: from a network's raw outputs to its predictions."""

from __future__ import annotations

import numpy as np

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
def link_each(z: Row, result: ResultRow, columns: Count) -> None:
    """Write link(Z), Z (n), to this batch's rows of the result (samples, n)."""
    for j in range(columns):
        result[j] = link(z[j])


@row_kernel
def link_softmax(z: Row, result: ResultRow, columns: Count, classes: Count) -> None:
    """Write softmax(Z) to this batch's rows of the result (samples, n).

    Z (n) holds one distribution after another, each of as many classes.
    """
    for at in range(0, columns, classes):
        top, total = z[at], real(0.0)
        for j in range(classes):
            top = z[at + j] if z[at + j] > top else top
        for j in range(classes):
            z[at + j] = _exp(z[at + j] - top)
            total += z[at + j]
        for j in range(classes):
            result[at + j] = z[at + j] / total


LINKS = {
    "identity": link_each.using(link=_identity),
    "logistic": link_each.using(link=_logistic),
    "exp": link_each.using(link=_exp),
    "softmax": link_softmax,
}


def add_link(plan: Plan, name: str, outputs: Buffer, n_linked: int) -> NamedKernel:
    """Add the step of a link, which takes so many outputs together; return its kernel.

    Its field ``result`` is the address of the predictions, C-contiguous, shape (samples, n); the
    row of the plan is given it before each run.
    """
    kernel, columns = LINKS[name], outputs.columns
    fields = {"classes": n_linked} if kernel is link_softmax else {}
    result = np.empty((0, columns), plan.dtype)
    plan.by_rows(kernel, z=outputs, result=result, columns=columns, **fields)
    return kernel
