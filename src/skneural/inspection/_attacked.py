"""What attacks need of a classifier: how wrong it is about samples, and the way to worse."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy.special import expit, logsumexp, softmax
from sklearn.base import is_classifier

from .._naming import listed
from ..data.numbers import as_dense
from ._arguments import check_name
from ._pictures import network_of, pixel_range
from ._scored import Scored

Norm = Literal["inf", 2]
_NORMS = ("inf", 2)


class Attacked:
    """Samples, with the classes that predictions are to differ from, or to become.

    Parameters
    ----------
    estimator : object
        A fitted classifier with layers.
    X : array-like of shape (n_samples, ...)
    y, target : array-like of shape (n_samples,) or (n_samples, n_labels), or None
        What predictions are to differ from, and to become; one of them at most. None of them for
        the classes that are predicted.
    norm : {"inf", 2}
    owner : str
        Who asks, for errors.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, target: Any, norm: Any, owner: str):
        network_of(estimator, owner)
        kind = getattr(getattr(estimator, "_targets", None), "kind", None)
        if not is_classifier(estimator) or kind == "masks":
            raise TypeError(
                f"{owner}: estimator={type(estimator).__name__} does not predict a class for each"
                " sample; give a fitted classifier, of labels rather than masks"
            )
        check_name(owner, "norm", norm, _NORMS)
        if y is not None and target is not None:
            raise ValueError(f"{owner}: y and target exclude each other; give one of them")
        self._scored = Scored(estimator, X, None, owner)
        self.X, self.estimator = self._scored.X, self._scored.estimator
        self.pixel_range = pixel_range(estimator)
        self._sign = 1.0 if target is None else -1.0
        self._kind = kind
        name, given = ("y", y) if target is None else ("target", target)
        labels = self.estimator.predict(self.X) if given is None else given
        self._codes = self._encoded(labels, owner, name)

    def losses(self, X: np.ndarray) -> np.ndarray:
        """Return the logistic loss for changed samples, minus it for targets: (n_samples,)."""
        outputs, codes = self._scored.outputs(X).astype(np.float64), self._codes
        if self._kind == "multiclass":
            rows = np.arange(len(outputs))
            # not log_softmax, whose differences vanish where a class is certain
            others = np.where(np.arange(outputs.shape[1]) == codes, -np.inf, outputs)
            return self._sign * (logsumexp(others, axis=1) - outputs[rows, codes[:, 0]])
        return self._sign * np.logaddexp(0, (1 - 2 * codes) * outputs).sum(axis=1)

    def ascent(self, X: np.ndarray) -> np.ndarray:
        """Return the direction in which the losses grow fastest, in the shape of X.

        It is that of the gradient of the log loss, scaled so that it does not vanish where a class
        is certain.
        """
        outputs, codes = self._scored.outputs(X).astype(np.float64), self._codes
        if self._kind == "multiclass":
            own = np.arange(outputs.shape[1]) == codes
            slopes = softmax(np.where(own, -np.inf, outputs), axis=1) - own
        elif outputs.shape[1] == 1:
            slopes = 1 - 2 * codes
        else:
            slopes = expit(outputs) - codes
        return self._sign * self._scored.backward(X, slopes)

    def are_right(self, X: np.ndarray) -> np.ndarray:
        """Return for which changed samples the prediction is the class that was given."""
        predicted = self._encoded(self.estimator.predict(X), "", "y")
        return np.all(predicted == self._codes, axis=1)

    def rows(self, chosen: np.ndarray) -> Attacked:
        """Return the same for some of the samples."""
        part = object.__new__(Attacked)
        vars(part).update(vars(self), X=self.X[chosen], _codes=self._codes[chosen])
        return part

    def _encoded(self, labels: Any, owner: str, name: str) -> np.ndarray:
        """Return the numbers of classes, or labels as 0 and 1: (n_samples, n_columns).

        Raises
        ------
        ValueError
            For other classes than those of the fit, or not one for each sample.
        """
        classes, given = self.estimator.classes_, np.asarray(as_dense(labels))
        n_labels = len(classes) if self._kind == "multilabel" else None
        if given.ndim == 0:
            given = np.full(len(self.X), given)
        wanted = (len(self.X),) if n_labels is None else (len(self.X), n_labels)
        if owner and given.shape != wanted:
            raise ValueError(
                f"{owner}: {name} has the shape {given.shape}, where X has {len(self.X)} samples;"
                f" give an array of shape {wanted}"
            )
        if n_labels is not None:
            if owner and (given.dtype.kind not in "biuf" or not np.isin(given, (0, 1)).all()):
                raise ValueError(
                    f"{owner}: {name} of several labels must be 0 and 1, one column for each of"
                    f" {n_labels} labels, got {_first_other(given)!r}"
                )
            return (given > 0).astype(np.float64)
        known = np.isin(given, classes)
        if not known.all():
            raise ValueError(
                f"{owner}: {name}={given[~known].tolist()[0]!r} is no class of"
                f" {type(self.estimator).__name__}; the classes are {listed(classes.tolist(), 20)}"
            )
        return np.searchsorted(classes, given).reshape(-1, 1)


def _first_other(labels: np.ndarray) -> Any:
    """Return the first label that is neither 0 nor 1."""
    return next(each for each in labels.ravel().tolist() if each not in (0, 1))


def bounds_for(attacked: Attacked, bounds: Any, owner: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest number that each of X may become.

    They are infinite where there are no bounds. Numbers that are beyond them may stay so.

    Raises
    ------
    ValueError
        If these are no two numbers, the lower one first.
    """
    if isinstance(bounds, str) and bounds == "auto":
        bounds = attacked.pixel_range
    if bounds is None:
        bounds = -np.inf, np.inf
    try:
        low, high = (float(each) for each in bounds)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low < high:
        raise ValueError(
            f"{owner}: bounds={bounds!r} must be two numbers, the lower one first, None or 'auto'"
        )
    return np.minimum(low, attacked.X), np.maximum(high, attacked.X)


def of_length_one(steps: np.ndarray, norm: Norm) -> np.ndarray:
    """Return steps of each sample scaled to a length of 1; their signs for the norm "inf"."""
    if norm == "inf":
        return np.sign(steps)
    lengths = _lengths(steps)
    return steps / np.where(lengths > 0, lengths, 1)


def in_ball(changes: np.ndarray, epsilon: float, norm: Norm) -> np.ndarray:
    """Return the changes nearest to some, each sample's of length ``epsilon`` at most."""
    if norm == "inf":
        return np.clip(changes, -epsilon, epsilon)
    lengths = _lengths(changes)
    return changes * np.minimum(1, epsilon / np.where(lengths > 0, lengths, 1))


def _lengths(values: np.ndarray) -> np.ndarray:
    """Return the Euclidean length of each sample, to divide by."""
    rows = values.reshape(len(values), -1).astype(np.float64)
    return np.linalg.norm(rows, axis=1).reshape(-1, *[1] * (values.ndim - 1))
