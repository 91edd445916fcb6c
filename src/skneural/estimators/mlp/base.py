"""What the multi-layer perceptrons share: dense layers of sizes, and how they start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils._param_validation import HasMethods

from ...layers import Layer
from ...network.network import Network
from ..base.estimator import BaseNeuralNetwork
from ..base.layer_access import LayerAccess
from ..base.weights import ListedWeights
from .initial_encoder import set_initial_encoder
from .layers import LAYER_CONSTRAINTS, check_layers, make_layers


class BaseMLP(LayerAccess, ListedWeights, BaseNeuralNetwork):
    """Dense layers of `hidden_layer_sizes`."""

    _spreads_rows = False
    initial_encoder: Any
    _parameter_constraints: dict = {
        **LAYER_CONSTRAINTS,
        **BaseNeuralNetwork._parameter_constraints,
        "initial_encoder": [HasMethods(["fit", "transform"]), None],
    }

    def _check_parameters(self) -> None:
        check_layers(self)

    def _make_layers(self, hidden: Sequence[int] | None = None) -> list[Layer]:
        pairs = make_layers(self, self.n_outputs_, hidden)
        self._layer_names = [name for name, _ in pairs]
        return [layer for _, layer in pairs]

    def _initialize(self, network: Network, random_state: np.random.RandomState) -> None:
        super()._initialize(network, random_state)
        if self.initial_encoder is not None:
            shown, owner = self._show_weights(network), type(self).__name__
            hidden = (shown["coefs_"][:-1], shown["intercepts_"][:-1])
            set_initial_encoder(self.initial_encoder, *hidden, owner)
