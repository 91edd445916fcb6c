"""What recurrent networks for classification and for regression share."""

from __future__ import annotations

import math

from ...data.series_samples import SeriesSamples
from ...layers import Conv1D
from ..base.architecture import Architecture, Task
from ..base.initial_weights import initial_weights
from ..base.network_estimator import NetworkEstimator
from ..base.output_layer import with_output_layer
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

    def _check_steps(self, task: Task) -> None:
        """Raise a ValueError unless y has a target for each step of X."""
        steps, owner = task.input_shape[0], type(self).__name__
        if task.output_shape[0] != steps:
            raise ValueError(
                f"{owner}: y has {task.output_shape[0]} targets a series, X has {steps} steps; with"
                " pooling=None there is one for each step"
            )

    def _architecture(self, task: Task) -> Architecture:
        pairs = make_layers(self)
        if self.pooling is None:
            self._check_steps(task)
            n_outputs = math.prod(task.output_shape) // task.input_shape[0]
            output = Conv1D(n_outputs, 1, initializer=self.initializer)
            pairs = [*pairs, ("output", output)]
        else:
            pairs = with_output_layer(
                pairs, task.input_shape, task.output_shape, task.link, self.initializer,
                type(self).__name__,
            )
        first = initial_weights(self, [name for name, _ in pairs])
        return Architecture.of(pairs, first_weights=first)
