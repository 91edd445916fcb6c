"""Stochastic units of Boltzmann machines: their means, and states drawn with them.

The input of a unit is the sum over a product with weights, times a factor, and its bias.
"""

import numpy as np

from .fields import Address, Count, Reals, ResultRow, Row, RowKey, Rows, Scalar
from .kernels import kernel, row_kernel, row_of
from .math import exp, logistic
from .primitives import real, reals
from .random import normal_pair, positive_uniform


@row_kernel
def bernoulli_means(x: Row, bias: Reals, factor: Scalar, columns: Count) -> None:
    """X (n) = logistic(factor * X (n) + b (n)), in place."""
    for j in range(columns):
        x[j] = logistic(factor * x[j] + bias[j])


@row_kernel
def bernoulli_states(
    x: Row, bias: Reals, factor: Scalar, columns: Count, key: RowKey
) -> None:
    """X (n) = 1 with probability logistic(factor * X (n) + b (n)), else 0, in place."""
    for j in range(columns):
        mean = logistic(factor * x[j] + bias[j])
        x[j] = real(1.0) if positive_uniform(key, j) <= mean else real(0.0)


@row_kernel
def bernoulli_means_and_states(
    x: Row, bias: Reals, factor: Scalar, states: Row, columns: Count, key: RowKey
) -> None:
    """X (n) = logistic(factor * X (n) + b (n)), in place; S (n) = 1 with probability X, else 0."""
    for j in range(columns):
        mean = logistic(factor * x[j] + bias[j])
        x[j] = mean
        states[j] = real(1.0) if positive_uniform(key, j) <= mean else real(0.0)


@row_kernel
def gaussian_means(x: Row, bias: Reals, factor: Scalar, columns: Count) -> None:
    """X (n) = factor * X (n) + b (n), in place."""
    for j in range(columns):
        x[j] = factor * x[j] + bias[j]


@row_kernel
def gaussian_states(
    x: Row, bias: Reals, factor: Scalar, deviations: Reals, columns: Count, key: RowKey
) -> None:
    """X (n) = factor * X (n) + b (n) + standard deviations (n) * normal numbers, in place."""
    half = columns // 2
    for j in range(half):
        at = half + j
        first, second = normal_pair(key, j)
        x[j] = factor * x[j] + bias[j] + deviations[j] * first
        x[at] = factor * x[at] + bias[at] + deviations[at] * second
    if columns % 2 == 1:
        at = columns - 1
        noise = normal_pair(key, half)[0]
        x[at] = factor * x[at] + bias[at] + deviations[at] * noise


@row_kernel
def divide_by_variances(x: Row, variances: Reals, scaled: Row, columns: Count) -> None:
    """Y (n) = X (n) / variances (n)."""
    for j in range(columns):
        scaled[j] = x[j] / variances[j]


@row_kernel
def variance_slopes(
    v: Row, products: Row, of_model: Row, products_of_model: Row, bias: Reals, variances: Reals,
    slopes: Row, columns: Count,
) -> None:
    """Gradient of minus the log-likelihood by the logarithms of the variances (n) of normal units.

    From states of the data and of the model, and products of the hidden units' means with weights:
    Cho, Ilin and Raiko 2011.
    """
    for i in range(columns):
        data, model = v[i] - bias[i], of_model[i] - bias[i]
        squares = real(0.5) * (model * model - data * data)
        slopes[i] = (
            squares + v[i] * products[i] - of_model[i] * products_of_model[i]
        ) / variances[i]


@kernel
def update_variances(
    logarithms: Address, variances: Address, deviations: Address, columns: Count
) -> None:
    """Variances (n) of at least a hundredth, and standard deviations, from their logarithms."""
    logs, found, roots = (
        reals(logarithms, columns), reals(variances, columns), reals(deviations, columns)
    )
    for i in range(columns):
        found[i] = exp(max(logs[i], real(-4.605170185988091)))
        roots[i] = np.sqrt(found[i])


@row_kernel
def hidden_statistics(
    means: Row, pull: Scalar, activities: Reals, target: Scalar, columns: Count
) -> None:
    """H (n) = -H (n) + pull * (activities (n) - target), in place.

    It is the gradient of minus the log-likelihood by the units' inputs, and of the penalty on
    units that are more active than a target.
    """
    for j in range(columns):
        means[j] = pull * (activities[j] - target) - means[j]


@kernel
def track_activities(
    means: Rows, pull: Scalar, activities: Reals, target: Scalar, decay: Scalar, columns: Count,
    n_rows: int,
) -> None:
    """Mix the mean activities (n) with those of a batch, whose statistics H (rows, n) are given."""
    share = (real(1.0) - decay) / real(n_rows)
    for j in range(columns):
        total = real(0.0)
        for i in range(n_rows):
            total += pull * (activities[j] - target) - row_of(means, i)[j]
        activities[j] = decay * activities[j] + share * total


@row_kernel
def keep_row(row: Row, result: ResultRow, columns: Count) -> None:
    """Copy a row of results (n) to those of all samples."""
    for j in range(columns):
        result[j] = row[j]
