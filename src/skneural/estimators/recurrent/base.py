"""What recurrent networks for classification and for regression share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from ...data.series_samples import SeriesSamples
from ..base.architecture import Architecture, Task
from ..base.available import available_if
from ..base.initial_weights import initial_weights
from ..base.network_estimator import NetworkEstimator
from .attention import check_attends, weights_of
from .layers import check_layers, make_layers
from .streaming import initial_state, outputs_of_step


class BaseRecurrent(NetworkEstimator):
    """Base of the recurrent estimators."""

    _rows_of_auto = 32
    _reads_nan = True
    _needs_dense = "series are dense; use X.toarray()"

    def _check_parameters(self) -> None:
        check_layers(self)

    def _samples(self) -> SeriesSamples:
        return SeriesSamples(
            self, self.series_shape, layers=self._fitted_layers, n_tokens=self.n_tokens,
            missing=self.missing, normalizes=self.normalize is not None,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "mask"
        return tags

    def initial_state(self, n_series: int = 1) -> list[np.ndarray]:
        """Return the state of series before their first steps, for `step`.

        Parameters
        ----------
        n_series : int, default=1
            How many series go on together.

        Returns
        -------
        state : list of ndarray of shape (n_series, units)
            Zeros: the state of each recurrent layer, followed by the cells of an LSTM.

        Raises
        ------
        ValueError
            If the network needs whole series: with ``bidirectional=True`` or a pooling over steps.
        NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(self)
        return initial_state(self, n_series)

    def step(
        self, x: ArrayLike, state: list[np.ndarray] | None = None
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Take the next step of series that come step by step, as from a sensor.

        The outputs are those of whole series up to this step, to the bit, but only the step is
        computed. Any number of series goes on with any number of states.

        Parameters
        ----------
        x : array-like of shape (n_series, n_features), or (n_series,) for one feature or token ids
            The step of each series.
        state : list of ndarray of shape (n_series, units) or None, default=None
            From the step before; it is not changed. None is that of `initial_state`.

        Returns
        -------
        outputs : ndarray of shape (n_series, n_classes), (n_series,) or (n_series, n_outputs)
            The probability of each class, as `predict_proba`, or with ``loss="hinge"`` what
            `decision_function` returns; or predicted values.
        state : list of ndarray of shape (n_series, units)
            After the step.

        Raises
        ------
        ValueError
            As `initial_state`, and for steps or states of other shapes.
        """
        check_is_fitted(self)
        return outputs_of_step(self, x, state)

    def _architecture(self, task: Task) -> Architecture:
        pairs = make_layers(self, task)
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(
            pairs, first_weights=first, of_steps=self.pooling is None
        )

    @available_if(check_attends)
    def attention_weights(self, X: Any) -> np.ndarray | list[np.ndarray]:
        """Return the weights of the steps in the mean that `pooling` "attention" takes.

        Parameters
        ----------
        X : array-like of shape (n_samples, time, features), list of arrays or table
            Series, as for `predict`.

        Returns
        -------
        weights : ndarray of shape (n_samples, time), or list of ndarray of shape (time_i,)
            A list where lengths differ. The weights of a series sum to 1.

        Raises
        ------
        AttributeError
            With another pooling.
        ValueError
            If X cannot be read, or the fit had another pooling.
        """
        return weights_of(self, X)


def n_steps(estimator: BaseRecurrent, X: np.ndarray) -> int:
    """Return the steps of checked series that are all as long."""
    return X.shape[1] if X.ndim > 2 else estimator._samples().shape[0]
