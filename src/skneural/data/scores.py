"""Accuracy and R2 in a few microseconds, for a score per epoch."""

import numpy as np


def accuracy(codes: np.ndarray, expected: np.ndarray, weight: np.ndarray | None) -> float:
    """Share of rows, or of their weight, with all codes correct.

    Parameters
    ----------
    codes, expected : ndarray of shape (n_samples, n_targets)
    weight : ndarray of shape (n_samples,) or None
    """
    right = np.all(codes == expected, axis=1)
    if weight is None:
        return float(right.mean())
    return float(np.average(right, weights=weight))


def r2(
    values: np.ndarray, expected: np.ndarray, weight: np.ndarray | None, pooled: bool = False
) -> float:
    """Coefficient of determination, averaged over outputs as scikit-learn's ``r2_score`` does.

    If ``pooled``, outputs are weighted by their variance.

    NaN when a value is not finite.

    Parameters
    ----------
    values, expected : ndarray of shape (n_samples, n_outputs)
    weight : ndarray of shape (n_samples,) or None
    """
    if not np.isfinite(values).all():
        return float("nan")
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=np.float64)
    expected = expected.astype(np.float64, copy=False)
    residual = weights @ (expected - values) ** 2
    mean = weights @ expected / weights.sum()
    total = weights @ (expected - mean) ** 2
    if pooled and total.any():
        return float(1 - residual.sum() / total.sum())
    constant = total == 0
    scores = 1 - residual / np.where(constant, 1.0, total)
    return float(np.where(constant, np.where(residual == 0, 1.0, 0.0), scores).mean())
