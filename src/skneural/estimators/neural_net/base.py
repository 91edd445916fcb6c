"""What estimators of a list of layers share: the layers, their names, shapes and first weights."""

from __future__ import annotations

from typing import Any

from ..._whole_numbers import is_whole
from ...data.channels_first import check_channels_last, read_images
from ...data.sample_shapes import SampleShapes, shape_as_told
from ...layers import Dense, Flatten, Layer
from ..base.estimator import BaseNeuralNetwork
from ..base.initial_weights import INITIAL_WEIGHTS, InitialWeights
from ..base.layer_access import LayerAccess
from ..base.layer_list import LayerList
from ..base.output_layer import with_output_layer
from ..base.weights import NamedWeights


class BaseLayered(
    LayerList, LayerAccess, InitialWeights, SampleShapes, NamedWeights, BaseNeuralNetwork
):
    """Base of the estimators with the parameters `layers` and `input_shape`."""

    _parameter_constraints: dict = {
        "layers": [list, tuple, None],
        "input_shape": [tuple, list, None],
        **BaseNeuralNetwork._parameter_constraints,
        **INITIAL_WEIGHTS,
    }
    layers: Any
    input_shape: Any
    initializer: Any

    def _output_shape(self) -> tuple[int, ...]:
        """Return the shape of a sample's outputs."""
        return (self.n_outputs_,)

    def _check_parameters(self) -> None:
        self._check_layers()
        known = self.get_params(deep=False)
        for name, _ in self._named_layers():
            if name in known:
                raise ValueError(
                    f"{type(self).__name__}: layers has the name {name!r}, which is a parameter's"
                )
        shape = self.input_shape
        if shape is not None and not (len(shape) > 0 and all(map(is_whole, shape))):
            raise ValueError(
                f"{type(self).__name__}: input_shape={shape!r} is not a tuple of positive integers"
            )

    def _choose_input_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        if self.input_shape is None:
            if read_images([layer for _, layer in self._given_layers()]):
                check_channels_last(shape, type(self).__name__, "input_shape")
            return shape
        return shape_as_told("input_shape", self.input_shape, shape, type(self).__name__)

    def _accepts_sparse(self) -> bool:
        layers = [layer for _, layer in self._given_layers()]
        if layers:
            return isinstance(layers[0], Layer) and layers[0].reads_sparse
        return len(self.input_shape) == 1 if isinstance(self.input_shape, (tuple, list)) else True

    def _make_layers(self) -> list[Layer]:
        pairs = self._active_layers()
        if self.layers is None:
            flatten = [("flatten", Flatten())] if len(self.input_shape_) > 1 else []
            hidden = Dense(100, "relu", initializer=self.initializer)
            pairs = [*flatten, ("hidden", hidden)]
        pairs = with_output_layer(
            pairs,
            self.input_shape_,
            self._output_shape(),
            self._loss.link,
            self.initializer,
            type(self).__name__,
            self._classifies_pixels,
        )
        self._layer_names = [name for name, _ in pairs]
        return [layer for _, layer in pairs]
