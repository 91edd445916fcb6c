"""Links: from a network's raw outputs to its predictions."""

from ..engine import math as fast
from ..engine.compile.jit import helper, kernel
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
    """Write softmax(Z) to this batch's rows of the result (samples, n).

    Z (rows, n) holds one distribution after another, each of as many classes.
    """
    field = integers(row, 7)
    r = integers(run, RUN_FIELDS)
    n_rows, first, stride, columns, classes = r[ROWS], r[FIRST], field[3], field[4], field[6]
    z, result = reals(field[2], n_rows * stride), reals(field[5], (first + n_rows) * columns)
    for i in range(share_begin(n_rows, run), share_end(n_rows, run)):
        for begin in range(0, columns, classes):
            at, place = i * stride + begin, (first + i) * columns + begin
            top, total = z[at], real(0.0)
            for j in range(classes):
                top = z[at + j] if z[at + j] > top else top
            for j in range(classes):
                z[at + j] = _exp(z[at + j] - top)
                total += z[at + j]
            for j in range(classes):
                result[place + j] = z[at + j] / total


LINKS = {
    "identity": link_each.using(link=_identity),
    "logistic": link_each.using(link=_logistic),
    "exp": link_each.using(link=_exp),
    "softmax": link_softmax,
}
