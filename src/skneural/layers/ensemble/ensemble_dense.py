"""A dense layer of several members with one kernel, and factors of each."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...activations import Activation as Rule
from ...engine.fields import Count, OptionalAddress, Reals, Row
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...initializers import Initializer, get_initializer
from .._base import WEIGHT, Backward, Layer, Shape, Slot, Variable
from .._memory import own
from .._partial_sums import NO_SUMS, PartialSums, begins_sum, sum_of_row
from .._product import kernel_blocks, transposed_copy
from .._rates import RateFactor
from ..activation.activation import add_activation
from ..tabular.feature_scale import scale_features, sum_products
from .ensemble_scale import SCALE_CONSTRAINTS, check_groups, draw_scale, spread_members
from .members import MemberWeights, add_member_products, check_members, member_gradient_step


class EnsembleDense(Layer, name="ensemble_dense"):
    """Dense layers of several members with one kernel for all, and factors and a bias of each.

    ``outputs = activation(output_scale * ((input_scale * inputs) @ kernel) + bias)`` for each
    member, so k members cost the products of k networks and the parameters of little more than
    one. Inputs are flat, (n_features,) for all members, or (n_members, n_features); outputs are
    (n_members, units). On flat input the factors of inputs are random, and called `member_scale`
    as those of `EnsembleScale`; else they are `input_scale` and begin at 1, as those of outputs do.
    Factors do not decay.

    Parameters
    ----------
    units : int
        Width of the output of each member.
    n_members : int
    activation : str or skneural.activations.Activation, default="identity"
        Applied to each output.
    initial_scale : {"signs", "normal"}, default="signs"
        Initial factors of flat input, as of `EnsembleScale`.
    groups : sequence of int or None, default=None
        Likewise: numbers of consecutive columns that begin with the same factor.
    use_bias : bool, default=True
    initializer : str or Initializer, default="sklearn"
        Draws the initial kernel and bias; all members begin with the same bias.
    trainable : bool, default=True
        False freezes kernel, factors and bias.
    learning_rate_factor : float or dict of str to float, default=1.0
        Factor of the learning rate, of all variables or by their names: ``{"bias": 0.1}``.

    References
    ----------
    .. [1] Wen, Y., Tran, D. and Ba, J. (2020). BatchEnsemble: an alternative approach to efficient
       ensemble and lifelong learning. ICLR. :arxiv:`2002.06715`
    .. [2] Gorishniy, Y., Kotelnikov, A. and Babenko, A. (2025). TabM: advancing tabular deep
       learning with parameter-efficient ensembling. ICLR. :arxiv:`2410.24210`

    Examples
    --------
    >>> from skneural.layers import EnsembleDense, PackedDense, Sequential
    >>> tabm = Sequential([
    ...     EnsembleDense(64, 8, "relu"), EnsembleDense(64, 8, "relu"), PackedDense(3, 8),
    ... ])
    >>> tabm.output_shape((10,))
    (8, 3)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **SCALE_CONSTRAINTS,
        "units": [Interval(Integral, 1, None, closed="left")],
        "activation": [str, Rule],
        "use_bias": ["boolean"],
        "initializer": [str, Initializer],
    }

    def __init__(
        self,
        units: int,
        n_members: int,
        activation: str | Rule = "identity",
        *,
        initial_scale: str = "signs",
        groups: Sequence[int] | None = None,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
    ):
        self.units = units
        self.n_members = n_members
        self.activation = activation
        self.initial_scale = initial_scale
        self.groups = groups
        self.use_bias = use_bias
        self.initializer = initializer
        self.trainable = trainable
        self.learning_rate_factor = learning_rate_factor

    def output_shape(self, input_shape: Shape) -> Shape:
        check_members(input_shape, self.n_members, "EnsembleDense")
        if len(input_shape) == 1:
            check_groups(self.groups, input_shape[0], "EnsembleDense")
        return (self.n_members, self.units)

    def variables(self, input_shape: Shape) -> list[Variable]:
        n_members, width = self.n_members, input_shape[-1]
        of_inputs = "member_scale" if len(input_shape) == 1 else "input_scale"
        bias = [Variable("bias", (n_members, self.units))] if self.use_bias else []
        return [
            Variable("kernel", (width, self.units), WEIGHT),
            Variable(of_inputs, (n_members, width)),
            Variable("output_scale", (n_members, self.units)), *bias,
        ]  # fmt: skip

    def initialize(self, values, random_state, activation):
        draw = get_initializer(self.initializer)
        kernel, bias = draw(*values["kernel"].shape, random_state, activation)
        values["kernel"][...] = kernel
        values["output_scale"][...] = 1
        if self.use_bias:
            values["bias"][...] = bias
        if "input_scale" in values:
            values["input_scale"][...] = 1
        else:
            draw_scale(values["member_scale"], self.initial_scale, self.groups, random_state)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        kernel, (n_members, units) = slots["kernel"], slots["output_scale"].values.shape
        if "input_scale" in slots:
            scaled, of_scaling = _scale_each(plan, inputs, slots["input_scale"])
        else:
            scaled, of_scaling = spread_members(plan, inputs, slots["member_scale"])
        depth = scaled.shape[1]
        products = plan.buffer((n_members, units))
        weights = MemberWeights(kernel.address, units, 0, depth, units, n_members)
        add_member_products(plan, scaled, weights, 0, products)
        results, of_results = _scale_and_shift(plan, products, slots)
        outputs, of_activation = add_activation(plan, results, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not (kernel.trained or wanted):
                return None
            gradient = of_results(of_activation(gradient, True))
            if kernel.trained:
                plan.gradient(kernel.offset, kernel_blocks(depth, units), step_of(gradient))
                plan.flops += 2 * plan.batch_size * n_members * kernel.values.size
            back = transposed_copy(plan, kernel)
            matrix = MemberWeights(back.address, back.stride, 0, units, depth, n_members)
            of_scaled = plan.buffer(scaled.shape)
            add_member_products(plan, gradient, matrix, 0, of_scaled)
            return of_scaling(of_scaled, wanted)

        def step_of(gradient):
            def step(begin, end, adds):
                return member_gradient_step(
                    scaled, gradient, (0, n_members), (begin // units, end // units), adds,
                    kernel.gradient_at(begin),
                )

            return step

        return outputs, backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3, 2), (5,)),
            (cls(4, 3, "tanh", initial_scale="normal", groups=[2, 1]), (3,)),
            (cls(17, 2, use_bias=False), (2, 20)),
            (cls(2, 3, "relu", initializer="he_normal", trainable=False), (3, 4)),
        ]


def _scale_each(plan, inputs, scale):
    """Add the factors of the numbers of all members, each having its own."""
    outputs, sizes = plan.buffer(inputs.shape), {"columns": inputs.columns}
    sizes["channels"] = inputs.columns
    plan.by_rows(scale_features, x=inputs, y=outputs, scale=scale, **sizes)

    def backward(gradient, wanted):  # which is the layer's own
        if scale.trained:
            sums = PartialSums.of(plan, scale)
            plan.by_rows(sum_products, gradient=gradient, x=inputs, sums=sums, **sizes)
        if not wanted:
            return None
        plan.by_rows(scale_features, x=gradient, y=gradient, scale=scale, **sizes)
        return gradient

    return outputs, backward


def _scale_and_shift(plan, products, slots):
    """Add the factors of the outputs, and the bias."""
    scale, bias = slots["output_scale"], slots.get("bias")
    fields = {"scale": scale, "columns": products.columns}
    results = plan.buffer(products.shape) if plan.training else products
    plan.by_rows(scale_and_shift, x=products, y=results, bias=bias, **fields)

    def backward(gradient):
        gradient = own(plan, gradient)
        sums = [PartialSums.of(plan, slot) if slot is not None and slot.trained else NO_SUMS
                for slot in (scale, bias)]
        plan.by_rows(scale_and_shift_backward, gradient=gradient, x=products, of_scale=sums[0],
                     of_bias=sums[1], **fields)
        return gradient

    return results, backward


@row_kernel
def scale_and_shift(
    x: Row, y: Row, scale: Reals, bias: OptionalAddress, columns: Count
) -> None:
    """Y (n) = scale * X + bias."""
    if bias == 0:
        for j in range(columns):
            y[j] = scale[j] * x[j]
    else:
        shift = reals(bias, columns)
        for j in range(columns):
            y[j] = scale[j] * x[j] + shift[j]


@row_kernel
def scale_and_shift_backward(
    gradient: Row, x: Row, scale: Reals, of_scale: PartialSums, of_bias: PartialSums,
    columns: Count, i: int, n_rows: int,
) -> None:
    """Turn dY (n) into dX in place, and sum the gradients of scale and bias over each span."""
    if of_bias.address != 0:
        bias = reals(sum_of_row(of_bias, i, n_rows), columns)
        if begins_sum(of_bias.together, i, n_rows):
            for j in range(columns):
                bias[j] = real(0.0)
        for j in range(columns):
            bias[j] += gradient[j]
    if of_scale.address != 0:
        factors = reals(sum_of_row(of_scale, i, n_rows), columns)
        if begins_sum(of_scale.together, i, n_rows):
            for j in range(columns):
                factors[j] = real(0.0)
        for j in range(columns):
            factors[j] += gradient[j] * x[j]
    for j in range(columns):
        gradient[j] *= scale[j]
