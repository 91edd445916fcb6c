"""What the convolutional estimators share: images in, layers by parameters or by name."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...augmentation import Augmentation, Flip, get_augmentation
from ...augmentation._base import check_keeps_pixels
from ...data.channels_first import check_channels_last
from ...data.checks import named
from ...data.rescaling import RESCALE, RESCALE_DOCUMENTATION, Rescaling
from ...data.rows import Rows
from ...data.sample_shapes import SampleShapes, shape_as_told
from ...layers import Dense, Layer
from ...network.network import Network
from ..base.estimator import BaseNeuralNetwork
from ..base.initial_weights import INITIAL_WEIGHTS, InitialWeights
from ..base.layer_access import LayerAccess
from ..base.layer_list import LayerList
from ..base.output_layer import with_output_layer
from ..base.weights import NamedWeights
from .architectures import recipe_of
from .architectures.recipe import Recipe, is_default
from .layers import CONVNET_CONSTRAINTS, check_convnet, convnet_layers, image_shape_of

CONVNET_DOCUMENTATION = {
    "filters": """\
int or array-like of shape (n_convolutions,), default=(32, 64)
    Filters of each convolution; with "fast", of each block of two.""",
    "kernel_size": """\
int or tuple of two, default=3
    Height and width of a filter, in all convolutions.""",
    "strides": """\
int or tuple of two, default=1
    Pixels from one place of a filter to the next.""",
    "padding": """\
{"same", "valid"} or int, default="same"
    Zeros around an image before a convolution: as many as keep its size, none, or so many at each
    side. A filter larger than what it slides over is cut down to it: the image, with "same" too,
    or the image with a number of zeros around it.""",
    "pooling": """\
{"max", "average"} or None, default="max"
    What follows each convolution.""",
    "pool_size": """\
int or tuple of two, default=2
    Height and width of the window that is pooled; at most the image's.""",
    "normalization": """\
{"batch"} or None, default=None
    Normalization before the activation of each convolution and hidden layer.""",
    "hidden_layer_sizes": """\
int or array-like of shape (n_hidden_layers,), default=(128,)
    Units of each dense layer between the convolutions and the output.""",
    "activation": """\
str or Activation, default="relu"
    Activation of convolutions and hidden layers, a name or an instance from
    `skneural.activations`.""",
    "dropout": """\
float in [0, 1), default=0.0
    Share of the inputs of each dense layer, the output layer included, that is set to zero at
    random in training.""",
    "image_shape": """\
tuple of two or three int or None, default=None
    Height, width and channels of an image, where X is flat. `None` is the shape of X's samples,
    refused where it looks like channels first; of flat ones a square grey image if their width is
    a square, else a grey image of one row.""",
    "rescale": RESCALE_DOCUMENTATION,
    "architecture": """\
str, list of layers or None, default=None
    In place of the parameters from `filters` to `dropout`: "lenet5", "alexnet", "vgg11",
    "resnet20", "resnet32", "resnet56", "fast", or layers from `skneural.layers`, also as
    ``("name", layer)`` pairs, to which an output layer is added if they do not end with one. A
    layer's parameters are parameters of the estimator, by ``name__parameter``, and "passthrough"
    in place of a layer leaves it out.
    "fast" comes with a recipe of training: parameters left at their defaults follow the recipe.
    See the user guide on images.""",
    "augmentation": """\
str, Augmentation, list of them or None, default=None
    Random changes of the images in training, in their order: "flip", "shift", "crop", "rotate",
    "cutout", "mixup", or instances from `skneural.augmentation`. With "fast", `None` is flip and
    crop, and a list without entries is none.""",
    "initializer": """\
str or Initializer, default="he_uniform"
    Draws the first weights: "sklearn", "glorot_uniform", "glorot_normal", "he_uniform",
    "he_normal", "lecun_uniform", "lecun_normal", "orthogonal", or an instance from
    `skneural.initializers`. Layers of a named architecture, but for the output, have their own.""",
    "dtype": """\
{"float32", "float64"} or None, default=None
    Type to compute in; `None` follows X: float32 stays, uint8 becomes float32, everything else is
    float64.""",
}


class BaseConvNet(
    LayerList,
    Rescaling,
    LayerAccess,
    InitialWeights,
    SampleShapes,
    NamedWeights,
    BaseNeuralNetwork,
):
    """Base of the convolutional estimators."""

    _layers_parameter = "architecture"
    _parameter_constraints: dict = {
        **CONVNET_CONSTRAINTS,
        **RESCALE,
        **BaseNeuralNetwork._parameter_constraints,
        **INITIAL_WEIGHTS,
    }
    architecture: Any
    image_shape: Any
    augmentation: Any
    initializer: Any

    def _check_parameters(self) -> None:
        check_convnet(self)

    def _choose_input_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        owner = type(self).__name__
        if self.image_shape is None:
            check_channels_last(shape, owner, "image_shape")
            chosen = image_shape_of(shape, owner)
        else:
            told = (*self.image_shape, 1) if len(self.image_shape) == 2 else self.image_shape
            chosen = shape_as_told("image_shape", told, shape, owner)
        with named(owner):
            for augmentation in get_augmentation(self.augmentation, owner):
                augmentation.check(chosen)
        return chosen

    @property
    def _recipe(self) -> Recipe | None:
        return recipe_of(self.architecture)

    def _augmentations(self) -> list[Augmentation]:
        if self._recipe is not None and is_default(self, "augmentation"):
            return self._recipe.augmentation(self.input_shape_)
        return get_augmentation(self.augmentation, type(self).__name__)

    def _settings(self, n_samples: int, most_rows: int | None = None) -> Any:
        recipe = self._recipe
        return self if recipe is None else recipe.followed_by(self, n_samples, most_rows)

    def _adapt(self, network: Network, rows: Rows, random_state: np.random.RandomState) -> bool:
        if self._recipe is not None:
            self._recipe.first_weights(network, rows, random_state)
        return super()._adapt(network, rows, random_state)

    def _make_network(self, dtype: np.dtype) -> Network:
        network = super()._make_network(dtype)
        network.mirrored = self._mirrored
        return network

    def _accepts_sparse(self) -> bool:
        return False

    def _output_shape(self) -> tuple[int, ...]:
        """Return the shape of a sample's outputs."""
        return (self.n_outputs_,)

    def _make_layers(self) -> list[Layer]:
        pairs, outputs = convnet_layers(self, self.input_shape_), self._output_shape()
        if self.architecture is None or isinstance(self.architecture, str):
            if len(outputs) > 1:
                shape = outputs[:-1] if self._classifies_pixels else outputs
                raise ValueError(
                    f"{type(self).__name__}: y has samples of shape {shape}, but"
                    f" architecture={self.architecture!r} takes y of shape (n_samples,) or"
                    " (n_samples, n_outputs); list the layers in architecture, and end with one"
                    " that gives the shape of y"
                )
            pairs = [*pairs, ("output", Dense(self.n_outputs_, initializer=self.initializer))]
        else:
            link, owner = self._loss.link, type(self).__name__
            pairs = with_output_layer(
                pairs, self.input_shape_, outputs, link, self.initializer, owner,
                self._classifies_pixels,
            )
            if self._classifies_pixels:
                check_keeps_pixels(self._augmentations(), owner)
        self._layer_names = [name for name, _ in pairs]
        self._mirrored = self._recipe is not None and any(
            isinstance(each, Flip) and each.horizontal for each in self._augmentations()
        )
        return [layer for _, layer in pairs]
