"""What the convolutional estimators share: images in, layers by parameters or by name."""

from __future__ import annotations

from typing import Any

from ...augmentation import get_augmentation
from ...data.channels_first import check_channels_last
from ...data.checks import named
from ...data.rescaling import RESCALE, RESCALE_DOCUMENTATION
from ...data.sample_shapes import shape_as_told
from ...data.samples import ScaledSamples
from ..base.architecture import Architecture, Task
from ..base.initial_weights import INITIAL_WEIGHTS, initial_weights
from ..base.layer_list import LayerList, begins_with_scale
from ..base.network_estimator import NetworkEstimator
from .architectures import recipe_of
from .architectures.recipe import is_default
from .layers import CONVNET_CONSTRAINTS, check_convnet, convnet_layers, image_shape_of

Shape = tuple[int, ...]

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


class BaseConvNet(NetworkEstimator):
    """Base of the convolutional estimators."""

    _layer_list = LayerList("architecture")
    _parameter_constraints: dict = {
        **CONVNET_CONSTRAINTS,
        **RESCALE,
        **NetworkEstimator._parameter_constraints,
        **INITIAL_WEIGHTS,
    }
    activation: Any
    architecture: Any
    image_shape: Any
    augmentation: Any
    initializer: Any

    def _check_parameters(self) -> None:
        check_convnet(self)
        self._layer_list.check(self)

    def _samples(self) -> ScaledSamples:
        owner, given = type(self).__name__, self._layer_list.given(self)

        def choose(shape: Shape) -> Shape:
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

        return ScaledSamples(
            self, choose, lambda shape: True, begins_with_scale(given), accepts_sparse=False,
            layers=self._fitted_layers,
        )

    def _architecture(self, task: Task) -> Architecture:
        owner, recipe = type(self).__name__, recipe_of(self.architecture)
        augmentation = get_augmentation(self.augmentation, owner)
        if recipe is not None and is_default(self, "augmentation"):
            augmentation = recipe.augmentation(task.input_shape)
        pairs = convnet_layers(self, task, augmentation)
        first = initial_weights(self, [name for name, _ in pairs])
        activation = self.activation
        plain = Architecture.of(
            pairs, augmentation=augmentation, first_weights=first,
            activation=activation if isinstance(activation, str) else "identity",
        )
        return plain if recipe is None else recipe.added_to(plain, self)
