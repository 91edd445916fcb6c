"""What convolutional networks for series share."""

from __future__ import annotations

from ...data.series_samples import SeriesSamples
from ..base.architecture import Architecture, Task
from ..base.initial_weights import initial_weights
from ..base.layer_list import LayerList, named_layers
from ..base.network_estimator import NetworkEstimator
from ..base.output_layer import with_output_layer
from ..base.series_shape import check_series_shape
from .architectures import ARCHITECTURES


class BaseSeriesNet(NetworkEstimator):
    """Base of the estimators of convolutions over time."""

    _layer_list = LayerList("architecture")
    _rows_of_auto = 32
    _reads_nan = True
    _plans_its_length = True
    _needs_dense = "series are dense; use X.toarray()"

    def _check_parameters(self) -> None:
        self._layer_list.check(self)
        check_series_shape(self)

    def _samples(self) -> SeriesSamples:
        return SeriesSamples(
            self, self.series_shape, layers=self._fitted_layers,
            n_tokens=self._layer_list.n_tokens(self), missing=self.missing,
            normalizes=self.normalize is not None,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "mask"
        return tags

    def _architecture(self, task: Task) -> Architecture:
        if isinstance(self.architecture, str):
            pairs = named_layers(ARCHITECTURES[self.architecture]())
        else:
            pairs = self._layer_list.active(self)
        pairs = with_output_layer(
            pairs, task.input_shape, task.output_shape, task.link, self.initializer,
            type(self).__name__,
        )
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(pairs, first_weights=first)
