"""Spectral normalization: a kernel divided by its largest singular value."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from ...activations import Activation as Rule
from ...engine.fields import BlockGradient, Count, Doubles, Flag, Reals, Row, RowDouble
from ...engine.kernels import kernel, row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...engine.steps import Step
from ...layers import Layer
from ...layers._base import STATISTIC, WEIGHT, Backward, Shape, Slot, Variable
from ...layers._product import kernel_blocks
from ...layers.activation.activation import add_activation
from ...layers.convolution.filters import add_bias_gradient

_FIRST_STEPS = 10  # of the power iteration, when weights are drawn


class SpectralNorm(Layer):
    r"""A layer whose kernel W is divided by its largest singular value: outputs x W / sigma + b.

    Miyato, Kataoka, Koyama and Yoshida 2018, "Spectral normalization for generative adversarial
    networks", arXiv 1802.05957. The singular vectors u and v follow W by a step of the power
    iteration at each update, v the normed :math:`W^\top u`, and :math:`\sigma = u^\top W v`. The
    gradient is that of :math:`W / \sigma` with u and v as constants:
    :math:`(G - \langle G, W / \sigma \rangle u v^\top) / \sigma` for a gradient G of
    :math:`W / \sigma`, where :math:`\langle G, W \rangle` is the sum over the batch of products of
    outputs, without bias, and their gradients.

    Parameters
    ----------
    layer : Dense or Conv2D
        Without bias and activation.
    activation : str or skneural.activations.Activation, default="identity"
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "layer": [Layer], "activation": [str, Rule],
    }

    def __init__(self, layer: Layer, activation: str | Rule = "identity"):
        self.layer = layer
        self.activation = activation

    def output_shape(self, input_shape: Shape) -> Shape:
        return self.layer.output_shape(input_shape)

    def variables(self, input_shape: Shape) -> list[Variable]:
        (weights,) = self.layer.variables(input_shape)
        *_, units = weights.shape
        return [
            Variable("kernel", weights.shape, WEIGHT),
            Variable("bias", (units,)),
            Variable("left", (weights.size // units,), STATISTIC),
            Variable("right", (units,), STATISTIC),
            Variable("sigma", (1,), STATISTIC),
        ]

    def initialize(self, values, random_state, activation):
        self.layer.initialize({"kernel": values["kernel"]}, random_state, activation)
        matrix = values["kernel"].reshape(len(values["left"]), -1).astype(np.float64)
        right = random_state.standard_normal(matrix.shape[1])
        for _ in range(_FIRST_STEPS):
            left = _normed(matrix @ right)
            right = left @ matrix
            sigma = np.linalg.norm(right)
            right = _normed(right)
        values["bias"][...] = 0
        values["left"][...], values["right"][...], values["sigma"][...] = left, right, sigma

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        weights, bias = slots["kernel"], slots["bias"]
        vectors = {name: slots[name] for name in ("left", "right", "sigma")}
        units = slots["right"].values.size
        step = Step.of(follow_singular_vectors, weights=weights, **vectors, columns=units,
                       rows=weights.values.size // units)
        if plan.learning and not any(step.fields == begun.fields for begun in plan.starts):
            plan.at_start([step])
        products, of_products = self.layer.build(plan, inputs, {"kernel": weights}, number)
        scaled = plan.buffer(products.shape)
        plan.by_rows(divide_by_norm, x=products, y=scaled, sigma=slots["sigma"], bias=bias,
                     columns=products.columns, units=units)
        outputs, of_activation = add_activation(plan, scaled, self.activation)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            gradient = of_activation(gradient, True)
            if bias.trained:
                add_bias_gradient(plan, gradient, bias)
            divided, sums = plan.buffer(products.shape), plan.memory_of_rows(1, np.float64)
            plan.by_rows(divide_by_norm_backward, gradient=gradient, x=products, z=divided,
                         sigma=slots["sigma"], product=sums, columns=products.columns)
            if weights.trained:
                _add_norm_gradient(plan, weights, vectors, sums)
            return of_products(divided, wanted)

        return outputs, backward


def _normed(vector: np.ndarray) -> np.ndarray:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _add_norm_gradient(plan, weights, vectors, sums):
    """Add the part of the gradient of W that comes from its largest singular value."""
    units = weights.values.shape[-1]

    def step(begin: int, end: int, adds: bool) -> Step:
        return Step.of(norm_gradient, products=sums, **vectors, begin=begin, end=end, units=units,
                       adds=adds, block=weights.gradient_at(begin))

    plan.gradient(weights.offset, kernel_blocks(weights.values.size // units, units), step)


@kernel(summing=True)
def follow_singular_vectors(
    weights: Reals, left: Reals, right: Reals, sigma: Reals, rows: Count, columns: Count
) -> None:
    """A step of the power iteration: u = W v, normed, v = u W, normed, and sigma, its norm."""
    total = real(0.0)
    for i in range(rows):
        product = real(0.0)
        for j in range(columns):
            product += weights[i * columns + j] * right[j]
        left[i] = product
        total += product * product
    scale = real(1.0) / max(np.sqrt(total), real(1e-12))
    for j in range(columns):
        right[j] = real(0.0)
    for i in range(rows):
        left[i] *= scale
        for j in range(columns):
            right[j] += left[i] * weights[i * columns + j]
    total = real(0.0)
    for j in range(columns):
        total += right[j] * right[j]
    sigma[0] = max(np.sqrt(total), real(1e-12))
    for j in range(columns):
        right[j] /= sigma[0]


@row_kernel
def divide_by_norm(
    x: Row, y: Row, sigma: Reals, bias: Reals, columns: Count, units: Count
) -> None:
    """Y (positions, units) = X / sigma + bias."""
    scale = real(1.0) / sigma[0]
    for at in range(0, columns, units):
        for j in range(units):
            y[at + j] = x[at + j] * scale + bias[j]


@row_kernel(summing=True)
def divide_by_norm_backward(
    gradient: Row, x: Row, z: Row, sigma: Reals, product: RowDouble, columns: Count
) -> None:
    """Z (n) = dY / sigma; their product is the sum of dY * X."""
    scale, total = real(1.0) / sigma[0], real(0.0)
    for j in range(columns):
        z[j] = gradient[j] * scale
        total += gradient[j] * x[j]
    product[0] = total


@kernel
def norm_gradient(
    products: Doubles, left: Reals, right: Reals, sigma: Reals, begin: Count, end: Count,
    units: Count, adds: Flag, block: BlockGradient, n_rows: int,
) -> None:
    """G (k, n) (+)= -(sum of products) / sigma**2 * u v, whole rows of it."""
    total = 0.0
    for i in range(n_rows):
        total += products[i]
    scale = real(-total / (sigma[0] * sigma[0]))
    numbers = reals(block, end - begin)
    for at in range(begin, end, units):
        level = scale * left[at // units]
        for j in range(units):
            change = level * right[j]
            place = at - begin + j
            numbers[place] = numbers[place] + change if adds else change
