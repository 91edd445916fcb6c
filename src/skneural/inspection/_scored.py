"""Samples whose outputs for some targets are followed while the samples change."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np

from ..data.checks import named
from ..data.numbers import as_dense, check_numbers
from ..data.numeric_targets import InputTargets
from ..data.ragged import check_makes_one_array
from ..data.scaled_targets import ScaledTargets
from ..estimators.base.layer_access import check_has_layers
from ._input_gradient import GradientFunction
from ._network_function import NetworkFunction, check_has_network
from ._output_targets import by_raw, score_slopes

_MOST_NUMBERS = 1 << 24  # of changed samples at a time


class Scored:
    """The output of a target for each sample of X, and for changed ones in its place.

    Numbers that a regressor predicts are not cut at the range of its targets.

    Parameters
    ----------
    estimator : object
        Fitted, with a network.
    X : array-like of shape (n_samples, ...)
        Numbers, all samples of one shape.
    target : label, int, array-like of shape (n_samples,) or None
        As of `input_gradient`; None is settled by X as it is.
    owner : str
        Who asks, for errors.

    Attributes
    ----------
    estimator : NetworkEstimator
        A copy that expects no names of features and no range of numbers.
    X : ndarray of shape (n_samples, ...), the network's dtype
    """

    def __init__(self, estimator: Any, X: Any, target: Any, owner: str):
        check_has_network(estimator, owner)
        check_has_layers(estimator)
        check_makes_one_array(X, f"{owner}: X")
        check_numbers(X, f"{owner}: X")
        with named(owner):
            NetworkFunction(estimator, X, owner)  # raises what is wrong with X
        dtype = estimator._weights()[0].dtype
        try:
            self.X = np.array(as_dense(X), dtype, order="C")
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{owner}: X has categories or texts, which cannot be changed little by little;"
                " encode them as numbers before the fit"
            ) from error
        _check_is_known(self.X, X, estimator, owner)
        self.estimator = of_any_numbers(estimator)
        self._function = GradientFunction(self.estimator, self.X, owner)
        self._components: np.ndarray | None = None
        self._gives_back = isinstance(self.estimator._targets, InputTargets)
        if not self._gives_back:
            self._slopes = score_slopes(self._function, target, "score", owner)
            self._by_raw = by_raw(self._function, "score")
        elif target is not None:
            self._components = self._function.components(target)

    @property
    def at_once(self) -> int:
        """How many changed samples are to be made at a time."""
        return max(1, _MOST_NUMBERS // max(1, self.X[:1].size))

    def outputs(self, X: np.ndarray) -> np.ndarray:
        """Return the raw outputs for samples, float64: (n_samples, n_outputs)."""
        self._function.move_to(X)
        return self._function.outputs.raw

    def scores(self, X: np.ndarray, rows: Any = slice(None)) -> np.ndarray:
        """Return the outputs of targets for changed samples, float64.

        Parameters
        ----------
        X : ndarray of shape (n, ...)
        rows : index
            Of which sample of X of the constructor each is a changed one.
        """
        self._function.move_to(X)
        if self._gives_back:
            return self._function.autoencoder_scores(self._components_of(rows))
        outputs = self._function.outputs
        values = outputs.raw if self._by_raw else outputs.predictions
        return (values * self._slopes[rows]).sum(axis=1)

    def gradients(self, X: np.ndarray, rows: Any = slice(None)) -> np.ndarray:
        """Return the gradients of `scores` by changed samples, in their shape."""
        self._function.move_to(X)
        if self._gives_back:
            return self._function.gradient(self._components_of(rows))
        return self._function.outputs_backward(self._slopes[rows], self._by_raw)

    def backward(self, X: np.ndarray, slopes: np.ndarray) -> np.ndarray:
        """Return gradients by samples from those by their raw outputs."""
        self._function.move_to(X)
        return self._function.outputs_backward(slopes, of_raw=True)

    def _components_of(self, rows: Any) -> np.ndarray | None:
        return None if self._components is None else self._components[rows]


def of_any_numbers(estimator: Any) -> Any:
    """Return a copy of an estimator that expects no names of features and no range of numbers."""
    found = copy.copy(estimator)
    for name in ("feature_names_in_", "_value_range"):
        vars(found).pop(name, None)
    if isinstance(found._targets, ScaledTargets):
        found._targets = replace(found._targets, bounds=None)
    return found


def _check_is_known(numbers: np.ndarray, X: Any, estimator: Any, owner: str) -> None:
    """Raise a ValueError for missing numbers, which cannot be changed little by little."""
    missing = np.isnan(numbers).reshape(len(numbers), -1).any(axis=0)
    if not missing.any():
        return
    columns = getattr(X, "columns", getattr(estimator, "feature_names_in_", None))
    place = int(missing.argmax())
    name = place if columns is None else list(columns)[place]
    raise ValueError(
        f"{owner}: X has missing numbers in column {name!r}, which cannot be changed little by"
        " little; fill them in, leave out such rows, or use input_gradient, NaN there alone"
    )


def baseline_for(X: np.ndarray, baseline: Any, owner: str) -> np.ndarray:
    """Return a baseline in the shape of X.

    Raises
    ------
    ValueError
        If it has another shape, or numbers that are not finite.
    """
    try:
        values = np.asarray(baseline, X.dtype)
        found = np.broadcast_to(values, X.shape)
    except (TypeError, ValueError):
        raise ValueError(
            f"{owner}: baseline={str(baseline)[:40]} must be a number, or numbers in the shape"
            f" {X.shape[1:]} of a sample or {X.shape} of X"
        ) from None
    if not np.isfinite(values).all():
        raise ValueError(f"{owner}: baseline has NaN or infinite numbers; give finite ones")
    return found
