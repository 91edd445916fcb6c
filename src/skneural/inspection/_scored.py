"""Samples whose outputs for some targets are followed while the samples change."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.base import is_classifier

from ..data.checks import named
from ..data.numbers import as_dense, check_numbers
from ..estimators.base import predictor as _predictor
from ..estimators.base.large_data import rows_to_predict
from ..network.input_gradients import InputGradients
from ._pictures import network_of

MOST_NUMBERS = 1 << 24  # of changed samples at a time


class Scored:
    """The output of a target for each sample of X, and for changed ones in its place.

    Parameters
    ----------
    estimator : object
        Fitted, with layers.
    X : array-like of shape (n_samples, ...)
        Numbers, all samples of one shape.
    target : label, int, array-like of shape (n_samples,) or None
        As of `input_gradient`; None is settled by X as it is.
    owner : str
        Who asks, for errors.

    Attributes
    ----------
    X : ndarray of shape (n_samples, ...), the network's dtype
    target : ndarray of shape (n_samples,) or None
    """

    def __init__(self, estimator: Any, X: Any, target: Any, owner: str):
        estimator = network_of(estimator, owner)
        self._network = _predictor.predictor(estimator)
        with named(owner):
            rows_to_predict(estimator, X, self._network.dtype)  # raises what is wrong with X
            check_numbers(X, "X")
            self.X = np.array(as_dense(X), self._network.dtype, order="C")
            self.estimator = copy.copy(estimator)
            vars(self.estimator).pop("feature_names_in_", None)  # changed samples have no names
            self.target = target
            if target is None and is_classifier(estimator):
                self.target = self.estimator.predict(self.X)
            self._gradients = InputGradients(self._network, estimator.n_jobs)
            self._slopes = output_slopes(self.estimator, self.outputs(self.X), self.target)

    @property
    def at_once(self) -> int:
        """How many changed samples are to be made at a time."""
        return max(1, MOST_NUMBERS // max(1, self.X[:1].size))

    def outputs(self, X: np.ndarray) -> np.ndarray:
        """Return the raw outputs for samples: (n_samples, n_outputs)."""
        rows = rows_to_predict(self.estimator, X, self._network.dtype)
        return self._network.predict(rows, n_jobs=self.estimator.n_jobs, raw=True)

    def scores(self, X: np.ndarray, rows: Any = slice(None)) -> np.ndarray:
        """Return the outputs of targets for changed samples, float64.

        Parameters
        ----------
        X : ndarray of shape (n, ...)
        rows : index
            Of which sample of X of the constructor each is a changed one.
        """
        outputs = self.outputs(X).astype(np.float64)
        return (outputs * self._slopes[rows]).sum(axis=1)

    def gradients(self, X: np.ndarray, rows: Any = slice(None)) -> np.ndarray:
        """Return the gradients of `scores` by changed samples, in their shape."""
        return self.backward(X, self._slopes[rows])

    def backward(self, X: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Return gradients by changed samples from those by their raw outputs."""
        rows = rows_to_predict(self.estimator, X, self._network.dtype)
        return self._gradients.backward(rows, {-1: slopes}).reshape(X.shape)


def output_slopes(estimator: Any, outputs: np.ndarray, target: Any) -> np.ndarray:
    """Return the gradient of the target by the raw outputs: (n_samples, n_outputs)."""
    slopes = np.zeros(outputs.shape)
    if is_classifier(estimator):
        codes = np.searchsorted(estimator.classes_, np.broadcast_to(target, len(outputs)))
        if outputs.shape[1] == 1:
            return (2.0 * codes - 1).reshape(-1, 1)
        slopes[np.arange(len(outputs)), codes] = 1
        return slopes
    slopes[:, target or 0] = 1
    return slopes
