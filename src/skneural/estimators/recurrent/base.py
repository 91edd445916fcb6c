"""What recurrent networks for classification and for regression share."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.series_samples import SeriesSamples
from ..base.architecture import Architecture, Task
from ..base.available import available_if
from ..base.initial_weights import initial_weights
from ..base.network_estimator import NetworkEstimator
from .attention import check_attends, weights_of
from .layers import check_layers, make_layers


class BaseRecurrent(NetworkEstimator):
    """Base of the recurrent estimators."""

    _rows_of_auto = 32
    _needs_dense = "series are dense; use X.toarray()"

    def _check_parameters(self) -> None:
        check_layers(self)

    def _samples(self) -> SeriesSamples:
        return SeriesSamples(
            self, self.series_shape, layers=self._fitted_layers, n_tokens=self.n_tokens,
            of_one_length=self.pooling is None,
        )

    def _architecture(self, task: Task) -> Architecture:
        pairs = make_layers(self, task)
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(pairs, first_weights=first)

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
