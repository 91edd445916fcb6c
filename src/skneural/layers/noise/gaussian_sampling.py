"""The code of a variational autoencoder: a sample of a normal distribution."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval

from ...engine import math as fast
from ...engine.compile.jit import helper
from ...engine.fields import Count, Double, Row, RowDouble, RowKey, RowWeight, Scalar
from ...engine.kernels import row_kernel
from ...engine.plan import Buffer, Plan
from ...engine.primitives import real
from ...engine.random import normal_pair
from .._base import Backward, Layer, Shape, Slot

_exp = fast.exp


class GaussianSampling(Layer, name="gaussian_sampling"):
    """Sample a code from normal distributions, and penalise their divergence from the standard one.

    The first half of a sample are means, the second logarithms of variances. In training each
    number of the output is drawn from its distribution, by the reparametrization trick;
    in prediction it is the mean. The penalty of a sample is the Kullback-Leibler divergence of its
    distributions from standard normal ones, which minus the reconstruction's log-likelihood is
    minus the evidence lower bound. Kingma and Welling 2014,
    "Auto-encoding variational Bayes", arXiv 1312.6114.

    Parameters
    ----------
    beta : float, default=1.0
        Weight of the divergence relative to the loss of a sample, summed over its outputs; values
        above 1 encourage disentangled codes: Higgins et al. 2017, "beta-VAE".
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "beta": [Interval(Real, 0, None, closed="left")]
    }
    has_noise = True

    def __init__(self, beta: float = 1.0):
        self.beta = beta

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1 or input_shape[0] % 2 == 1:
            raise ValueError(
                "GaussianSampling: needs flat samples of means and as many logarithms of"
                f" variances, got shape {input_shape}"
            )
        return (input_shape[0] // 2,)

    def build(
        self, plan: Plan, inputs: Buffer, slots: dict[str, Slot], number: int
    ) -> tuple[Buffer, Backward]:
        shape = self.output_shape(inputs.shape)
        distributions = {"x": inputs, "columns": inputs.columns // 2}
        if plan.learning or plan.penalized:
            plan.by_rows(add_divergence, beta=self.beta, penalty=plan.penalty(),
                         **distributions)
        if not plan.learning:
            return replace(inputs, shape=shape), self._of_means(plan, inputs)
        plan.uses_seed = True
        outputs, slopes = plan.buffer(shape), plan.buffer(shape)
        plan.by_rows(draw_code, z=outputs, slopes=slopes, key=number, **distributions)

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result, weights = plan.buffer(inputs.shape), plan.weights_of_rows()
            plan.by_rows(draw_code_backward, beta=self.beta, slopes=slopes, gradient=gradient,
                         result=result, weight=weights, **distributions)
            return result

        return outputs, backward

    def _of_means(self, plan: Plan, inputs: Buffer) -> Backward:
        """Return the way back from means, with the gradient of the penalty if that counts."""

        def backward(gradient: Buffer, wanted: bool) -> Buffer | None:
            if not wanted:
                return None
            result = plan.buffer(inputs.shape)
            beta = self.beta if plan.penalized else 0.0
            plan.by_rows(means_backward, x=inputs, gradient=gradient, result=result, beta=beta,
                         columns=gradient.columns)
            return result

        return backward

    @classmethod
    def examples(cls) -> list[tuple[Layer, Shape]]:
        return [(cls(), (6,)), (cls(0.25), (34,))]


@helper
def _variance(log_variance):
    """Return variance and slope, on a straight line from where a row far off would overflow."""
    limit = real(10.0)
    bounded = min(log_variance, limit)
    slope = _exp(bounded)
    return slope * (real(1.0) + (log_variance - bounded)), slope


@row_kernel
def add_divergence(x: Row, columns: Count, beta: Double, penalty: RowDouble) -> None:
    """Write the penalty, beta times the divergence of N(mean, variance), X (2n), from N(0, 1)."""
    total = 0.0
    for j in range(columns):
        mean, log_variance = x[j], x[columns + j]
        total += mean * mean + _variance(log_variance)[0] - real(1.0) - log_variance
    penalty[0] = 0.5 * beta * total


@row_kernel
def draw_code(x: Row, z: Row, slopes: Row, columns: Count, key: RowKey) -> None:
    """Z (n) = mean + deviation * noise of X (2n), and its slopes by log-variance."""
    half = (columns + 1) // 2
    for j in range(half):
        first, second = normal_pair(key, j)
        slopes[j] = first
        if half + j < columns:
            slopes[half + j] = second
    for j in range(columns):
        log_variance = x[columns + j]
        bounded = min(log_variance, real(10.0))
        moved = _exp(real(0.5) * bounded) * slopes[j]
        z[j] = x[j] + moved
        is_free = log_variance <= bounded
        slopes[j] = real(0.5) * moved if is_free else real(0.0)


@row_kernel
def means_backward(
    x: Row, gradient: Row, result: Row, beta: Scalar, columns: Count
) -> None:
    """dX (2n) from dZ (n) of the means alone, beta times that of the divergence included."""
    for j in range(columns):
        result[j], result[columns + j] = gradient[j], real(0.0)
        if beta > real(0.0):
            result[j] += beta * x[j]
            slope = _variance(x[columns + j])[1]
            result[columns + j] = beta * real(0.5) * (slope - real(1.0))


@row_kernel
def draw_code_backward(
    x: Row, slopes: Row, gradient: Row, result: Row, columns: Count, beta: Double,
    weight: RowWeight,
) -> None:
    """dX (2n) of the means and log-variances from dZ (n), the penalty included."""
    scale = real(beta * weight)
    for j in range(columns):
        slope = _variance(x[columns + j])[1]
        of_code = gradient[j]
        result[j] = of_code + scale * x[j]
        result[columns + j] = (
            of_code * slopes[j] + scale * real(0.5) * (slope - real(1.0))
        )
