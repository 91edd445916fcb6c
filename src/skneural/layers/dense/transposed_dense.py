"""A dense layer with a transposed kernel, for tied weights."""

from __future__ import annotations

from dataclasses import replace

from ...engine.gemm import gemm
from ...engine.plan import Buffer, Plan
from ...engine.steps import BARRIER, Step
from ...engine.tiles import FROM_C, FROM_ZERO
from ...initializers import get_initializer
from .._base import Backward, Layer, Shape, Slot, Variable
from .._product import add_product, kernel_blocks, transpose, weight_gradient
from ..activation.activation import add_activation
from .column_sums import bias_gradient
from .dense import Dense


class TransposedDense(Dense, name="transposed_dense"):
    """Dense layer by a transposed kernel: ``outputs = activation(inputs @ kernel.T + bias)``.

    Its kernel of shape (units, n_inputs) can be that of a `Dense` layer of n_inputs units on
    samples of this layer's width, in a network that ties the two, such as an autoencoder with tied
    weights: Vincent et al. 2008. A kernel that is shared gets the sum of
    both layers' gradients.

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
        Whether the solver updates the kernel itself, or times the root of the number of inputs; see
        `Dense`.
    """

    reads_data = False
    reads_sparse = False
    reads_samples = False
    _reads_steps = False

    def variables(self, input_shape: Shape) -> list[Variable]:
        kernel, *bias = super().variables(input_shape)
        return [replace(kernel, shape=kernel.shape[::-1]), *bias]

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        n_inputs = values["kernel"].shape[1] if "kernel" in values else self.units
        kernel, bias = draw(n_inputs, self.units, random_state, activation)
        if "kernel" in values:
            values["kernel"][...] = kernel.T
        if self.use_bias:
            values["bias"][...] = bias

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        weights, bias = slots["kernel"], slots.get("bias")
        products, n_inputs = plan.buffer((self.units,)), inputs.columns
        transposed = self._transposed(plan, weights, n_inputs)
        flops = 2 * plan.batch_size * weights.values.size
        plan.flops += flops
        add_product(plan, inputs, transposed.address, transposed.stride,
                    0 if bias is None else bias.address, products)
        outputs, of_activation = add_activation(plan, products, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradient = of_activation(gradient, wanted or weights.trained)
            if bias is not None:
                bias_gradient(plan, gradient, bias)
            if weights.trained:
                plan.flops += flops
                self._add_gradient(plan, inputs, gradient, weights)
            if not wanted:
                return None
            plan.flops += flops
            result = plan.buffer(inputs.shape)
            add_product(plan, gradient, weights.address, n_inputs, 0, result)
            return result

        return outputs, backward

    def _transposed(self, plan, weights, n_inputs):
        """Return memory for the kernel as products need it, brought up to date when it changes."""
        stride = plan.stride(self.units)
        transposed = Buffer(plan.memory(n_inputs * stride), (self.units,), stride)
        size = plan.dtype.itemsize

        def steps(first, last):
            begin, end = first // n_inputs, last // n_inputs
            return [Step.of(
                transpose, w=weights.address + first * size, rows=end - begin, columns=n_inputs,
                transposed=transposed.address + begin * size, stride=stride,
            )]

        of_all = steps(0, weights.values.size)
        if plan.training:
            plan.prepare += of_all
            plan.follow(weights.offset, steps)
        else:
            plan.steps += [BARRIER, replace(of_all[0], owner=0), BARRIER]
        return transposed

    def _add_gradient(self, plan, inputs, gradient, weights):
        n_inputs = inputs.columns

        def step(first, last, adds):
            return Step.of(
                weight_gradient, gemm=gemm, left=gradient, right=inputs,
                begin=first // n_inputs, end=last // n_inputs, columns=n_inputs,
                start=FROM_C if adds else FROM_ZERO, block=weights.gradient_at(first),
            )

        plan.gradient(weights.offset, kernel_blocks(self.units, n_inputs), step)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)),
            (cls(50, "tanh"), (17,)),
            (cls(1, use_bias=False), (1,)),
            (cls(4, "gelu", trainable=False), (3,)),
        ]
