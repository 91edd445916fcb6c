"""The parameters of convolutional networks."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ..._parameters import parameter, parameter_group
from ...activations import Activation
from ...augmentation import Augmentation
from ...initializers import Initializer
from ...training.parameters import TrainingParameters
from ..base.parameters import INITIAL_WEIGHTS, RESCALE, ClassifierParameters
from .architectures import ARCHITECTURES
from .architectures.stack import NORMALIZATIONS, POOLINGS

_COUNT = Interval(Integral, 1, None, closed="left")


@parameter_group
class ConvNetParameters(TrainingParameters):
    """Parameters of convolutional networks."""

    filters: int | Sequence[int] | np.ndarray = parameter(
        default=(32, 64), constraint=["array-like", _COUNT], kw_only=False,
        text="""int or array-like of shape (n_convolutions,)
        Filters of each convolution; with "fast", of each block of two.""")
    kernel_size: int | Sequence[int] = parameter(
        default=3, constraint=[tuple, list, _COUNT], kw_only=False, text="""int or tuple of two
        Height and width of a filter, in all convolutions.""")
    strides: int | Sequence[int] = parameter(
        default=1, constraint=[tuple, list, _COUNT], text="""int or tuple of two
        Pixels between neighbouring positions of a filter.""")
    padding: str | int = parameter(
        default="same",
        constraint=[StrOptions({"same", "valid"}), Interval(Integral, 0, None, closed="left")],
        text="""{"same", "valid"} or int
        Zero padding before a convolution: as much as preserves the size, none, or this number of
        pixels at each side. Filters that are larger than the image, including the padding if
        that is a number, are reduced to its size.""")
    pooling: str | None = parameter(
        default="max", constraint=[StrOptions(set(POOLINGS)), None],
        text="""{"max", "average"} or None
        Pooling after each convolution.""")
    pool_size: int | Sequence[int] = parameter(
        default=2, constraint=[tuple, list, _COUNT], text="""int or tuple of two
        Height and width of a pooling window; at most those of the image.""")
    normalization: str | None = parameter(
        default=None, constraint=[StrOptions(set(NORMALIZATIONS)), None], text="""{"batch"} or None
        Normalization before the activation of each convolution and hidden layer.""")
    hidden_layer_sizes: int | Sequence[int] | np.ndarray = parameter(
        default=(128,), constraint=["array-like", _COUNT],
        text="""int or array-like of shape (n_hidden_layers,)
        Units of each dense layer between the convolutions and the output.""")
    activation: str | Activation = parameter(
        default="relu", constraint=[StrOptions(Activation.registry.keys()), Activation],
        text="""str or Activation
        Activation of convolutions and hidden layers, a name or an instance from
        `skneural.activations`.""")
    dropout: float = parameter(
        default=0.0, constraint=[Interval(Real, 0, 1, closed="left")], text="""float in [0, 1)
        Share of the inputs of each dense layer, the output layer included, set to zero at random in
        training.""")
    image_shape: Sequence[int] | None = parameter(
        default=None, constraint=[tuple, list, None], text="""tuple of two or three int or None
        Height, width and channels of an image, if X is flat. `None` is the shape of X's samples,
        an error if it looks like channels first; flat samples are square grey images if their
        width is a square number, else grey images of one row.""")
    rescale: float | str | None = RESCALE
    architecture: str | tuple | list = parameter(
        default=None, constraint=[StrOptions(ARCHITECTURES.keys()), tuple, list, None],
        text="""str, list of layers or None
        Replaces the parameters from `filters` to `dropout`: "lenet5", "alexnet", "vgg11",
        "resnet20", "resnet32", "resnet56", "fast", or layers from `skneural.layers`, also as
        ``("name", layer)`` pairs, to which an output layer is added if they do not end with
        one. A layer's parameters are parameters of the estimator, by ``name__parameter``, and
        "passthrough" in place of a layer removes it. "fast" includes a training recipe:
        parameters left at their defaults follow the recipe. See the user guide on images.""")
    augmentation: str | Augmentation | tuple | list | None = parameter(
        default=None,
        constraint=[StrOptions(Augmentation.registry.keys()), Augmentation, tuple, list, None],
        text="""str, Augmentation, list of them or None
        Random augmentations of the images in training, in this order: "flip", "shift", "crop",
        "rotate", "cutout", "mixup", or instances from `skneural.augmentation`. With "fast",
        `None` is flip and crop, and an empty list is no augmentation.""")
    initializer: str | Initializer = parameter(default="he_uniform", text="""str or Initializer
        Draws the initial weights: "sklearn", "glorot_uniform", "glorot_normal", "he_uniform",
        "he_normal", "lecun_uniform", "lecun_normal", "orthogonal", "identity",
        "unit_variance", or an instance from `skneural.initializers`. Layers of a named
        architecture have their own, except the output layer.""")
    dtype: str | None = parameter(default=None, text="""{"float32", "float64"} or None
        Precision of the computation; `None` follows X: float32 for float32 and uint8, else
        float64.""")
    initial_weights: Any = INITIAL_WEIGHTS


@parameter_group
class ConvNetClassifierParameters(ClassifierParameters, ConvNetParameters):
    """Parameters of `ConvNetClassifier`."""
