"""Layers, the parts a network is built of."""

from ._activation import Activation
from ._apl import APL
from ._base import Layer
from ._batch_norm import BatchNorm
from ._contractive_dense import ContractiveDense
from ._conv1d import Conv1D
from ._conv2d import Conv2D
from ._conv2d_transpose import Conv2DTranspose
from ._corruption import MaskingNoise, SaltAndPepperNoise
from ._dense import Dense
from ._dropout import Dropout
from ._gaussian_noise import GaussianNoise
from ._gaussian_sampling import GaussianSampling
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
from ._sparsity import KLSparsity, L1Sparsity
from ._spatial_dropout import SpatialDropout
from ._transposed_dense import TransposedDense
from ._upsampling import UpSampling2D

__all__ = [
    "APL",
    "Activation",
    "AvgPool",
    "BatchNorm",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "ContractiveDense",
    "Dense",
    "Dropout",
    "Flatten",
    "GaussianNoise",
    "GaussianSampling",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "KLSparsity",
    "L1Sparsity",
    "Layer",
    "LayerNorm",
    "MaskingNoise",
    "MaxPool",
    "Maxout",
    "PReLU",
    "Parallel",
    "RReLU",
    "Reshape",
    "Residual",
    "SaltAndPepperNoise",
    "Scale",
    "Sequential",
    "SpatialDropout",
    "TransposedDense",
    "UpSampling2D",
    "VLReLU",
]
