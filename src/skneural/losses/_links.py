"""Links: from a network's raw outputs to its predictions."""

from ..engine import math as fast
from ..engine.jit import helper, kernel
from ..engine.primitives import FIRST, ROWS, RUN_FIELDS, integers, real, reals
from ..engine.shares import share_begin, share_end

_exp, _logistic = fast.exp, fast.logistic


@helper
def link(z):
    """Return the prediction for one output; stands for a link."""
    return z


@helper
def _identity(z):
    return z


@kernel
def link_each(row, run):
    """Write link(Z), Z (rows, n), to this batch's rows of the result (samples, n)."""
    field = integers(row, 6)
    r = integers(run, RUN_FIELDS)
    n_rows, first, stride, columns = r[ROWS], r[FIRST], field[3], field[4]
    z, result = reals(field[2], n_rows * stride), reals(field[5], (first + n_rows) * columns)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for j in range(columns):
            result[(first + i) * columns + j] = link(z[i * stride + j])


@kernel
def link_softmax(row, run):
    """Write softmax(Z), Z (rows, n), to this batch's rows of the result (samples, n)."""
    field = integers(row, 6)
    r = integers(run, RUN_FIELDS)
    n_rows, first, stride, columns = r[ROWS], r[FIRST], field[3], field[4]
    z, result = reals(field[2], n_rows * stride), reals(field[5], (first + n_rows) * columns)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        top, total = z[i * stride], real(0.0)
        for j in range(columns):
            top = z[i * stride + j] if z[i * stride + j] > top else top
        for j in range(columns):
            z[i * stride + j] = _exp(z[i * stride + j] - top)
            total += z[i * stride + j]
        for j in range(columns):
            result[(first + i) * columns + j] = z[i * stride + j] / total


LINKS = {
    "identity": link_each.using(link=_identity),
    "logistic": link_each.using(link=_logistic),
    "exp": link_each.using(link=_exp),
    "softmax": link_softmax,
}
