"""What transposed convolutions, in one or two directions, have in common."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from ...engine.plan import Buffer, Plan
from ...engine.steps import BARRIER
from .._base import WEIGHT, Backward, Shape, Slot, Variable
from .base import CONSTRAINTS, Filters
from .correlation import Correlation
from .filters import add_correlation, correlation
from .image_gradient import FlippedFilters


class TransposedConvolution(Filters):
    """The gradient of a convolution with respect to its input, as a layer."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS, "padding": [StrOptions({"valid", "same"})]
    }
    _n_axes: ClassVar[int]  # directions that filters lie in
    _axes: ClassVar[str]  # of samples, for messages

    padding: str

    def _correlation(self, input_shape: Shape) -> Correlation:
        owner, n_axes = type(self).__name__, self._n_axes
        if len(input_shape) != n_axes + 1:
            raise ValueError(
                f"{owner}: needs samples of shape ({self._axes}, channels), got shape {input_shape}"
            )
        before = (1,) * (2 - n_axes)  # a series is an image of one row
        kernel_size = *before, *self._along("kernel_size", n_axes)
        strides = *before, *self._along("strides", n_axes)
        image = *before, *input_shape[:-1]
        size = [n * stride for n, stride in zip(image, strides, strict=True)]
        if self.padding == "valid":
            size = [n + max(0, k - s) for n, k, s in zip(size, kernel_size, strides, strict=True)]
        return correlation(
            owner, (*size, self.filters), input_shape[-1], kernel_size, strides, self.padding,
            (1, 1), 1,
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        return self._correlation(input_shape).image_shape[-len(input_shape) :]

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = self._correlation(input_shape).kernel_shape[-len(input_shape) - 1 :]
        return [Variable("kernel", shape, WEIGHT), *self._bias()]

    def _fan_in(self, shape):
        return *shape[:-2], shape[-1]

    def _as_kernel(self, matrix, shape):
        *sizes, filters, channels = shape
        return matrix.reshape(*sizes, channels, filters).swapaxes(-2, -1)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        sizes, weights = self._correlation(inputs.shape), slots["kernel"]
        outputs = plan.buffer(self.output_shape(inputs.shape))
        flipped = FlippedFilters.of(plan, sizes, weights.address)
        if plan.training:
            self._keep_flipped(plan, flipped, weights)
        else:
            plan.steps += [BARRIER, replace(flipped.step(plan), owner=0), BARRIER]
        flipped.add(plan, inputs, slots["bias"].address if self.use_bias else 0, outputs)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if weights.trained:
                self._add_gradients(plan, sizes, gradient, inputs, slots, gradient)
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            add_correlation(plan, sizes, gradient, weights.address, 0, result)
            return result

        return self._activated(plan, outputs, backward)
