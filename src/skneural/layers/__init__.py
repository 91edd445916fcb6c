"""Layers, the parts a network is built of."""

from ._base import Layer
from .activation.activation import Activation
from .activation.apl import APL
from .activation.leaky import RReLU, VLReLU
from .activation.prelu import PReLU
from .activation.scale import Scale
from .attention.attention import Attention
from .composition.parallel import Parallel
from .composition.reshape import Flatten, Reshape
from .composition.residual import Residual
from .composition.sequential import Sequential
from .composition.shared import Shared
from .convolution.conv1d import Conv1D
from .convolution.conv1d_transpose import Conv1DTranspose
from .convolution.conv2d import Conv2D
from .convolution.conv2d_transpose import Conv2DTranspose
from .dense.contractive_dense import ContractiveDense
from .dense.dense import Dense
from .dense.maxout import Maxout
from .dense.transposed_dense import TransposedDense
from .embedding.embedding import Embedding
from .ensemble.ensemble_dense import EnsembleDense
from .ensemble.ensemble_scale import EnsembleScale
from .ensemble.packed_dense import PackedDense
from .noise.corruption import MaskingNoise, SaltAndPepperNoise
from .noise.dropout import Dropout
from .noise.gaussian_noise import GaussianNoise
from .noise.gaussian_sampling import GaussianSampling
from .noise.spatial_dropout import SpatialDropout
from .normalization.batch_norm import BatchNorm
from .normalization.layer_norm import LayerNorm
from .penalty.sparsity import KLSparsity, L1Sparsity
from .pooling.pool import AvgPool, GlobalAvgPool, GlobalMaxPool, MaxPool
from .pooling.upsampling import UpSampling1D, UpSampling2D
from .recurrent.bidirectional import Bidirectional
from .recurrent.gru import GRU
from .recurrent.jordan import JordanRNN
from .recurrent.last_step import LastStep
from .recurrent.lstm import LSTM
from .recurrent.simple_rnn import SimpleRNN
from .tabular.category_embedding import CategoryEmbedding
from .tabular.feature_scale import FeatureScale
from .tabular.parametric_activation import ParametricActivation
from .tabular.periodic_embedding import PeriodicEmbedding
from .tabular.piecewise_linear import PiecewiseLinear
from .tabular.robust_scale import RobustScale, robust_statistics
from .tabular.smooth_clip import SmoothClip

__all__ = [
    "APL",
    "GRU",
    "Activation",
    "Attention",
    "AvgPool",
    "BatchNorm",
    "Bidirectional",
    "CategoryEmbedding",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "ContractiveDense",
    "Dense",
    "Dropout",
    "Embedding",
    "EnsembleDense",
    "EnsembleScale",
    "FeatureScale",
    "Flatten",
    "GaussianNoise",
    "GaussianSampling",
    "GlobalAvgPool",
    "GlobalMaxPool",
    "JordanRNN",
    "KLSparsity",
    "L1Sparsity",
    "LSTM",
    "LastStep",
    "Layer",
    "LayerNorm",
    "MaskingNoise",
    "MaxPool",
    "Maxout",
    "PReLU",
    "PackedDense",
    "Parallel",
    "ParametricActivation",
    "PeriodicEmbedding",
    "PiecewiseLinear",
    "RReLU",
    "Reshape",
    "Residual",
    "RobustScale",
    "SaltAndPepperNoise",
    "Scale",
    "Sequential",
    "Shared",
    "SimpleRNN",
    "SmoothClip",
    "SpatialDropout",
    "TransposedDense",
    "UpSampling1D",
    "UpSampling2D",
    "VLReLU",
    "robust_statistics",
]
