"""Least squares from moments of two parts of the rows, and criteria that compare the parts.

Each candidate has some terms (k). Its memory holds, one after the other: the second moments of the
terms over the first part of the rows (k x k), their products with the target (k), both over the
second part, a Cholesky factor (k x k), a vector (k), and coefficients of either part (k each).
"""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Count, Double, Doubles, Integers, Row, RowDouble
from ...engine.kernels import row_kernel

REGULARITY, UNBIASEDNESS, CROSS_VALIDATION, AIC = range(4)

# powers of either input in the terms of a neuron: 1, a, b, a b, a^2, b^2
POWERS_OF_LEFT = (0, 1, 0, 1, 2, 0)
POWERS_OF_RIGHT = (0, 0, 1, 1, 0, 2)


def memory_size(n_terms: int) -> int:
    """Return the numbers of a candidate's memory."""
    return 3 * n_terms * n_terms + 5 * n_terms


@helper
def moment(products, n, a, b, p, q):
    """Return the sum of a^p b^q, p + q <= 4, from products of powers (3n + 1, 2n + 1)."""
    if q > 2:
        a, b, p, q = b, a, q, p
    if p == 4:
        return products[(1 + n + a) * (2 * n + 1) + 1 + n + a]
    row = 0 if p == 0 else 1 + (p - 1) * n + a
    column = 0 if q == 0 else 1 + (q - 1) * n + b
    return products[row * (2 * n + 1) + column]


@helper
def solve(m, k, first, second, alpha, least, result):
    """Write the coefficients from the moments, ``first`` and ``second`` times those of a part.

    A term gets the coefficient 0 if those before it leave no more than the share ``least`` of its
    sum of squares unexplained.
    """
    other, factor = k * k + k, 2 * (k * k + k)
    v = factor + k * k
    for j in range(k):
        size = first * m[j * k + j] + second * m[other + j * k + j]
        pivot = size * (1.0 + alpha) if j > 0 else size
        for s in range(j):
            pivot -= m[factor + j * k + s] * m[factor + j * k + s]
        is_new = size > 0.0 and pivot > least * size
        root = np.sqrt(pivot) if is_new else 0.0
        m[factor + j * k + j] = root
        for i in range(j + 1, k):
            entry = first * m[i * k + j] + second * m[other + i * k + j]
            for s in range(j):
                entry -= m[factor + i * k + s] * m[factor + j * k + s]
            m[factor + i * k + j] = entry / root if is_new else 0.0
        entry = first * m[k * k + j] + second * m[other + k * k + j]
        for s in range(j):
            entry -= m[factor + j * k + s] * m[v + s]
        m[v + j] = entry / root if is_new else 0.0
    for step in range(k):
        j = k - 1 - step
        entry = m[v + j]
        for i in range(j + 1, k):
            entry -= m[factor + i * k + j] * m[result + i]
        root = m[factor + j * k + j]
        m[result + j] = entry / root if root > 0.0 else 0.0


@helper
def squared_error(m, k, part, result, total):
    """Return the sum of squared errors of some coefficients over a part of the rows."""
    error = total
    for i in range(k):
        along = 0.0
        for j in range(k):
            along += m[part + i * k + j] * m[result + j]
        error += m[result + i] * (along - 2.0 * m[part + k * k + i])
    return max(error, 0.0)


@helper
def judge(m, k, criterion, alpha, least, totals, n_coefficients):
    """Return the criterion of a candidate; its coefficients are written to those of the first part.

    Totals are, of each part, the sum of weights and that of squared targets.
    """
    other = k * k + k
    a = 2 * other + k * k + k
    b = a + k
    total = totals[1] + totals[3]
    if criterion == REGULARITY:
        solve(m, k, 1.0, 0.0, alpha, least, a)
        return squared_error(m, k, other, a, totals[3]) / totals[3]
    if criterion == AIC:
        solve(m, k, 1.0, 1.0, alpha, least, a)
        error = squared_error(m, k, 0, a, totals[1]) + squared_error(m, k, other, a, totals[3])
        return error / total * np.exp(2.0 * n_coefficients / (totals[0] + totals[2]))
    solve(m, k, 1.0, 0.0, alpha, least, a)
    solve(m, k, 0.0, 1.0, alpha, least, b)
    if criterion == CROSS_VALIDATION:
        error = squared_error(m, k, other, a, totals[3]) + squared_error(m, k, 0, b, totals[1])
    else:
        for j in range(k):
            m[b + j] -= m[a + j]
        error = 0.0
        for i in range(k):
            for j in range(k):
                both = m[i * k + j] + m[other + i * k + j]
                error += m[b + i] * both * m[b + j]
    solve(m, k, 1.0, 1.0, alpha, least, a)
    return max(error, 0.0) / total


@helper
def fill_neuron(m, at, k, n, products, targets, crossed, a, b):
    """Write the moments of a neuron's terms over a part of the rows to its memory from ``at``."""
    for i in range(k):
        p, q = POWERS_OF_LEFT[i], POWERS_OF_RIGHT[i]
        for j in range(k):
            m[at + i * k + j] = moment(
                products, n, a, b, p + POWERS_OF_LEFT[j], q + POWERS_OF_RIGHT[j]
            )
        if p == 1 and q == 1:
            found = crossed[a * n + b]
        elif p + q == 0:
            found = targets[0]
        else:
            found = targets[1 + (p - 1) * n + a] if p > 0 else targets[1 + (q - 1) * n + b]
        m[at + k * k + i] = found


@row_kernel
def fit_neuron(
    i: int, left: Integers, right: Integers, n_coefficients: Doubles, products: Doubles,
    targets: Doubles, crossed: Doubles, other_products: Doubles, other_targets: Doubles,
    other_crossed: Doubles, totals: Doubles, memory: Row, value: RowDouble, n_terms: Count,
    n_columns: Count, criterion: Count, alpha: Double, least: Double,
) -> None:
    """Fit the polynomial of a pair of columns, and judge it."""
    k = n_terms
    fill_neuron(memory, 0, k, n_columns, products, targets, crossed, left[i], right[i])
    fill_neuron(
        memory, k * k + k, k, n_columns, other_products, other_targets, other_crossed, left[i],
        right[i],
    )
    value[0] = judge(memory, k, criterion, alpha, least, totals, n_coefficients[i])


@row_kernel
def fit_subset(
    i: int, members: Integers, products: Doubles, other_products: Doubles, totals: Doubles,
    memory: Row, value: RowDouble, n_terms: Count, n_all: Count, criterion: Count, alpha: Double,
    least: Double,
) -> None:
    """Fit a linear combination of some terms (k), and judge it.

    Products (n_all x n_all) are those of all terms and, last, of the target.
    """
    k = n_terms
    for part in range(2):
        at = part * (k * k + k)
        source = products if part == 0 else other_products
        for r in range(k):
            row = members[i * k + r] * n_all
            for s in range(k):
                memory[at + r * k + s] = source[row + members[i * k + s]]
            memory[at + k * k + r] = source[row + n_all - 1]
    value[0] = judge(memory, k, criterion, alpha, least, totals, float(k))
