"""Energies of Boltzmann machines, and what follows from them: pseudo-likelihoods, annealing."""

from __future__ import annotations

from .fields import Address, Count, Reals, Row, RowDouble, RowKey, Rows, Scalar
from .kernels import row_kernel, row_of
from .math import logistic, softplus
from .primitives import real
from .random import below, normal_pair, positive_uniform
from .schedule import update_number


@row_kernel(summing=True)
def linear_energy(v: Row, bias: Reals, energy: Row, columns: Count) -> None:
    """E = -sum of b (n) * V (n)."""
    total = real(0.0)
    for i in range(columns):
        total += bias[i] * v[i]
    energy[0] = -total


@row_kernel(summing=True)
def quadratic_energy(v: Row, bias: Reals, variances: Reals, energy: Row, columns: Count) -> None:
    """E = sum of (V (n) - b (n)) ** 2 / (2 * variances (n))."""
    total = real(0.0)
    for i in range(columns):
        difference = v[i] - bias[i]
        total += difference * difference / variances[i]
    energy[0] = real(0.5) * total


@row_kernel(summing=True)
def subtract_softplus(
    z: Row, bias: Reals, factor: Scalar, energy: Row, columns: Count
) -> None:
    """E -= sum of log(1 + exp(factor * Z (n) + b (n))): units that are 0 or 1, summed out."""
    total = real(0.0)
    for j in range(columns):
        total += softplus(factor * z[j] + bias[j])
    energy[0] -= total


@row_kernel(summing=True)
def subtract_quadratic(
    z: Row, bias: Reals, variances: Reals, factor: Scalar, energy: Row, columns: Count
) -> None:
    """E -= sum of x * (x / 2 + b (n)) / variances (n) for x = factor * Z (n): normal units."""
    total = real(0.0)
    for i in range(columns):
        x = factor * z[i]
        total += x * (real(0.5) * x + bias[i]) / variances[i]
    energy[0] -= total


@row_kernel(summing=True)
def prepare_softplus(z: Row, bias: Reals, factor: Scalar, known: Row, columns: Count) -> None:
    """Z (n) = factor * Z (n) + b (n), in place, and their softplus."""
    for j in range(columns):
        z[j] = factor * z[j] + bias[j]
        known[j] = softplus(z[j])


@row_kernel(summing=True)
def subtract_sum(numbers: Row, energy: Row, columns: Count) -> None:
    """E -= sum of X (n)."""
    total = real(0.0)
    for j in range(columns):
        total += numbers[j]
    energy[0] -= total


@row_kernel(summing=True)
def square_error(v: Row, model: Row, error: Row, columns: Count) -> None:
    """E = mean of (V (n) - M (n)) ** 2."""
    total = real(0.0)
    for i in range(columns):
        total += (v[i] - model[i]) * (v[i] - model[i])
    error[0] = total / real(columns)


@row_kernel(summing=True)
def log_pseudo_likelihood(
    v: Row, z: Row, known: Row, bias: Reals, weights: Rows, factor: Scalar, result: Row,
    n_visible: Count, n_hidden: Count,
) -> None:
    """Sum over V (m) of the log-probability of each number v, not 1 - v, given the others.

    Z (n) are the hidden units' inputs, ``known`` their softplus; a row of the weights (m, n) is of
    one visible unit.
    """
    total = 0.0
    for i in range(n_visible):
        change = real(1.0) - v[i] - v[i]
        w, scale, energy = row_of(weights, i), factor * change, real(0.0)
        for j in range(n_hidden):
            energy += softplus(z[j] + scale * w[j]) - known[j]
        total += softplus(energy + bias[i] * change)
    result[0] = -real(total)


@row_kernel(summing=True)
def guess_pseudo_likelihood(
    v: Row, z: Row, known: Row, bias: Reals, weights: Rows, factor: Scalar, result: Row,
    n_visible: Count, n_hidden: Count, key: RowKey,
) -> None:
    """Estimate what `log_pseudo_likelihood` finds by one of the numbers, drawn."""
    i = below(key, 0, n_visible)
    change = real(1.0) - v[i] - v[i]
    w, scale, energy = row_of(weights, i), factor * change, real(0.0)
    for j in range(n_hidden):
        energy += softplus(z[j] + scale * w[j]) - known[j]
    result[0] = -real(n_visible) * softplus(energy + bias[i] * change)


@row_kernel(summing=True)
def anneal_hidden(
    z: Row, bias: Reals, betas: Address, before: Address, field: RowDouble, weight: RowDouble,
    columns: Count, key: RowKey, run: int,
) -> None:
    """Add a step's term to a log-weight, and draw states for the hidden units' Z (n), in place.

    ``field`` is the derivative of the visible units' log-probability by the inverse temperature.
    """
    beta, last = update_number(betas, run), update_number(before, run)
    now, then, total = real(beta), real(last), real(0.0)
    for j in range(columns):
        x = z[j] + bias[j]
        total += softplus(now * x) - softplus(then * x)
        mean = logistic(now * x)
        z[j] = real(1.0) if positive_uniform(key, j) <= mean else real(0.0)
    weight[0] += total + (beta - last) * field[0]


@row_kernel(summing=True)
def anneal_bernoulli(
    x: Row, bias: Reals, base: Reals, betas: Address, field: RowDouble, columns: Count,
    key: RowKey, run: int,
) -> None:
    """Draw visible units at an inverse temperature, in place of the products X (n)."""
    beta, total = real(update_number(betas, run)), real(0.0)
    for i in range(columns):
        mean = logistic(beta * (x[i] + bias[i]) + (real(1.0) - beta) * base[i])
        x[i] = real(1.0) if positive_uniform(key, i) <= mean else real(0.0)
        total += (bias[i] - base[i]) * x[i]
    field[0] = total


@row_kernel(summing=True)
def anneal_gaussian(
    x: Row, bias: Reals, base: Reals, variances: Reals, deviations: Reals, betas: Address,
    field: RowDouble, columns: Count, key: RowKey, run: int,
) -> None:
    """Draw visible units at an inverse temperature, in place of the products X (n)."""
    beta, total = real(update_number(betas, run)), real(0.0)
    for i in range(columns):
        mean = beta * (x[i] + bias[i]) + (real(1.0) - beta) * base[i]
        x[i] = mean + deviations[i] * normal_pair(key, i)[0]
        of_base, of_bias = x[i] - base[i], x[i] - bias[i]
        total += (of_base * of_base - of_bias * of_bias) / variances[i]
    field[0] = real(0.5) * total
