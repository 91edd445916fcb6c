"""Mean fields: posterior means of hidden layers, and the bound that they give."""

from __future__ import annotations

import numpy as np

from ...engine.compile.jit import helper
from ...engine.fields import Callee, Count, Doubles, Integers, Rows, Scalar
from ...engine.kernels import kernel
from ...engine.math import logistic
from ...engine.primitives import real
from ...engine.tiles import FROM_C, FROM_ZERO
from .table import (
    BIAS,
    BLOCK,
    LAYER_FIELDS,
    MEANS,
    RISE,
    UNITS,
    biases_of,
    multiply,
    numbers_of,
    work_of,
)


@helper
def _rise(gemm, layers, n_layers, work, fixed, rows, run):
    """Set the means of hidden layers from the bottom up; keep the first one's products."""
    first, n_rows = rows
    for layer in range(1, n_layers + 1):
        multiply(gemm, layers, (layer, layer - 1), MEANS, rows, work, FROM_ZERO, run)
        scale, bias = real(layers[layer * LAYER_FIELDS + RISE]), biases_of(layers, layer, BIAS)
        units = layers[layer * LAYER_FIELDS + UNITS]
        for i in range(first, first + n_rows):
            products, means = work_of(work, i, units), numbers_of(layers, layer, MEANS, i)
            for j in range(units):
                means[j] = logistic(scale * products[j] + bias[j])
            if layer == 1 and n_layers > 1:
                kept = work_of(fixed, i, units)
                for j in range(units):
                    kept[j] = products[j]


@helper
def _update_means(layers, layer, work, i):
    """Set the means of a layer for a row from its products; return the greatest change."""
    units, bias = layers[layer * LAYER_FIELDS + UNITS], biases_of(layers, layer, BIAS)
    products, means = work_of(work, i, units), numbers_of(layers, layer, MEANS, i)
    most = real(0.0)
    for j in range(units):
        mean = logistic(products[j] + bias[j])
        change = abs(mean - means[j])
        most = change if change > most else most
        means[j] = mean
    return float(most)


@helper
def _sweep_means(gemm, layers, n_layers, work, fixed, changes, rows, run):
    """Update the means of all hidden layers once, for the rows that still change."""
    first, n_rows = rows
    for layer in range(1, n_layers + 1):
        units = layers[layer * LAYER_FIELDS + UNITS]
        if layer == 1:
            for i in range(first, first + n_rows):
                products, kept = work_of(work, i, units), work_of(fixed, i, units)
                for j in range(units):
                    products[j] = kept[j]
        else:
            multiply(gemm, layers, (layer, layer - 1), MEANS, rows, work, FROM_ZERO, run)
        if layer < n_layers:
            multiply(gemm, layers, (layer, layer + 1), MEANS, rows, work, FROM_C, run)
        for i in range(first, first + n_rows):
            if changes[2 * i] > 0.0:
                changes[2 * i + 1] = max(changes[2 * i + 1], _update_means(layers, layer, work, i))


@kernel
def settle(
    gemm: Callee, layers: Integers, n_layers: Count, work: Rows, fixed: Rows, changes: Doubles,
    most: Count, tol: Scalar, begin: int, end: int, run: int,
) -> None:
    """Means of the hidden layers given those of the visible one, by the mean-field equations.

    From the upward pass on, all layers are updated in turn until no mean of the row changes by
    ``tol``, or ``most`` times. ``changes`` has two numbers a row.
    """
    for first in range(begin, end, BLOCK):
        rows = first, min(BLOCK, end - first)
        _rise(gemm, layers, n_layers, work, fixed, rows, run)
        n_left, n_sweeps = rows[1] if n_layers > 1 else 0, 0
        for i in range(first, first + rows[1]):
            changes[2 * i] = 1.0
        while n_left > 0 and n_sweeps < most:
            for i in range(first, first + rows[1]):
                changes[2 * i + 1] = 0.0
            _sweep_means(gemm, layers, n_layers, work, fixed, changes, rows, run)
            n_left, n_sweeps = 0, n_sweeps + 1
            for i in range(first, first + rows[1]):
                if changes[2 * i] > 0.0 and changes[2 * i + 1] < tol:
                    changes[2 * i] = 0.0
                n_left += 1 if changes[2 * i] > 0.0 else 0


@helper(summing=True)
def _squared_error(products, bias, x, units):
    total = real(0.0)
    for j in range(units):
        error = logistic(products[j] + bias[j]) - x[j]
        total += error * error
    return float(total)


@kernel
def reconstruction_errors(
    gemm: Callee, layers: Integers, work: Rows, errors: Doubles, begin: int, end: int, run: int
) -> None:
    """Mean squared difference (rows) of the visible means and their mean given layer 1."""
    units, bias = layers[UNITS], biases_of(layers, 0, BIAS)
    for first in range(begin, end, BLOCK):
        rows = first, min(BLOCK, end - first)
        multiply(gemm, layers, (0, 1), MEANS, rows, work, FROM_ZERO, run)
        for i in range(first, first + rows[1]):
            x, products = numbers_of(layers, 0, MEANS, i), work_of(work, i, units)
            error = _squared_error(products, bias, x, units)
            errors[i] = error / units


@helper(summing=True)
def _inner(a, b, units):
    total = 0.0
    for j in range(units):
        total += float(a[j] * b[j])
    return total


@helper(summing=True)
def _entropy(means, units):
    """Entropy in nats of units of some means."""
    total = 0.0
    for j in range(units):
        mean = float(means[j])
        if 0.0 < mean < 1.0:
            total -= mean * np.log(mean) + (1.0 - mean) * np.log1p(-mean)
    return total


@kernel
def bounds(
    gemm: Callee, layers: Integers, n_layers: Count, work: Rows, bound: Doubles, begin: int,
    end: int, run: int,
) -> None:
    """Variational bound (rows) of the unnormalized log probability of the visible means."""
    for first in range(begin, end, BLOCK):
        rows = first, min(BLOCK, end - first)
        for i in range(first, first + rows[1]):
            x = numbers_of(layers, 0, MEANS, i)
            bound[i] = _inner(x, biases_of(layers, 0, BIAS), layers[UNITS])
        for layer in range(1, n_layers + 1):
            multiply(gemm, layers, (layer, layer - 1), MEANS, rows, work, FROM_ZERO, run)
            units, bias = layers[layer * LAYER_FIELDS + UNITS], biases_of(layers, layer, BIAS)
            for i in range(first, first + rows[1]):
                means, products = numbers_of(layers, layer, MEANS, i), work_of(work, i, units)
                bound[i] += _inner(means, products, units) + _inner(means, bias, units)
                bound[i] += _entropy(means, units)
