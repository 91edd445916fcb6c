"""What recurrent networks for classification and for regression share."""

from __future__ import annotations

import numpy as np

from ...data.series_samples import SeriesSamples
from ..base.architecture import Architecture, Task
from ..base.initial_weights import initial_weights
from ..base.network_estimator import NetworkEstimator
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
            missing=self.missing, normalizes=self.normalize is not None,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "mask"
        return tags

    def _architecture(self, task: Task) -> Architecture:
        pairs = make_layers(self, task)
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(
            pairs, first_weights=first, of_steps=self.pooling is None
        )


def n_steps(estimator: BaseRecurrent, X: np.ndarray) -> int:
    """Return the steps of checked series that are all as long."""
    return X.shape[1] if X.ndim > 2 else estimator._samples().shape[0]
