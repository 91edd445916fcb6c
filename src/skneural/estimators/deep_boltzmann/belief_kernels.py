"""Kernels of rows for deep belief nets that generate: units, label units, local errors."""

from __future__ import annotations

import numpy as np

from ...engine.fields import Count, Flag, Reals, Row, RowKey, RowWeight
from ...engine.kernels import row_kernel
from ...engine.math import logistic
from ...engine.primitives import real
from ...engine.random import uniform


@row_kernel
def find_means(z: Row, is_binary: Flag, columns: Count) -> None:
    """Means (n) of units in place of their inputs, which are the means of real-valued units."""
    for j in range(columns):
        z[j] = logistic(z[j]) if is_binary else z[j]


@row_kernel
def draw_states(means: Row, states: Row, key: RowKey, columns: Count) -> None:
    """States (n) of units: 1 with the probabilities of means (n), else 0."""
    for j in range(columns):
        states[j] = real(1.0) if uniform(key, j) < means[j] else real(0.0)


@row_kernel(summing=True)
def find_label_means(z: Row, columns: Count) -> None:
    """Probabilities (m) of labels in place of inputs; one unit alone is on or off."""
    if columns == 1:
        z[0] = logistic(z[0])
    else:
        most, total = z[0], real(0.0)
        for j in range(columns):
            most = z[j] if z[j] > most else most
        for j in range(columns):
            z[j] = np.exp(z[j] - most)
            total += z[j]
        for j in range(columns):
            z[j] /= total


@row_kernel
def set_label_units(code: Row, units: Row, columns: Count) -> None:
    """States (m) of label units of a row's class, given by its number; one alone is the number."""
    for label in range(columns):
        is_on = code[0] == real(label) if columns > 1 else code[0] > real(0.5)
        units[label] = real(1.0) if is_on else real(0.0)


@row_kernel
def add_labels(z: Row, labels: Row, kernel: Reals, columns: Count, n_labels: Count) -> None:
    """Inputs (n) += what labels (m) add by their weights (n, m)."""
    for j in range(columns):
        total = real(0.0)
        for label in range(n_labels):
            total += labels[label] * kernel[j * n_labels + label]
        z[j] += total


@row_kernel
def find_errors(
    means: Row, targets: Row, errors: Row, weight: RowWeight, columns: Count
) -> None:
    """Errors (n) = means less targets, times the weight of the row; may replace the means."""
    factor = real(weight)
    for j in range(columns):
        errors[j] = factor * (means[j] - targets[j])


@row_kernel
def weigh(numbers: Row, result: Row, weight: RowWeight, sign: Reals, columns: Count) -> None:
    """Result (n) = numbers (n) times the weight of the row, and a sign."""
    factor = real(weight) * sign[0]
    for j in range(columns):
        result[j] = factor * numbers[j]
