"""Transposed convolution."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from ...activations import Activation as Rule
from ...engine.plan import Buffer, Plan
from ...engine.steps import BARRIER
from ...initializers import Initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .base import CONSTRAINTS, Filters
from .correlation import Correlation
from .filters import add_correlation, correlation
from .image_gradient import FlippedFilters


class Conv2DTranspose(Filters, name="conv2d_transpose"):
    """Transposed convolution: the gradient of a convolution with respect to its input, as a layer.

    Zeiler et al. 2010, "Deconvolutional networks". Enlarges images, ``strides`` times.

    Parameters
    ----------
    filters : int
        Channels of the output.
    kernel_size : int or tuple of 2 int, default=3
        Rows and columns of a filter.
    activation : str or skneural.activations.Activation, default="identity"
    strides : int or tuple of 2 int, default=1
        How many times larger the output is.
    padding : {"valid", "same"}, default="valid"
        "same" gives outputs of ``size * strides``, "valid" the full extent of the filters.
    use_bias : bool, default=True
    initializer : str or Initializer, default="he_uniform"
        Draws the initial filters.
    trainable : bool, default=True
        Whether training changes the filters.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **CONSTRAINTS, "padding": [StrOptions({"valid", "same"})]
    }

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int] = 3,
        activation: str | Rule = "identity",
        *,
        strides: int | tuple[int, int] = 1,
        padding: str = "valid",
        use_bias: bool = True,
        initializer: str | Initializer = "he_uniform",
        trainable: bool = True,
    ):
        self.filters = filters
        self.kernel_size = kernel_size
        self.activation = activation
        self.strides = strides
        self.padding = padding
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable

    def _correlation(self, input_shape: Shape) -> Correlation:
        if len(input_shape) != 3:
            raise ValueError(
                "Conv2DTranspose: needs samples of shape (height, width, channels), got shape"
                f" {input_shape}"
            )
        kernel_size, strides = self._along("kernel_size"), self._along("strides")
        size = [n * stride for n, stride in zip(input_shape[:2], strides, strict=True)]
        if self.padding == "valid":
            size = [n + max(0, k - s) for n, k, s in zip(size, kernel_size, strides, strict=True)]
        return correlation(
            "Conv2DTranspose", (*size, self.filters), input_shape[2], kernel_size, strides,
            self.padding, (1, 1), 1,
        )

    def output_shape(self, input_shape: Shape) -> Shape:
        return self._correlation(input_shape).image_shape

    def variables(self, input_shape: Shape) -> list[Variable]:
        shape = self._correlation(input_shape).kernel_shape
        return [Variable("kernel", shape, WEIGHT), *self._bias()]

    def _fan_in(self, shape):
        return *shape[:2], shape[3]

    def _as_kernel(self, matrix, shape):
        rows, columns, filters, channels = shape
        return matrix.reshape(rows, columns, channels, filters).swapaxes(2, 3)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        sizes, weights = self._correlation(inputs.shape), slots["kernel"]
        outputs = plan.buffer(sizes.image_shape)
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

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (3, 4, 2)),
            (cls(2, (3, 2), "tanh", strides=2, padding="same"), (3, 2, 3)),
            (cls(2, 2, strides=3, use_bias=False), (2, 3, 2)),
        ]
