"""GMDH in plain NumPy, by least squares on rows: slow, and nothing but the definitions."""

from itertools import combinations

import numpy as np

N_TERMS = {"linear": 3, "bilinear": 4, "quadratic": 6}


def terms(a, b, neuron):
    """The terms of a neuron as columns."""
    return np.column_stack([np.ones_like(a), a, b, a * b, a * a, b * b])[:, : N_TERMS[neuron]]


def fit(T, y, weight, least=0.01, alpha=0.0):
    """Coefficients of the terms that those before them leave a share of, by least squares."""
    root = np.sqrt(weight)[:, None]
    kept = []
    for j in range(T.shape[1]):
        column, before = root[:, 0] * T[:, j], root * T[:, kept]
        if kept:
            column = column - before @ np.linalg.lstsq(before, column, rcond=None)[0]
        if column @ column > least * (root[:, 0] * T[:, j]) @ (root[:, 0] * T[:, j]):
            kept.append(j)
    A = root * T[:, kept]
    size = np.array([alpha * (A[:, k] @ A[:, k]) if j else 0.0 for k, j in enumerate(kept)])
    ridge = np.diag(np.sqrt(size))
    found = np.zeros(T.shape[1])
    found[kept] = np.linalg.lstsq(
        np.concatenate([A, ridge]), np.concatenate([root[:, 0] * y, np.zeros(len(kept))]),
        rcond=None,
    )[0]
    return found


def judged(T, y, weights, criterion, n_coefficients, **how):
    """The criterion of a polynomial of some terms, and its coefficients."""
    first, second = weights
    both = first + second
    a, b = fit(T, y, first, **how), fit(T, y, second, **how)
    c = a if criterion == "regularity" else fit(T, y, both, **how)
    total = both @ y**2
    if criterion == "regularity":
        return second @ (y - T @ a) ** 2 / (second @ y**2), c
    if criterion == "cross_validation":
        return (second @ (y - T @ a) ** 2 + first @ (y - T @ b) ** 2) / total, c
    if criterion == "unbiasedness":
        return both @ (T @ (a - b)) ** 2 / total, c
    return both @ (y - T @ c) ** 2 / total * np.exp(2 * n_coefficients / both.sum()), c


def search(Z, y, weights, neuron, criterion, n_best, tol=0.01, max_layers=10, keep_inputs=True):
    """The output of the best polynomial for each row, and the best criterion by layer."""
    inputs = [(column, frozenset()) for column in Z.T]
    columns, best, curve, n_made = inputs, (np.inf, None), [], 0
    for _ in range(max_layers):
        found = []
        for (a, of_a), (b, of_b) in combinations(columns, 2):
            if columns is not inputs and not of_a | of_b:
                continue
            n_coefficients = N_TERMS[neuron] * (1 + len(of_a | of_b))
            T = terms(a, b, neuron)
            value, c = judged(T, y, weights, criterion, n_coefficients)
            found.append((value, T @ c, of_a | of_b))
        found = sorted(found, key=lambda each: each[0])[:n_best]
        is_better = found[0][0] < (1 - tol) * best[0]
        best = found[0][:2] if is_better else best
        curve.append(best[0])
        if not is_better:
            break
        new = [(z, of_z | {n_made + n}) for n, (_, z, of_z) in enumerate(found)]
        n_made += len(new)
        columns = (inputs if keep_inputs else []) + new
    return best[1], curve
