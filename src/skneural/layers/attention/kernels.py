"""Kernels of attention over the steps of a series."""

from ...engine import math
from ...engine.fields import Count, OptionalAddress, Row, RowAddress
from ...engine.kernels import row_kernel
from ...engine.lanes import load, multiply_add, plus, spread, store, times
from ...engine.primitives import ITEMSIZE, integers, real, reals
from ...engine.tiles import LANES

_exp = math.exp


@row_kernel
def softmax_of_steps(scores: Row, most: Count, lengths: OptionalAddress, i: int) -> None:
    """Turn scores (most) into weights in place, those of a series' own steps; zero behind."""
    length = integers(lengths, i + 1)[i] if lengths != 0 else most
    top = scores[0]
    for t in range(1, length):
        top = scores[t] if scores[t] > top else top
    for t in range(length):
        scores[t] = _exp(scores[t] - top)
    total = real(0.0)
    for t in range(length):
        total += scores[t]
    for t in range(length):
        scores[t] /= total
    for t in range(length, most):
        scores[t] = real(0.0)


@row_kernel
def weighted_mean(
    x: RowAddress, weights: Row, y: RowAddress, most: Count, features: Count
) -> None:
    """Y (n) = sum of weights (most) times the steps of X (most, n)."""
    step = features * ITEMSIZE
    for j in range(0, features, LANES):
        n, total = min(LANES, features - j), spread(real(0.0))
        for t in range(most):
            if weights[t] != real(0.0):  # what is behind a series' end may be any number
                value = load(x + t * step + j * ITEMSIZE, n)
                total = multiply_add(spread(weights[t]), value, total)
        store(y + j * ITEMSIZE, total, n)


@row_kernel(summing=True)
def backward_scores(
    gradient: Row, x: RowAddress, weights: Row, scores: Row, most: Count, features: Count
) -> None:
    """dS (most) from dY (n), by the steps of X (most, n) and their weights (most)."""
    mean = real(0.0)
    for t in range(most):
        slope = real(0.0)
        if weights[t] != real(0.0):
            values = reals(x + t * features * ITEMSIZE, features)
            for j in range(features):
                slope += gradient[j] * values[j]
        scores[t] = slope
        mean += weights[t] * slope
    for t in range(most):
        scores[t] = weights[t] * (scores[t] - mean)


@row_kernel
def add_shares(
    gradient: RowAddress, weights: Row, result: RowAddress, most: Count, features: Count
) -> None:
    """dX (most, n) += weights (most) times dY (n)."""
    step = features * ITEMSIZE
    for t in range(most):
        share = spread(weights[t])
        for j in range(0, features, LANES):
            n, place = min(LANES, features - j), result + t * step + j * ITEMSIZE
            value = times(share, load(gradient + j * ITEMSIZE, n))
            store(place, plus(load(place, n), value), n)
