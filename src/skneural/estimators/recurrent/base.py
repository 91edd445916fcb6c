"""What recurrent networks for classification and for regression share."""

from __future__ import annotations

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
            of_one_length=self.pooling is None,
        )

    def _architecture(self, task: Task) -> Architecture:
        pairs = make_layers(self, task)
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(pairs, first_weights=first)
