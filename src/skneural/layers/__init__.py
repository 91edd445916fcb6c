"""Layers, the parts a network is built of."""

from ._base import Layer
from .activation.activation import Activation
from .activation.apl import APL
from .activation.leaky import RReLU, VLReLU
from .activation.prelu import PReLU
from .activation.scale import Scale
from .composition.parallel import Parallel
from .composition.reshape import Flatten, Reshape
from .composition.residual import Residual
from .composition.sequential import Sequential
from .composition.shared import Shared
from .convolution.conv1d import Conv1D
from .convolution.conv2d import Conv2D
from .convolution.conv2d_transpose import Conv2DTranspose
from .dense.contractive_dense import ContractiveDense
from .dense.dense import Dense
from .dense.maxout import Maxout
from .dense.transposed_dense import TransposedDense
from .noise.corruption import MaskingNoise, SaltAndPepperNoise
from .noise.dropout import Dropout
from .noise.gaussian_noise import GaussianNoise
from .noise.gaussian_sampling import GaussianSampling
from .noise.spatial_dropout import SpatialDropout
from .normalization.batch_norm import BatchNorm
from .normalization.layer_norm import LayerNorm
from .penalty.sparsity import KLSparsity, L1Sparsity
from .pooling.pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from .pooling.upsampling import UpSampling2D

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
    "Shared",
    "SpatialDropout",
    "TransposedDense",
    "UpSampling2D",
    "VLReLU",
]
