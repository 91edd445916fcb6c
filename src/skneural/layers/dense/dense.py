"""The dense layer: outputs = inputs @ kernel + bias."""

from __future__ import annotations

import math
from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from ...activations import Activation as Rule
from ...engine.gemm import gemm
from ...engine.plan import Buffer, Plan
from ...engine.steps import Step
from ...engine.tiles import FROM_C, FROM_ZERO
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._from_data import fit_to_outputs
from .._over_time import EACH_STEP, OverTime
from .._product import (
    BLOCK_NUMBERS,
    add_product,
    add_transposed_product,
    is_large,
    kernel_blocks,
    multiply_transposed,
    transpose,
    transposed_copy,
    weight_gradient,
)
from .._rates import RATE_FACTOR, RateFactor
from ..activation.activation import add_activation
from ..convolution.conv1d import Conv1D
from .column_sums import bias_gradient
from .sparse import (
    FeatureLists,
    SparseInput,
    by_feature,
    sparse_multiply,
    sparse_weight_gradient,
)


class Dense(Layer, name="dense"):
    """Fully connected layer: ``outputs = activation(inputs @ kernel + bias)``.

    Samples are flat, or series of shape (time, features), of which each step is multiplied by the
    same kernel of shape (features, units).

    Parameters
    ----------
    units : int
        Width of the output.
    activation : str or skneural.activations.Activation, default="identity"
        Applied to each output.
    use_bias : bool, default=True
    initializer : str or Initializer, default="sklearn"
        Draws the initial kernel and bias.
    trainable : bool, default=True
        False freezes kernel and bias.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.
    parametrization : {"standard", "ntk"}, default="standard"
        With "ntk" the solver updates the kernel times the root of the number of inputs, as if
        ``outputs = inputs @ kernel / sqrt(n_inputs) + bias``, so that one learning rate suits any
        width: Jacot, Gabriel and Hongler 2018, arXiv 1806.07572. Kernels are shown, and penalised
        by `alpha`, as they multiply inputs. "lbfgs" ignores it.
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [str, Rule],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
        "parametrization": [StrOptions({"standard", "ntk"})],
    }

    reads_sparse = True
    reads_samples = True
    _reads_steps: ClassVar[bool] = True  # whether samples may be series

    def __init__(
        self,
        units: int,
        activation: str | Rule = "identity",
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
        parametrization: str = "standard",
    ):
        self.units = units
        self.activation = activation
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor
        self.parametrization = parametrization

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) > 1 + self._reads_steps:
            series = " or series of shape (time, features)" if self._reads_steps else ""
            raise ValueError(
                f"{type(self).__name__}: needs flat input{series}, got samples of shape"
                f" {input_shape}; put Flatten() before it"
            )
        return (*input_shape[:-1], self.units)

    def over_time(self, input_shape: Shape) -> OverTime | None:
        return EACH_STEP if self._reads_steps else None

    def variables(self, input_shape: Shape) -> list[Variable]:
        n_inputs = input_shape[-1] if len(input_shape) == 2 else math.prod(input_shape)
        shape = (n_inputs, self.units)
        bias = [Variable("bias", (self.units,))] if self.use_bias else []
        scale = 1 / math.sqrt(shape[0]) if self.parametrization == "ntk" else 1.0
        return [Variable("kernel", shape, WEIGHT, scale=scale), *bias]

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        kernel, bias = draw(*values["kernel"].shape, random_state, activation)
        values["kernel"][...] = kernel
        if self.use_bias:
            values["bias"][...] = bias

    @property
    def reads_data(self) -> bool:
        """Whether the initializer does."""
        return get_initializer(self.initializer).reads_data

    def initialize_from(self, inputs, input_shape, values, random_state, outputs_of):
        fit_to_outputs(self, inputs, input_shape, values, random_state, outputs_of)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        if len(inputs.shape) == 2:
            return self._build_over_steps(plan, inputs, slots, number)
        weights, bias = slots["kernel"], slots.get("bias")
        products = plan.buffer((self.units,))
        of_products = self._add_forward(plan, inputs, products, weights, bias)
        outputs, of_activation = add_activation(plan, products, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradient = of_activation(gradient, wanted or weights.trained)
            if bias is not None:
                bias_gradient(plan, gradient, bias)
            return of_products(gradient, wanted)

        return outputs, backward

    def _build_over_steps(self, plan, inputs, slots, number):
        """Multiply each step, as a convolution of one step does."""
        weights = replace(slots["kernel"], values=slots["kernel"].values[np.newaxis])
        layer = Conv1D(self.units, 1, self.activation, use_bias=self.use_bias)
        return layer.build(plan, inputs, {**slots, "kernel": weights}, number)

    def _add_forward(self, plan, inputs, outputs, weights, bias):
        bias_address = 0 if bias is None else bias.address
        if isinstance(inputs, SparseInput):
            return self._add_sparse(plan, inputs, outputs, weights, bias_address)
        add_product(plan, inputs, weights.address, self.units, bias_address, outputs)
        plan.flops += 2 * plan.batch_size * weights.values.size

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            is_copied = not is_large(inputs.columns, self.units, plan.dtype)
            transposed: Any = transposed_copy(plan, weights) if wanted and is_copied else None
            if weights.trained:
                self._weight_gradient(plan, inputs, gradient, weights)
            if not wanted:
                return None
            plan.needed_kernels += [transpose, multiply_transposed]
            result = plan.buffer(inputs.shape)
            if is_copied:
                add_product(plan, gradient, transposed.address, transposed.stride, 0, result)
            else:
                add_transposed_product(plan, gradient, weights.address, self.units, result)
            plan.flops += 2 * plan.batch_size * weights.values.size
            return result

        return backward

    def _add_sparse(self, plan, inputs, outputs, weights, bias_address):
        plan.by_rows(sparse_multiply, data=inputs.data, features=inputs.indices,
                     starts=inputs.indptr, weights=weights, bias=bias_address, y=outputs,
                     columns=self.units)
        plan.flops += 2 * inputs.most * self.units

        def backward(gradient: Buffer, wanted: bool) -> None:
            plan.flops += 2 * inputs.most * self.units
            lists = FeatureLists.of(plan, inputs)
            plan.before_all_blocks([Step.of(
                by_feature, features=inputs.indices, starts=inputs.indptr, lists=lists
            )])

            def step(first, last, adds):
                return Step.of(
                    sparse_weight_gradient, data=inputs.data, lists=lists,
                    begin=first // self.units, end=last // self.units, gradient=gradient,
                    columns=self.units, adds=adds, block=weights.gradient_at(first),
                )

            blocks = kernel_blocks(inputs.columns, self.units, BLOCK_NUMBERS)
            plan.gradient(weights.offset, blocks, step)

        return backward

    def _weight_gradient(self, plan, inputs, gradient, weights):
        def step(first, last, adds):
            return Step.of(
                weight_gradient, gemm=gemm, left=inputs, right=gradient,
                begin=first // self.units, end=last // self.units, columns=self.units,
                start=FROM_C if adds else FROM_ZERO, block=weights.gradient_at(first),
            )

        plan.gradient(weights.offset, kernel_blocks(inputs.columns, self.units), step)
        plan.flops += 2 * plan.batch_size * weights.values.size

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)),
            (cls(50, initializer="he_normal"), (17,)),
            (cls(1, "tanh", use_bias=False), (1,)),
            (cls(4, "gelu", trainable=False), (3,)),
            (cls(3, "tanh"), (4, 5)),
            (cls(17, use_bias=False), (3, 2)),
        ]
