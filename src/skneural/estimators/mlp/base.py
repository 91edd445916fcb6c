"""What the multi-layer perceptrons share: dense layers and their initial weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...data.rows import Rows
from ...network.network import Network
from ..base.architecture import Architecture, Task
from ..base.network_estimator import NetworkEstimator
from ..base.weights import ListedWeights
from .initial_encoder import set_initial_encoder
from .layers import check_layers, make_layers


class BaseMLP(NetworkEstimator):
    """Dense layers of `hidden_layer_sizes`."""

    _spreads_rows = False
    _shown = ListedWeights()

    def _check_parameters(self) -> None:
        check_layers(self)

    def _architecture(self, task: Task, hidden: Sequence[int] | None = None) -> Architecture:
        encoder, owner = self.initial_encoder, type(self).__name__

        def begin_as_encoder(network: Network, rows: Rows, _: np.random.RandomState) -> None:
            shown = self._shown.show(network, [])
            kernels, biases = shown["coefs_"][:-1], shown["intercepts_"][:-1]
            set_initial_encoder(encoder, kernels, biases, owner)

        activation = self.activation
        return Architecture.of(
            make_layers(self, task.output_shape[0], hidden),
            activation=activation if isinstance(activation, str) else "identity",
            first_weights=() if encoder is None else (begin_as_encoder,),
        )
