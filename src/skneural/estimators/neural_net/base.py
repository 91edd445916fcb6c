"""What estimators of a list of layers share: the layers, their names, shapes and first weights."""

from __future__ import annotations

from ..._whole_numbers import is_whole
from ...data.channels_first import check_channels_last, read_images
from ...data.sample_shapes import shape_as_given
from ...data.samples import ShapedSamples
from ...layers import Dense, Flatten, Layer
from ..base.architecture import Architecture, Task
from ..base.initial_weights import initial_weights
from ..base.layer_list import LayerList
from ..base.network_estimator import NetworkEstimator
from ..base.output_layer import with_output_layer

Shape = tuple[int, ...]


class BaseLayered(NetworkEstimator):
    """Base of the estimators with the parameters `layers` and `input_shape`."""

    _layer_list = LayerList("layers")

    def _check_parameters(self) -> None:
        self._layer_list.check(self)
        known = self.get_params(deep=False)
        for name, _ in self._layer_list.named(self):
            if name in known:
                raise ValueError(
                    f"{type(self).__name__}: layers has the name {name!r}, which is a parameter's"
                )
        shape = self.input_shape
        if shape is not None and not (len(shape) > 0 and all(map(is_whole, shape))):
            raise ValueError(
                f"{type(self).__name__}: input_shape={shape!r} is not a tuple of positive integers"
            )

    def _samples(self) -> ShapedSamples:
        given, input_shape = [layer for _, layer in self._layer_list.given(self)], self.input_shape
        owner = type(self).__name__

        def choose(shape: Shape) -> Shape:
            if input_shape is not None:
                return shape_as_given("input_shape", input_shape, shape, owner)
            if read_images(given):
                check_channels_last(shape, owner, "input_shape")
            return shape

        flat = len(input_shape) == 1 if isinstance(input_shape, (tuple, list)) else True
        first = given[0] if given else None
        sparse = isinstance(first, Layer) and first.reads_sparse if given else flat
        return ShapedSamples(
            self, choose, accepts_sparse=sparse, layers=self._fitted_layers,
            n_tokens=self._layer_list.n_tokens(self),
        )

    def _architecture(self, task: Task) -> Architecture:
        pairs = self._layer_list.active(self)
        if self.layers is None:
            flatten = [("flatten", Flatten())] if len(task.input_shape) > 1 else []
            hidden = Dense(100, "relu", initializer=self.initializer)
            pairs = [*flatten, ("hidden", hidden)]
        pairs = with_output_layer(
            pairs,
            task.input_shape,
            task.output_shape,
            task.link,
            self.initializer,
            type(self).__name__,
            task.of_pixels,
        )
        names = [name for name, _ in pairs]
        return Architecture.of(pairs, first_weights=initial_weights(self, names))
