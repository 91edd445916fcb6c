"""Layers, the parts a network is built of."""

from ._activation import Activation
from ._base import Layer
from ._batch_norm import BatchNorm
from ._dense import Dense
from ._dropout import Dropout
from ._layer_norm import LayerNorm

__all__ = ["Activation", "BatchNorm", "Dense", "Dropout", "Layer", "LayerNorm"]
