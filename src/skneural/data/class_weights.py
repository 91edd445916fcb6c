"""The parameter `class_weight`: the weights of classes and rows."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse
from sklearn.utils import compute_class_weight

from .mask_targets import MaskTargets
from .targets import ClassTargets


def class_weights(
    targets: ClassTargets | MaskTargets,
    class_weight: Any,
    y: Any,
    sample_weight: np.ndarray | None,
    owner: str,
) -> np.ndarray:
    """Return the weight of each class, for multilabel targets of 0 and 1 of each label.

    Parameters
    ----------
    targets : ClassTargets or MaskTargets
    class_weight : dict, list of dict or "balanced"
    y : {ndarray, sparse matrix} of shape (n_samples,), (n_samples, n_labels) or (n_samples, ...)
    sample_weight : ndarray of shape (n_samples,) or None
        Weights of the rows in the classes' frequencies, as if rows were repeated.
    owner : str
        The estimator's name, for errors.

    Returns
    -------
    weights : ndarray of shape (n_classes,) or (n_labels, 2)
    """
    if targets.kind == "multilabel":
        weights = _label_weights(len(targets.classes), class_weight, y, sample_weight, owner)
    elif isinstance(class_weight, str):
        weights = _balanced(targets.counts(y, sample_weight))
    else:
        classes = targets.classes
        _check_keys(classes, class_weight, owner)
        weights = compute_class_weight(class_weight, classes=classes, y=classes)
    if targets.kind == "masks" and not weights.any():
        raise ValueError(f"{owner}: class_weight={class_weight!r} is zero for every class")
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError(
            f"{owner}: class_weight={class_weight!r} has a weight that is negative or not finite"
        )
    return weights


def row_weights(targets: ClassTargets, weights: np.ndarray, y: Any) -> np.ndarray:
    """Return the weight of each row by its classes, ndarray of shape (n_samples,)."""
    if targets.kind != "multilabel":
        return weights[np.searchsorted(targets.classes, y)]
    labels = np.arange(len(targets.classes))
    return weights[labels, _zeros_and_ones(y)].prod(axis=1)


def _balanced(counts: np.ndarray) -> np.ndarray:
    """Return weights that give each class the same sum, and 1 for classes without weight.

    As scikit-learn's `compute_class_weight`, except that classes whose rows all have weight zero
    are not counted.
    """
    weights, present = np.ones(len(counts)), counts > 0
    weights[present] = counts.sum() / (present.sum() * counts[present])
    return weights


def _label_weights(
    n_labels: int, class_weight: Any, y: Any, sample_weight: np.ndarray | None, owner: str
) -> np.ndarray:
    columns = _zeros_and_ones(y).T
    if isinstance(class_weight, str):
        counts = (np.bincount(column, sample_weight, minlength=2) for column in columns)
        return np.array([_balanced(each) for each in counts])
    if not (isinstance(class_weight, list) and len(class_weight) == n_labels):
        raise ValueError(
            f"{owner}: class_weight={class_weight!r}: multilabel targets need 'balanced' or a"
            f" list of {n_labels} dicts, one for each label"
        )
    weights = np.ones((n_labels, 2))
    for label, column in enumerate(columns):
        present = np.unique(column)
        weights[label, present] = compute_class_weight(
            class_weight[label], classes=present, y=column
        )
    return weights


def _zeros_and_ones(y: Any) -> np.ndarray:
    dense = y.toarray() if sparse.issparse(y) else np.asarray(y)
    return (dense > 0).astype(int)


def _check_keys(classes: np.ndarray, class_weight: Any, owner: str) -> None:
    """As in scikit-learn, unknown keys are an error where some class has no weight."""
    if isinstance(class_weight, list):
        raise ValueError(
            f"{owner}: class_weight={class_weight!r}: a list is for multilabel targets"
        )
    known = classes.tolist()
    unknown = [label for label in class_weight if label not in known]
    if unknown and any(label not in class_weight for label in known):
        raise ValueError(
            f"{owner}: class_weight has weights of classes {unknown}, which are not among"
            f" the classes {known}"
        )
