"""The architecture of an autoencoder: its layers, tied weights and pretraining."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...data.rows import Rows
from ...network.network import Network
from ..base.architecture import Architecture, Task
from .layers import make_autoencoder
from .pretraining import pretrain_layerwise


def autoencoder_architecture(estimator: Any, task: Task) -> Architecture:
    """Return the architecture that the parameters of an estimator stand for.

    Raises
    ------
    ValueError
        If layers do not fit each other or the data.
    """
    layers, activation = make_autoencoder(estimator, task), estimator.activation
    ends_with = layers.pairs[-1][1].activation_names[-1:] if task.link == "identity" else []

    def pretrain(network: Network, rows: Rows, random_state: np.random.RandomState) -> bool:
        return pretrain_layerwise(estimator, network, rows.alone(), random_state)

    return Architecture.of(
        layers.pairs,
        n_encoder=len(layers.encoder),
        shared=layers.shared_kernels(),
        activation=activation if isinstance(activation, str) else "identity",
        out_activation=ends_with[0] if ends_with else None,
        first_weights=() if estimator.pretraining is None else (pretrain,),
    )
