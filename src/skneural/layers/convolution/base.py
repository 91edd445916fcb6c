"""What convolutional layers have in common."""

from __future__ import annotations

from abc import abstractmethod
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ...activations import Activation as Rule
from ...engine.plan import Buffer, Plan
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._from_data import fit_to_outputs
from .._rates import RATE_FACTOR, RateFactor
from .._windows import per_axis
from ..activation.activation import add_activation
from .correlation import Correlation
from .filters import add_bias_gradient, add_correlation, add_gradients
from .image_gradient import FlippedFilters

SIZE = [Interval(Integral, 1, None, closed="left"), tuple]
CONSTRAINTS: dict[str, list[Any]] = {
    "filters": [Interval(Integral, 1, None, closed="left")],
    "kernel_size": SIZE,
    "activation": [str, Rule],
    "strides": SIZE,
    "padding": [StrOptions({"valid", "same"}), Interval(Integral, 0, None, closed="left"), tuple],
    "use_bias": ["boolean"],
    "initializer": [str, Initializer],
    "trainable": ["boolean"],
    "learning_rate_factor": RATE_FACTOR,
}


class Filters(Layer):
    """A layer of filters, with a bias for each and an activation."""

    filters: int
    activation: str | Rule
    use_bias: bool
    initializer: str | Initializer
    trainable: bool
    learning_rate_factor: RateFactor

    @abstractmethod
    def _correlation(self, input_shape: Shape) -> Correlation:
        """Return the sizes of the correlation that the layer runs, or runs backward."""

    def _along(self, name: str, n_axes: int = 2, least: int = 1) -> tuple[int, ...]:
        """Return a parameter's number for each axis."""
        return per_axis(type(self).__name__, name, getattr(self, name), n_axes, least)

    def _bias(self) -> list[Variable]:
        return [Variable("bias", (self.filters,))] if self.use_bias else []

    def initialize(self, values, random_state, activation):
        own = getattr(self.activation, "name", self.activation)
        kernel = values["kernel"]
        draw = get_initializer(self.initializer)
        matrix, bias = draw(
            int(np.prod(self._fan_in(kernel.shape))), self.filters, random_state,
            activation if own == "identity" else own,
        )
        kernel[...] = self._as_kernel(matrix, kernel.shape)
        if self.use_bias:
            values["bias"][...] = bias

    @property
    def reads_data(self) -> bool:
        """Whether the initializer does."""
        return get_initializer(self.initializer).reads_data

    def initialize_from(self, inputs, input_shape, values, random_state, outputs_of):
        fit_to_outputs(self, inputs, input_shape, values, random_state, outputs_of)

    def _fan_in(self, shape):
        return shape[:-1]

    def _as_kernel(self, matrix, shape):
        return matrix.reshape(shape)

    def _add_gradients(self, plan, sizes, images, outputs, slots, bias_of=None):
        if self.use_bias:
            add_bias_gradient(plan, bias_of or outputs, slots["bias"])
        add_gradients(plan, sizes, images, outputs, slots["kernel"])

    def _keep_flipped(self, plan, flipped, weights):
        """Flip the filters before an epoch, and after each update."""
        plan.prepare.append(flipped.step(plan))
        plan.follow(weights.offset, lambda begin, end: [
            flipped.step(plan, begin // weights.values.shape[-1], end // weights.values.shape[-1])
        ])

    def _activated(
        self, plan: Plan, outputs: Buffer, backward: Backward
    ) -> tuple[Buffer, Backward]:
        values, of_activation = add_activation(plan, outputs, self.activation)
        return values, lambda gradient, wanted: backward(of_activation(gradient, True), wanted)


class Convolution(Filters):
    """A convolution, in one or two directions."""

    kernel_size: Any
    strides: Any
    padding: Any
    dilation_rate: Any
    groups: int

    def _padding(self, n_axes: int) -> Any:
        padding = self.padding
        return padding if isinstance(padding, str) else self._along("padding", n_axes, least=0)

    def output_shape(self, input_shape: Shape) -> Shape:
        return self._of_rank(self._correlation(input_shape).output_shape, input_shape)

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = self._correlation(input_shape).kernel_shape
        return [Variable("kernel", self._of_rank(shape, input_shape), WEIGHT), *self._bias()]

    def _of_rank(self, shape: Shape, input_shape: Shape) -> Shape:
        """Leave out the first direction if the layer has only one."""
        return shape[-len(input_shape) - (len(shape) == 4) :]

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        sizes, weights = self._correlation(inputs.shape), slots["kernel"]
        outputs = plan.buffer(self.output_shape(inputs.shape))
        bias = slots["bias"].address if self.use_bias else 0
        add_correlation(plan, sizes, inputs, weights.address, bias, outputs)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            flipped = None
            if wanted:
                flipped = FlippedFilters.of(plan, sizes, weights.address)
                self._keep_flipped(plan, flipped, weights)
            if weights.trained:
                self._add_gradients(plan, sizes, inputs, gradient, slots)
            if flipped is None:
                return None
            result = plan.buffer(inputs.shape)
            flipped.add(plan, gradient, 0, result)
            return result

        return self._activated(plan, outputs, backward)
