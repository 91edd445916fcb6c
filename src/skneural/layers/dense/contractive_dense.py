"""A dense layer with a penalty on the sensitivity of its outputs to its inputs."""

from __future__ import annotations

from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...activations import Activation as Rule
from ...activations import get_activation
from ...engine.compile.jit import helper
from ...engine.fields import (
    BlockGradient,
    Count,
    Double,
    Doubles,
    Reals,
    Row,
    RowDouble,
    Rows,
    RowWeight,
)
from ...engine.kernels import kernel, row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real, reals
from ...engine.steps import Step
from ...initializers import Initializer
from .._base import Backward, Layer, Shape, Slot
from .._memory import own
from .._product import kernel_blocks
from .._rates import RateFactor
from ..penalty.sparsity import add_slopes
from .dense import Dense


@helper
def _of_identity(output):
    return real(1.0), real(0.0)


@helper
def _of_relu(output):
    return real(1.0) if output > real(0.0) else real(0.0), real(0.0)


@helper
def _of_logistic(output):
    slope = output * (real(1.0) - output)
    return slope, slope * (real(1.0) - real(2.0) * output)


@helper
def _of_tanh(output):
    slope = real(1.0) - output * output
    return slope, real(-2.0) * output * slope


@helper
def slopes_of(output):
    """Return slope and curvature of an activation by its output; stands for those above."""
    return output, output


_SLOPES = {
    "identity": _of_identity,
    "relu": _of_relu,
    "logistic": _of_logistic,
    "tanh": _of_tanh,
}
CONTRACTIVE_ACTIVATIONS = tuple(_SLOPES)


class ContractiveDense(Dense, name="contractive_dense"):
    """Dense layer with a penalty that makes its outputs insensitive to its inputs.

    The penalty of a sample is the squared Frobenius norm of the Jacobian of its outputs,
    ``sum_j slope_j ** 2 * sum_i kernel_ij ** 2``. Rifai et al. 2011, "Contractive auto-encoders:
    explicit invariance during feature extraction".

    Parameters
    ----------
    units : int
        Width of the output.
    activation : {"identity", "relu", "logistic", "tanh"}, default="logistic"
        Applied to each output.
    contraction : float, default=0.1
        Weight of the norm relative to the loss of a sample, summed over its outputs.
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

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Dense._parameter_constraints,
        "contraction": [Interval(Real, 0, None, closed="left")],
    }
    _reads_steps = False

    def __init__(
        self,
        units: int,
        activation: str | Rule = "logistic",
        contraction: float = 0.1,
        *,
        use_bias: bool = True,
        initializer: str | Initializer = "sklearn",
        trainable: bool = True,
        learning_rate_factor: RateFactor = 1.0,
        parametrization: str = "standard",
    ):
        super().__init__(
            units, activation, use_bias=use_bias, initializer=initializer, trainable=trainable,
            learning_rate_factor=learning_rate_factor, parametrization=parametrization,
        )
        self.contraction = contraction

    def output_shape(self, input_shape: Shape) -> Shape:
        name = get_activation(self.activation, "ContractiveDense").name
        if name not in _SLOPES:
            raise ValueError(
                f"ContractiveDense: activation={self.activation!r} is none of"
                f" {', '.join(map(repr, _SLOPES))}"
            )
        return super().output_shape(input_shape)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        outputs, of_products = super().build(plan, inputs, slots, number)
        if not plan.learning or self.contraction == 0:
            return outputs, of_products
        weights = slots["kernel"]
        of_outputs, of_kernel = plan.buffer(outputs.shape), plan.buffer(outputs.shape)
        squares = plan.memory(self.units, float)
        rule = _SLOPES[get_activation(self.activation).name]
        weights_of_rows = plan.weights_of_rows()
        plan.by_columns(square_columns, self.units, w=weights, n_inputs=weights.values.shape[0],
                        columns=self.units, squares=squares)
        plan.by_rows(
            contraction_slopes.using(slopes_of=rule), h=outputs, squares=squares,
            contraction=self.contraction, of_outputs=of_outputs, of_kernel=of_kernel,
            penalty=plan.penalty(), row_weight=weights_of_rows, columns=self.units,
        )

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if weights.trained or wanted:
                gradient = own(plan, gradient)
                plan.by_rows(add_slopes, gradient=gradient, columns=gradient.columns,
                             slopes=of_outputs, weight=weights_of_rows)
            if weights.trained:
                self._add_gradient(plan, weights, of_kernel)
            return of_products(gradient, wanted)

        return outputs, backward

    def _add_gradient(self, plan, weights, of_kernel):
        def step(first, last, adds):  # always adds: the part of the products is written
            return Step.of(
                contract, w=weights, factors=of_kernel, begin=first // self.units,
                end=last // self.units, columns=self.units, block=weights.gradient_at(first),
            )

        plan.gradient(weights.offset, kernel_blocks(*weights.values.shape), step)

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [
            (cls(3), (5,)),
            (cls(40, "tanh", 0.5), (7,)),
            (cls(4, "relu", 1.0, use_bias=False), (3,)),
            (cls(2, "identity", 0.3), (3,)),
            (cls(3, "tanh", 2.0, trainable=False), (4,)),
        ]


@kernel
def square_columns(
    w: Reals, n_inputs: Count, columns: Count, squares: Doubles, begin: Count, end: Count
) -> None:
    """Columns begin to end: sums of the squares of W (n_inputs, n) down its columns."""
    for j in range(begin, end):
        squares[j] = 0.0
    for i in range(n_inputs):
        for j in range(begin, end):
            squares[j] += w[i * columns + j] * w[i * columns + j]


@row_kernel
def contraction_slopes(
    h: Row, squares: Doubles, contraction: Double, of_outputs: Row, of_kernel: Row,
    penalty: RowDouble, row_weight: RowWeight, columns: Count,
) -> None:
    """Write the penalty, sum_j slope_j**2 * squares_j of H (n), and what its gradients need.

    They are dH (n) of the penalty but for the weight of the row, and the factor of W_ij in that of
    the kernel (n), the row's weight included.
    """
    weight = 2.0 * contraction * row_weight
    total = 0.0
    for j in range(columns):
        slope, curvature = slopes_of(h[j])
        total += slope * slope * squares[j]
        of_outputs[j] = real(2.0 * contraction * curvature * squares[j])
        of_kernel[j] = real(weight * slope * slope)
    penalty[0] = contraction * total


@kernel
def contract(
    w: Reals, factors: Rows, begin: Count, end: Count, columns: Count, block: BlockGradient,
    n_rows: int,
) -> None:
    """G (k, n) += W (k, n) * sums of factors (rows, n) over the rows, rows begin to end of G."""
    factor_of = reals(factors.address, n_rows * factors.stride)
    gradient = reals(block, (end - begin) * columns)
    for j in range(columns):
        factor = real(0.0)
        for i in range(n_rows):
            factor += factor_of[i * factors.stride + j]
        for i in range(end - begin):
            gradient[i * columns + j] += w[(begin + i) * columns + j] * factor
