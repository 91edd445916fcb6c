"""Layers, the parts a network is built of."""

from ._activation import Activation
from ._apl import APL
from ._base import Layer
from ._batch_norm import BatchNorm
from ._conv1d import Conv1D
from ._conv2d import Conv2D
from ._conv2d_transpose import Conv2DTranspose
from ._dense import Dense
from ._dropout import Dropout
from ._gaussian_noise import GaussianNoise
from ._layer_norm import LayerNorm
from ._leaky import RReLU, VLReLU
from ._maxout import Maxout
from ._parallel import Parallel
from ._pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from ._prelu import PReLU
from ._reshape import Flatten, Reshape
from ._residual import Residual
from ._scale import Scale
from ._sequential import Sequential
from ._spatial_dropout import SpatialDropout
from ._upsampling import UpSampling2D

__all__ = [
    "APL",
    "Activation",
    "AvgPool",
    "BatchNorm",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "Layer",
    "LayerNorm",
    "MaxPool",
    "Maxout",
    "PReLU",
    "Parallel",
    "RReLU",
    "Reshape",
    "Residual",
    "Scale",
    "Sequential",
    "SpatialDropout",
    "UpSampling2D",
    "VLReLU",
]
