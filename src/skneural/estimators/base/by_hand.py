"""A perceptron whose weights were assigned, not fitted: what follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import NotFittedError

from ...data.numeric_targets import NumericTargets
from ...data.targets import ClassTargets
from ...training.record import TrainingRecord


def start_from_weights(estimator: Any, classes: Any = None) -> None:
    """Let `partial_fit`, or `fit` with `warm_start`, continue from assigned weights."""
    attributes = vars(estimator)
    if not estimator._shown.are_in(attributes) or "_record" in attributes:
        return
    if "_built" not in attributes and classes is not None:
        estimator.classes_ = np.unique(classes)
    estimator._shown.follow(estimator)
    estimator._record = TrainingRecord()


def units_of(estimator: Any) -> list[int]:
    """Return the units of the layers that a perceptron's weights are of.

    Raises
    ------
    ValueError
        If they are not matrices, begin with other features or end with other outputs.
    """
    owner, kernels = type(estimator).__name__, list(estimator.coefs_)
    if not kernels or len(kernels) != len(estimator.intercepts_):
        raise ValueError(
            f"{owner}: coefs_ has {len(kernels)} and intercepts_ has"
            f" {len(estimator.intercepts_)} entries; both need one a layer"
        )
    for place, kernel in enumerate(kernels):
        if len(np.shape(kernel)) != 2:
            raise ValueError(
                f"{owner}: coefs_[{place}] has the shape {np.shape(kernel)}, which has to be"
                " (n_inputs, n_units)"
            )
    shapes = [np.shape(kernel) for kernel in kernels]
    for name, (what, size) in {
        "n_layers_": ("coefs_ has the layers for", len(kernels) + 1),
        "n_features_in_": ("coefs_[0] has the rows for", shapes[0][0]),
        "n_outputs_": ("coefs_[-1] has the columns for", shapes[-1][1]),
    }.items():
        present = vars(estimator).get(name, size)
        if present != size:
            raise ValueError(f"{owner}: {name} is {present}, but {what} {size}")
    return [units for _, units in shapes]


def complete(estimator: Any) -> None:
    """Set what follows from weights assigned to a perceptron that was never fitted.

    In addition to ``coefs_`` and ``intercepts_`` a classifier needs ``classes_``, or scikit-learn's
    ``_label_binarizer``.

    Raises
    ------
    ValueError
        If they do not go together, or with the parameters.
    """
    if "_built" in vars(estimator):
        return
    estimator._validate_params()
    estimator._check_parameters()
    units = units_of(estimator)
    estimator.n_features_in_ = np.shape(estimator.coefs_[0])[0]
    estimator.n_outputs_ = units[-1]
    if is_classifier(estimator):
        estimator._targets = _targets_of(estimator)
        estimator.classes_ = estimator._targets.classes
    else:
        estimator._targets = NumericTargets((units[-1],) if units[-1] > 1 else ())
    smoothing = getattr(estimator, "label_smoothing", 0.0)
    estimator._loss = estimator._targets.loss(estimator.loss, smoothing, type(estimator).__name__)
    _check_link(estimator)
    estimator._built = estimator._architecture(estimator._task(), units[:-1]).kept()
    estimator.n_layers_ = len(units) + 1


def _targets_of(estimator: Any) -> ClassTargets:
    """Return the classes of the outputs of a classifier."""
    binarizer = getattr(estimator, "_label_binarizer", None)
    classes = getattr(estimator, "classes_", getattr(binarizer, "classes_", None))
    owner, n_outputs = type(estimator).__name__, estimator.n_outputs_
    if classes is None:
        raise NotFittedError(f"{owner}: coefs_ is set, but classes_ is not, which names the labels")
    classes = np.asarray(classes)
    link = getattr(estimator, "out_activation_", None)
    if n_outputs == 1:
        targets = ClassTargets("binary", classes)
    else:
        targets = ClassTargets("multilabel" if link == "logistic" else "multiclass", classes)
    wanted = (1, 2) if n_outputs == 1 else (n_outputs,)
    if classes.ndim != 1 or len(classes) not in wanted:
        raise ValueError(
            f"{owner}: classes_ has the shape {classes.shape}, but coefs_[-1] has the"
            f" {n_outputs} outputs of {max(2, n_outputs)} classes"
        )
    return targets


def _check_link(estimator: Any) -> None:
    link = estimator._loss.link
    present = getattr(estimator, "out_activation_", link)
    if present != link:
        raise ValueError(
            f"{type(estimator).__name__}: out_activation_ is {present!r}, but"
            f" loss={estimator.loss!r} predicts through {link!r}"
        )
    estimator.out_activation_ = link
