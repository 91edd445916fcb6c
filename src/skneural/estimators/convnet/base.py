"""What the convolutional estimators share: images as X, layers by parameters or by name."""

from __future__ import annotations

from ...augmentation import get_augmentation
from ...data.channels_first import check_channels_last
from ...data.checks import named
from ...data.sample_shapes import shape_as_given
from ...data.samples import ScaledSamples
from ..base.architecture import Architecture, Task
from ..base.initial_weights import initial_weights
from ..base.layer_list import LayerList, begins_with_scale
from ..base.network_estimator import NetworkEstimator
from .architectures import recipe_of
from .architectures.recipe import is_default
from .layers import check_convnet, convnet_layers, image_shape_of

Shape = tuple[int, ...]


class BaseConvNet(NetworkEstimator):
    """Base of the convolutional estimators."""

    _layer_list = LayerList("architecture")

    def _check_parameters(self) -> None:
        check_convnet(self)
        self._layer_list.check(self)

    def _samples(self) -> ScaledSamples:
        owner = type(self).__name__

        def choose(shape: Shape) -> Shape:
            if self.image_shape is None:
                check_channels_last(shape, owner, "image_shape")
                chosen = image_shape_of(shape, owner)
            else:
                stated = (*self.image_shape, 1) if len(self.image_shape) == 2 else self.image_shape
                chosen = shape_as_given("image_shape", stated, shape, owner)
            with named(owner):
                for augmentation in get_augmentation(self.augmentation, owner):
                    augmentation.check(chosen)
            return chosen

        return ScaledSamples(
            self, choose, lambda shape: True,
            lambda: begins_with_scale(self._layer_list.given(self)), accepts_sparse=False,
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
