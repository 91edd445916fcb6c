"""What the networks for tables share."""

from __future__ import annotations

from ...data.table_samples import TableSamples
from ..base.architecture import Architecture, Task
from ..base.network_estimator import NetworkEstimator
from ..base.sizes import check_sizes
from .layers import N_BINS, make_layers


class BaseTabular(NetworkEstimator):
    """Base of the estimators of tables."""

    _reads_nan = True
    _rows_of_auto = 256
    _plans_its_length = True
    _needs_dense = "tables are dense; use X.toarray()"

    def _check_parameters(self) -> None:
        check_sizes(self, "hidden_layer_sizes")

    def _samples(self) -> TableSamples:
        n_bins = N_BINS if self.numeric_embedding == "piecewise" else None
        return TableSamples(self, self.categorical_features, n_bins=n_bins)

    def _architecture(self, task: Task) -> Architecture:
        return Architecture.of(make_layers(self, task, self._samples()))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
