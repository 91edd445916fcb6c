"""A dense layer of several members, each with a kernel of its own."""

from __future__ import annotations

from dataclasses import replace
from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...activations import Activation as Rule
from ...engine.plan import Buffer, Plan
from ...engine.steps import Step
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._product import kernel_blocks, transpose
from .._rates import RATE_FACTOR, RateFactor
from ..activation.activation import add_activation
from ..dense.column_sums import bias_gradient
from .members import MemberWeights, add_member_products, check_members, member_gradient_step


class PackedDense(Layer, name="packed_dense"):
    """Dense layers of several members, each with a kernel and a bias of its own.

    ``outputs = activation(inputs @ kernel + bias)`` for each member. Inputs are flat, (n_features,)
    for all members, or (n_members, n_features); outputs are (n_members, units). Layers of it alone
    are an ensemble of independent networks that are trained side by side; behind `EnsembleDense` or
    `EnsembleScale` it is the members' output layers.

    Parameters
    ----------
    units : int
        Width of the output of each member.
    n_members : int
    activation : str or skneural.activations.Activation, default="identity"
        Applied to each output.
    use_bias : bool, default=True
    initializer : str or Initializer, default="sklearn"
        Draws the initial kernel and bias of each member.
    trainable : bool, default=True
        False freezes kernels and biases.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2025). TabM: advancing tabular deep
       learning with parameter-efficient ensembling. ICLR. :arxiv:`2410.24210`
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "units": [Interval(Integral, 1, None, closed="left")],
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "activation": [str, Rule],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
        "trainable": ["boolean"],
        "learning_rate_factor": RATE_FACTOR,
    }

    def __init__(
        self,
        units: int,
        n_members: int,
        activation: str | Rule = "identity",
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.n_members = n_members
        self.activation = activation
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        check_members(input_shape, self.n_members, "PackedDense")
        return (self.n_members, self.units)

    def variables(self, input_shape: Shape) -> list[Variable]:
        bias = [Variable("bias", (self.n_members, self.units))] if self.use_bias else []
        shape = (self.n_members, input_shape[-1], self.units)
        return [Variable("kernel", shape, WEIGHT), *bias]

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        for m in range(self.n_members):
            kernel, bias = draw(*values["kernel"].shape[1:], random_state, activation)
            values["kernel"][m] = kernel
            if self.use_bias:
                values["bias"][m] = bias

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        kernel, bias = slots["kernel"], slots.get("bias")
        n_members, depth, units = kernel.values.shape
        products = plan.buffer((n_members, units))
        weights = MemberWeights(kernel.address, units, depth * units, depth, units, n_members)
        add_member_products(plan, inputs, weights, 0 if bias is None else bias.address, products)
        outputs, of_activation = add_activation(plan, products, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradient = of_activation(gradient, wanted or kernel.trained)
            if bias is not None:
                bias_gradient(plan, gradient, bias)
            if kernel.trained:
                _weight_gradients(plan, inputs, gradient, kernel)
            if not wanted:
                return None
            back = _transposed(plan, kernel)
            if len(inputs.shape) > 1:
                result = plan.buffer(inputs.shape)
                add_member_products(plan, gradient, back, 0, result)
                return result
            return _summed_over_members(plan, gradient, back, inputs.shape)

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3, 2), (5,)), (cls(17, 2, "tanh", use_bias=False), (2, 20)),
            (cls(1, 3, initializer="he_normal"), (3, 4)), (cls(2, 2, trainable=False), (3,)),
        ]  # fmt: skip


def _blocks(kernel):
    """Cut the members' kernels (members, k, n) into blocks of rows, none of two members."""
    n_members, depth, units = kernel.values.shape
    size = depth * units
    return [
        (m * size + begin, m * size + end)
        for m in range(n_members) for begin, end in kernel_blocks(depth, units)
    ]  # fmt: skip


def _weight_gradients(plan, inputs, gradient, kernel):
    n_members, depth, units = kernel.values.shape

    def step(begin, end, adds):
        m = begin // (depth * units)
        rows = begin // units - m * depth, end // units - m * depth
        return member_gradient_step(
            inputs, gradient, (m, m + 1), rows, adds, kernel.gradient_at(begin)
        )

    plan.gradient(kernel.offset, _blocks(kernel), step, divisible=False)
    plan.flops += 2 * plan.batch_size * kernel.values.size


def _transposed(plan, kernel):
    """Return the members' kernels, each transposed, filled before and after each update."""
    (n_members, depth, units), size = kernel.values.shape, plan.dtype.itemsize
    stride = plan.stride(depth)
    memory = plan.memory(n_members * units * stride + 64)
    address = memory.ctypes.data

    def steps(first: int, last: int) -> list[Step]:
        m = first // (depth * units)
        begin, end = first // units - m * depth, last // units - m * depth
        target = address + (m * units * stride + begin) * size
        return [Step.of(
            transpose, w=kernel.address + first * size, rows=end - begin, columns=units,
            transposed=target, stride=stride,
        )]

    plan.needed_kernels.append(transpose)
    for begin, end in _blocks(kernel):
        plan.prepare += steps(begin, end)
    plan.follow(kernel.offset, steps)
    return MemberWeights(address, stride, units * stride, units, depth, n_members)


def _summed_over_members(plan, gradient, back, shape):
    """Add the gradient of inputs that all members have: one product, as kernels lie in a row."""
    whole = replace(back, step=0, depth=back.n_members * back.depth, n_members=1)
    result = plan.buffer((1, *shape))
    flat = Buffer(gradient.array, (1, gradient.columns), gradient.stride)
    add_member_products(plan, flat, whole, 0, result)
    return Buffer(result.array, shape, result.stride)
